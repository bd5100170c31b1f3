"""What holds for every host of the process: the servers, and how patiently they are asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from weakref import ref

from .environment import VARIABLE, servers_in
from .servers import Server, server_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .urls import Url

__all__ = ["Limits", "configure", "configured_server", "hold", "limits"]


class Limits(NamedTuple):
    """How long is waited, and how much is read."""

    #: Seconds for a connection to be made, and for each read of an answer to bring something.
    connect_timeout: float
    read_timeout: float
    #: How often a request is repeated, and the seconds before the second repetition; each further
    #: one waits twice as long.
    retries: int
    backoff: float
    #: Bytes, once they are decompressed.
    answer_limit: int


class Holder(Protocol):
    """Who holds what the servers said."""

    def settings_changed(self) -> None:
        """Forget what they said."""


class _Settings:
    def __init__(self) -> None:
        self.servers: tuple[Server, ...] | None = None
        self.limits = Limits(10.0, 30.0, 3, 0.5, 64 * 2**20)


_settings: Final = _Settings()

# Those to tell when the settings change.
_holders: Final[set[ref[Holder]]] = set()


def hold(holder: Holder) -> None:
    """Tell a holder when the settings change, as long as it is there."""
    _holders.add(ref(holder, _holders.discard))


def configure(
    servers: Iterable[Server | str] | None = None,
    *,
    connect_timeout: float = 10.0,
    read_timeout: float = 30.0,
    retries: int = 3,
    backoff: float = 0.5,
    answer_limit: int = 64 * 2**20,
) -> None:
    """Say which servers may be asked, in every host of the process, and how patiently.

    ``servers`` takes the place of those that METAPROV_DICOMWEB_SERVERS names; with None, these
    count again. The time-outs, in seconds, are those of making a connection and of each read, not
    of a whole answer. A lost connection and the status 429, 502, 503 and 504 are tried again so
    many times, the second time after ``backoff`` seconds, then after twice as many. No answer of
    more than ``answer_limit`` bytes is taken in, decompressed as it may be; the metadata of a
    larger series are asked for image by image.

    What the servers said before is forgotten. Raises ValueError and TypeError, and changes nothing
    then.
    """
    if isinstance(servers, str | Server):
        raise TypeError("servers is a list of URLs, or of Server: [...]")
    chosen = None
    if servers is not None:
        chosen = tuple(each if isinstance(each, Server) else Server(each) for each in servers)
    if min(connect_timeout, read_timeout) <= 0 or min(retries, backoff) < 0 or answer_limit < 1:
        raise ValueError("time-outs and limits are greater than 0; retries and backoff not less")
    _settings.servers = chosen
    _settings.limits = Limits(connect_timeout, read_timeout, retries, backoff, answer_limit)
    errors = []
    for reference in _holders.copy():
        holder = reference()
        try:
            if holder is not None:
                holder.settings_changed()
        except Exception as error:  # of a plugin that is told of the change
            errors.append(error)
    if errors:
        raise ExceptionGroup("the servers are configured; plugins raised when told of it", errors)


def limits() -> Limits:
    """How long is waited, and how much is read."""
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
