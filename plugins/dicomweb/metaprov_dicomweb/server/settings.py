"""Settings of the process, for every host: the servers, time-outs, retries and limits."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import SettingsListeners

from .environment import VARIABLE, servers_in
from .servers import Server, server_of, without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .urls import Url

__all__ = [
    "Limits",
    "as_here",
    "configure",
    "configured_server",
    "limits",
    "listeners",
]


class Limits(NamedTuple):
    """Time-outs, retries, and the size of the largest answer."""

    #: Seconds to make a connection, and to wait for the next bytes of an answer.
    connect_timeout: float
    read_timeout: float
    #: How often a request is repeated, and the seconds before the second repetition. Each further
    #: one waits twice as long.
    retries: int
    backoff: float
    #: Bytes of an answer after decompression.
    answer_limit: int
    #: Seconds for a whole answer.
    answer_timeout: float
    #: How many requests are under way at once, where many are wanted.
    at_once: int
    #: Bytes of memory for headers that are kept.
    cache_limit: int


class _Settings:
    def __init__(self) -> None:
        self.servers: tuple[Server, ...] | None = None
        self.limits = Limits(10.0, 30.0, 3, 0.5, 64 * 2**20, 300.0, 8, 256 * 2**20)


_settings: Final = _Settings()

#: Told of every change.
listeners: Final = SettingsListeners()


def configure(
    servers: Iterable[Server | str] | None = None,
    *,
    connect_timeout: float = 10.0,
    read_timeout: float = 30.0,
    retries: int = 3,
    backoff: float = 0.5,
    answer_limit: int = 64 * 2**20,
    answer_timeout: float = 300.0,
    at_once: int = 8,
    cache_limit: int = 256 * 2**20,
) -> None:
    """Set which servers may be asked, in every host of the process, and with what patience.

    ``servers`` replace those of METAPROV_DICOMWEB_SERVERS; None means those of the variable. The
    time-outs, in seconds, are for making a connection, for each read, and for a whole answer. After
    a lost connection and the statuses 429, 502, 503 and 504 a request is repeated up to ``retries``
    times: at once, after ``backoff`` seconds, then after twice as many; after 408 and 500 once.
    No answer of more than ``answer_limit`` bytes, after decompression, is read; where the metadata
    of a series are larger, each image is asked for by itself. ``at_once`` requests are under way
    where many are wanted, and the headers that are kept take ``cache_limit`` bytes of memory.

    Everything fetched before is forgotten. Raises ValueError and TypeError for wrong arguments, and
    changes nothing then. What plugins raise when they are told of the change is raised as an
    ExceptionGroup, after all have been told.
    """
    if isinstance(servers, str | Server):
        raise TypeError("servers is a list of URLs, or of Server: [...]")
    chosen = None
    if servers is not None:
        chosen = tuple(
            server if isinstance(server, Server) else Server(server) for server in servers
        )
    new = Limits(
        connect_timeout,
        read_timeout,
        retries,
        backoff,
        answer_limit,
        answer_timeout,
        at_once,
        cache_limit,
    )
    timeouts = (connect_timeout, read_timeout, answer_timeout)
    if min(timeouts) <= 0 or min(retries, backoff) < 0 or min(answer_limit, at_once) < 1:
        raise ValueError("time-outs and limits are greater than 0; retries and backoff not less")
    if cache_limit < 0:
        raise ValueError("cache_limit is a number of bytes, or 0")
    _settings.servers = chosen
    _settings.limits = new
    listeners.tell()


def as_here() -> Callable[[], None]:
    """The call that gives another process the settings of this one, without the credentials."""
    servers = _settings.servers
    public = None if servers is None else tuple(map(without_credentials, servers))
    return partial(_settle, servers=public, limits=_settings.limits)


def _settle(*, servers: tuple[Server, ...] | None, limits: Limits) -> None:
    """Take over what a process lacks: of a server that it has, it has the credentials too."""
    if servers is not None:
        known = _settings.servers if _settings.servers is not None else _from_environment()
        here = {str(server.base): server for server in known}
        servers = tuple(here.get(str(server.base), server) for server in servers)
    if (servers, limits) != (_settings.servers, _settings.limits):
        configure(servers, **limits._asdict())


def limits() -> Limits:
    """The limits in force."""
    return _settings.limits


def configured_server(url: Url) -> Server | None:
    """The server that a URL belongs to, if it may be asked.

    Raises ValueError for a METAPROV_DICOMWEB_SERVERS that cannot be understood.
    """
    servers = _settings.servers
    if servers is None:
        servers = _from_environment()
    return server_of(url, servers)


def _from_environment() -> tuple[Server, ...]:
    value = os.environ.get(VARIABLE, "")
    try:
        return servers_in(value)
    except ValueError as error:
        raise ValueError(f"{VARIABLE}: {error}") from None
