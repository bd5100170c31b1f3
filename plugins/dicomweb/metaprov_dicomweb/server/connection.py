"""A connection to one server: a request goes out, the bytes of the answer come in.

Every failure is a `MetadataReadError` that names the URL without its query, and no header.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from .errors import AnswerTooLargeError, StatusError, failed
from .retries import BUSY, pauses, wished_pause
from .urls import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool

    from metaprov_core import MetadataReadError

    from .servers import Server
    from .settings import Limits
    from .urls import Url

__all__ = ["CONNECTIONS_KEPT", "Answer", "Connection"]

A = TypeVar("A")

_log: Final = logging.getLogger("metaprov_dicomweb")

#: Connections to a server that wait for the next request.
CONNECTIONS_KEPT: Final = 8
_PIECE: Final = 256 * 1024
_REDIRECTIONS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTIONS: Final = 5
#: What the user can do about a status.
_ADVICE: Final = {
    401: "configure() and the file of METAPROV_DICOMWEB_SERVERS take credentials",
    403: "the credentials for this server do not allow it",
}


class Answer(NamedTuple):
    """An answer that was read to its end."""

    body: bytes
    content_type: str


class Connection:
    """The connections to a server, shared by all threads."""

    def __init__(self, server: Server, limits: Limits) -> None:
        self._server: Final = server
        #: Those of the time when it was made.
        self.limits: Final = limits
        self._pool: Final = _pool(server, limits)

    def read(self, url: Url, accept: str) -> Answer:
        """The whole answer to a GET request, decompressed.

        Raises StatusError, AnswerTooLargeError, and MetadataReadError for all other failures.
        """
        return self._tried(url, lambda: self._read(url, accept))

    @contextmanager
    def stream(self, url: Url, accept: str) -> Iterator[BaseHTTPResponse]:
        """The answer to a GET request, uncompressed, for the caller to read as far as it needs.

        Raises what ``read`` raises. The caller reads the answer within ``reading``.
        """
        response = self._tried(url, lambda: self._ask(url, accept, "identity"))
        # Closed, not released: an answer must be read to its end before a connection is used again.
        with closing(response):
            yield response

    @contextmanager
    def reading(self, url: Url) -> Iterator[None]:
        """Make MetadataReadErrors of the connection's errors within the block."""
        from urllib3.exceptions import HTTPError

        try:
            yield
        except (HTTPError, OSError) as error:
            raise failed(url, _reason(error, self.limits)) from error

    def _tried(self, url: Url, attempt: Callable[[], A]) -> A:
        """What an attempt returns; repeated after failures that may pass."""
        from urllib3.exceptions import HTTPError

        waits = pauses(self.limits)
        while True:
            try:
                return attempt()
            except _Busy as busy:
                reason, pause = f"it answered {busy.status}", next(waits, None)
                if pause is None:
                    raise _status_error(url, busy.status) from None
                pause = max(pause, busy.pause)
            except (HTTPError, OSError) as error:
                reason, pause = _reason(error, self.limits), None
                if _is_loss(error):
                    pause = next(waits, None)
                if pause is None:
                    raise failed(url, reason) from error
            _log.info("asking %s again in %.1f s: %s", url._replace(query=""), pause, reason)
            time.sleep(pause)

    def _read(self, url: Url, accept: str) -> Answer:
        limit = self.limits.answer_limit
        with closing(self._ask(url, accept, "gzip, deflate")) as response:
            pieces, size = [], 0
            for piece in response.stream(_PIECE, decode_content=True):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    raise failed(
                        url, f"the answer has more than {limit} bytes", AnswerTooLargeError
                    )
            # The answer is read to its end, so that the connection can be used again.
            response.release_conn()
            return Answer(b"".join(pieces), response.headers.get("Content-Type", ""))

    def _ask(self, url: Url, accept: str, encoding: str) -> BaseHTTPResponse:
        """The answer, its body still to be read, after all redirections within the server."""
        place = url
        for _ in range(_MOST_REDIRECTIONS + 1):
            response = self._request(place, accept, encoding)
            if response.status not in _REDIRECTIONS:
                return self._successful(url, response)
            response.close()
            target = joined(place, response.headers.get("Location", ""))
            if target is None or not target.is_within(self._server.base):
                raise failed(
                    url, "it redirects out of the configured server, which is not followed"
                )
            place = target
        raise failed(url, f"it redirects more than {_MOST_REDIRECTIONS} times")

    def _request(self, url: Url, accept: str, encoding: str) -> BaseHTTPResponse:
        try:
            headers = self._server.request_headers()
        except ValueError as error:
            raise failed(url, str(error)) from None
        return self._pool.urlopen(
            "GET",
            url.target or "/",
            headers={**headers, "Accept": accept, "Accept-Encoding": encoding},
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=True,
        )

    def _successful(self, url: Url, response: BaseHTTPResponse) -> BaseHTTPResponse:
        if 200 <= response.status < 300:
            return response
        response.close()
        if response.status in BUSY:
            raise _Busy(
                response.status, wished_pause(response.headers.get("Retry-After"), self.limits)
            )
        raise _status_error(url, response.status)


class _Busy(Exception):  # noqa: N818 - a reason to wait, which no caller sees
    """The server has no time now, and wants a pause, in seconds."""

    def __init__(self, status: int, pause: float) -> None:
        super().__init__(status)
        self.status = status
        self.pause = pause


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


def _status_error(url: Url, status: int) -> MetadataReadError:
    from http import HTTPStatus

    try:
        answer = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        answer = str(status)
    advice = f": {_ADVICE[status]}" if status in _ADVICE else ""
    error = failed(url, f"the server answers {answer}{advice}", StatusError)
    error.status = status
    return error


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
