"""The connections to one server: a request goes out, the bytes of the answer come in."""

from __future__ import annotations

from base64 import b64encode
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError

from .errors import AnswerTooLargeError
from .masking import keep_secret, masked
from .proxies import proxy_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from urllib3 import BaseHTTPResponse, PoolManager

    from .proxies import Proxy
    from .servers import Server
    from .settings import Limits
    from .urls import Url

__all__ = ["CONNECTIONS_KEPT", "BrokenError", "Connection", "broken_by"]

#: Connections to a server that wait for the next request.
CONNECTIONS_KEPT: Final = 8
#: Hosts that a server refers to: most have one.
_HOSTS_KEPT: Final = 32
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
        # By the proxy, and whether the server is to know who asks.
        self._managers: Final[dict[tuple[Proxy | None, bool], PoolManager]] = {}

    def ask(self, url: Url, headers: Mapping[str, str], *, openly: bool) -> BaseHTTPResponse:
        """The answer to a GET request, whatever its status, its body still to be read.

        ``openly`` tells whether the certificate of the client is shown. Raises BrokenError.
        """
        manager = self._manager(url, openly)
        with broken_by(self._limits):
            return manager.urlopen(
                "GET",
                str(url),
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )

    def _manager(self, url: Url, openly: bool) -> PoolManager:
        try:
            proxy = proxy_for(url, self.server.proxy)
        except ValueError as error:
            raise BrokenError(str(error)) from None
        if proxy is not None and proxy.user is not None:
            basic = b64encode(proxy.user.encode()).decode()
            keep_secret([proxy.user, *proxy.user.split(":", 1), basic])
        key = proxy, openly
        manager = self._managers.get(key)
        if manager is None:
            # Two threads may each make one; both use the first one that is stored.
            manager = _manager(self.server, self._limits, proxy, openly=openly)
            manager = self._managers.setdefault(key, manager)
        return manager


@contextmanager
def broken_by(limits: Limits) -> Iterator[None]:
    """Make BrokenErrors of the connection's errors within the block."""
    from urllib3.exceptions import HTTPError

    from .incoming import TooLongError, TooMuchError

    try:
        yield
    except (TooLongError, TooMuchError) as error:
        kind = AnswerTooLargeError if isinstance(error, TooMuchError) else MetadataReadError
        broken = BrokenError(str(error), kind=kind)
    except (HTTPError, OSError) as error:
        reason = masked(_reason(error, limits))[:_LONGEST_REASON]
        broken = BrokenError(reason, passes=_is_loss(error))
    else:
        return
    # Outside of the blocks: what a server said is no context of an error.
    raise broken


def _manager(server: Server, limits: Limits, proxy: Proxy | None, *, openly: bool) -> PoolManager:
    from urllib3 import PoolManager, ProxyManager, Timeout, make_headers

    from .incoming import POOLS

    options: dict[str, Any] = {
        "timeout": Timeout(connect=limits.connect_timeout, read=limits.read_timeout),
        "maxsize": CONNECTIONS_KEPT,
        "cert_reqs": "CERT_REQUIRED" if server.verify else "CERT_NONE",
        "assert_hostname": None if server.verify else False,
        "ca_certs": _file("ca_certificates", server.ca_certificates),
    }
    if openly:
        options["cert_file"] = _file("client_certificate", server.client_certificate)
        options["key_file"] = _file("client_key", server.client_key)
    if proxy is None:
        manager = PoolManager(_HOSTS_KEPT, **options)
    else:
        user = {} if proxy.user is None else make_headers(proxy_basic_auth=proxy.user)
        manager = ProxyManager(proxy.url.origin, _HOSTS_KEPT, proxy_headers=user, **options)
    manager.pool_classes_by_scheme = POOLS
    return manager


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
