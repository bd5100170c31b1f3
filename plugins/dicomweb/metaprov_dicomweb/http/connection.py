"""The connections to one server: a request goes out, the bytes of the answer come in."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import MetadataReadError
from metaprov_dicomweb.server.errors import AnswerTooLargeError
from metaprov_dicomweb.server.masking import keep_secret, masked
from metaprov_dicomweb.server.proxies import proxy_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from urllib3 import BaseHTTPResponse

    from metaprov_dicomweb.server.servers import Server
    from metaprov_dicomweb.server.settings import Limits
    from metaprov_dicomweb.server.urls import Url

__all__ = ["BrokenError", "Connection", "broken_by"]

#: Connections to a server that wait for the next request.
_CONNECTIONS_KEPT: Final = 8
#: What of an error's message is told.
_LONGEST_REASON: Final = 200


class BrokenError(Exception):
    """No answer came, or it broke off; never seen by a caller of `requests`."""

    def __init__(
        self,
        reason: str,
        *,
        passes: bool = False,
        kind: type[MetadataReadError] = MetadataReadError,
    ) -> None:
        super().__init__(reason)
        self.reason: Final = reason
        #: Whether the same request may succeed at once.
        self.passes: Final = passes
        #: What it is for the caller.
        self.kind: Final = kind


class Connection:
    """The connections to a server, shared by all threads."""

    def __init__(self, server: Server, limits: Limits) -> None:
        self.server: Final = server
        #: Those of the time when it was made.
        self._limits: Final = limits
        # By scheme, host and port, and whether the server is to know who asks.
        self._ways: Final[dict[tuple[str, str, int, bool], _Way]] = {}

    def ask(self, url: Url, headers: Mapping[str, str], *, openly: bool) -> BaseHTTPResponse:
        """The answer to a GET request, whatever its status, its body still to be read.

        ``openly`` tells whether the certificate of the client is shown. Raises BrokenError.
        """
        key = url.scheme, url.host, url.port, openly
        way = self._ways.get(key)
        if way is None:
            # Two threads may each make one; both use the first one that is stored.
            way = self._ways.setdefault(key, _way(self.server, self._limits, url, openly=openly))
        keep_secret(way.secrets)
        with broken_by(self._limits):
            return way.urlopen(
                "GET",
                str(url) if way.is_of_proxy else url.target or "/",
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )


class _Way(NamedTuple):
    """How a host is asked."""

    urlopen: Callable[..., BaseHTTPResponse]
    #: Whether a proxy asks, and is told the whole URL.
    is_of_proxy: bool
    #: What a proxy is told of its user.
    secrets: Sequence[str]


@contextmanager
def broken_by(limits: Limits) -> Iterator[None]:
    """Make BrokenErrors of the connection's errors within the block.

    They have the errors as their context, in which may be what was sent in secret: whoever catches
    one raises another error after the handler, not in it.
    """
    from urllib3.exceptions import HTTPError

    from .incoming import TooLongError, TooMuchError

    try:
        yield
    except TooLongError as error:
        raise BrokenError(str(error)) from None
    except TooMuchError as error:
        raise BrokenError(str(error), kind=AnswerTooLargeError) from None
    except (HTTPError, OSError) as error:
        reason = masked(_reason(error, limits))[:_LONGEST_REASON]
        raise BrokenError(reason, passes=_is_loss(error)) from None
    except (ValueError, OverflowError):
        # http.client takes a chunk of -5 bytes for one.
        raise BrokenError("the answer is not HTTP") from None


def _way(server: Server, limits: Limits, url: Url, *, openly: bool) -> _Way:
    from urllib3 import PoolManager, ProxyManager, Timeout, make_headers

    from .incoming import POOLS

    try:
        proxy = proxy_for(url, server.proxy)
    except ValueError as error:
        raise BrokenError(str(error)) from None
    options: dict[str, Any] = {
        "timeout": Timeout(connect=limits.connect_timeout, read=limits.read_timeout),
        "maxsize": max(_CONNECTIONS_KEPT, limits.at_once),
    }
    if "https" in (url.scheme, proxy and proxy.url.scheme):
        # A proxy for http is not shown the certificate of the client.
        options |= _security(server, openly=openly and url.scheme == "https")
    secrets: list[str] = []
    if proxy is None:
        manager = PoolManager(**options)
    elif proxy.user is None:
        manager = ProxyManager(proxy.url.origin, **options)
    else:
        basic = make_headers(proxy_basic_auth=proxy.user)
        manager = ProxyManager(proxy.url.origin, proxy_headers=basic, **options)
        secrets = [proxy.user, *proxy.user.split(":", 1), *basic.values()]
        secrets += [value.removeprefix("Basic ") for value in basic.values()]
    manager.pool_classes_by_scheme = POOLS
    if proxy is not None and url.scheme == "http":
        return _Way(manager.urlopen, is_of_proxy=True, secrets=secrets)
    host = f"[{url.host}]" if ":" in url.host else url.host
    pool = manager.connection_from_host(host, url.port, url.scheme)
    return _Way(pool.urlopen, is_of_proxy=False, secrets=secrets)


def _security(server: Server, *, openly: bool) -> dict[str, Any]:
    options = {
        "cert_reqs": "CERT_REQUIRED" if server.verify else "CERT_NONE",
        "assert_hostname": None if server.verify else False,
        "ca_certs": _file("ca_certificates", server.ca_certificates),
    }
    if openly:
        options["cert_file"] = _file("client_certificate", server.client_certificate)
        options["key_file"] = _file("client_key", server.client_key)
    return options


def _file(option: str, path: str | None) -> str | None:
    """The path of a file that can be read: the errors of OpenSSL name none."""
    try:
        if path is not None:
            Path(path).open("rb").close()
    except OSError as error:
        raise BrokenError(f"{option}: {path!r}: {error.strerror}") from None
    return path


def _is_loss(error: Exception) -> bool:
    """Whether a connection was lost or refused. A read timeout does not count."""
    from urllib3.exceptions import NewConnectionError, ProtocolError, ProxyError

    if isinstance(error, ProxyError):
        return _is_loss(error.original_error)
    return isinstance(error, ProtocolError | NewConnectionError | ConnectionError)


def _reason(error: Exception, limits: Limits) -> str:
    from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected

    from urllib3 import exceptions as of_urllib3

    match error:
        case of_urllib3.ProxyError():
            return f"no connection through the proxy: {_cause(error)}"
        case of_urllib3.NewConnectionError():
            return f"no connection to the server: {_cause(error)}"
        case of_urllib3.ConnectTimeoutError():
            return f"no connection to the server within {limits.connect_timeout:g} s"
        case of_urllib3.TimeoutError() | TimeoutError():
            return f"nothing came from the server for {limits.read_timeout:g} s"
        case of_urllib3.SSLError():
            return f"no secure connection to the server: {_cause(error)}"
        case of_urllib3.ProtocolError() if isinstance(error.args[-1], IncompleteRead):
            return "the answer is cut short"
        case of_urllib3.ProtocolError() if isinstance(error.args[-1], BadStatusLine) and not (
            isinstance(error.args[-1], RemoteDisconnected)
        ):
            return f"the answer is not HTTP: {_cause(error)}"
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
