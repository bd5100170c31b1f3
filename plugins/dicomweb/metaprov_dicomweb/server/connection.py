"""A connection to one server: a request goes out, the bytes of the answer come in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool

    from .servers import Server
    from .settings import Limits
    from .urls import Url

__all__ = ["CONNECTIONS_KEPT", "BrokenError", "Connection", "broken_by"]

#: Connections to a server that wait for the next request.
CONNECTIONS_KEPT: Final = 8


class BrokenError(Exception):
    """No answer came, or it broke off; never seen by a caller of `requests`."""

    def __init__(self, reason: str, *, passes: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        #: Whether the same request may succeed at once.
        self.passes = passes


class Connection:
    """The connections to a server, shared by all threads."""

    def __init__(self, server: Server, limits: Limits) -> None:
        self.server: Final = server
        #: Those of the time when it was made.
        self.limits: Final = limits
        self._pool: Final = _pool(server, limits)

    def ask(self, url: Url, headers: Mapping[str, str]) -> BaseHTTPResponse:
        """The answer to a GET request, whatever its status, its body still to be read.

        Raises BrokenError.
        """
        with broken_by(self.limits):
            return self._pool.urlopen(
                "GET",
                url.target or "/",
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=True,
            )


@contextmanager
def broken_by(limits: Limits) -> Iterator[None]:
    """Make BrokenErrors of the connection's errors within the block."""
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (HTTPError, OSError) as error:
        raise BrokenError(_reason(error, limits), passes=_is_loss(error)) from error


def _pool(server: Server, limits: Limits) -> HTTPConnectionPool:
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout

    base = server.base
    options: dict[str, Any] = {
        "timeout": Timeout(connect=limits.connect_timeout, read=limits.read_timeout),
        "maxsize": CONNECTIONS_KEPT,
    }
    if base.scheme == "http":
        return HTTPConnectionPool(base.host, base.port, **options)
    return HTTPSConnectionPool(
        base.host,
        base.port,
        cert_reqs="CERT_REQUIRED" if server.verify else "CERT_NONE",
        assert_hostname=None if server.verify else False,
        cert_file=server.client_certificate,
        key_file=server.client_key,
        ca_certs=server.ca_certificates,
        **options,
    )


def _is_loss(error: Exception) -> bool:
    """Whether a connection was lost or refused. A read timeout does not count."""
    from urllib3.exceptions import NewConnectionError, ProtocolError

    return isinstance(error, ProtocolError | NewConnectionError | ConnectionError)


def _reason(error: Exception, limits: Limits) -> str:
    from http.client import IncompleteRead

    from urllib3 import exceptions as of_urllib3

    match error:
        case of_urllib3.NewConnectionError():
            return f"no connection to the server: {_cause(error)}"
        case of_urllib3.ConnectTimeoutError():
            return f"no connection to the server within {limits.connect_timeout:g} s"
        case of_urllib3.TimeoutError() | TimeoutError():
            return f"nothing came from the server for {limits.read_timeout:g} s"
        case of_urllib3.SSLError():
            return f"no secure connection to the server: {_cause(error)}"
        case of_urllib3.DecodeError():
            return "the answer cannot be decompressed"
        case of_urllib3.ProtocolError() if isinstance(error.args[-1], IncompleteRead):
            return "the answer is cut short"
        case of_urllib3.ProtocolError():
            return f"the connection was lost: {_cause(error)}"
        case _:
            return f"{type(error).__name__}: {_cause(error)}"


def _cause(error: BaseException) -> str:
    """The message of the innermost error."""
    inner = error.__cause__ or error.__context__
    inner = next((arg for arg in error.args[::-1] if isinstance(arg, Exception)), inner)
    if inner is not None and inner is not error:
        return _cause(inner)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
