"""Asking for a URL: the forms that are acceptable, credentials, redirections, and repetitions.

Every failure is a `MetadataReadError` that names the URL without its query, and no header.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from metaprov_dicomweb.server.credentials import request_headers
from metaprov_dicomweb.server.errors import StatusError, failed
from metaprov_dicomweb.server.masking import keep_secret, masked, secrets_of_query
from metaprov_dicomweb.server.servers import NOT_CONFIGURED
from metaprov_dicomweb.server.settings import configured_server, limits
from metaprov_dicomweb.server.urls import reference

from .answers import Answer, Stream, whole
from .compression import ACCEPTED, is_gzip, is_gzip_file
from .connection import BrokenError
from .connections import connection_to
from .retries import BUSY, REPEATED_ONCE, pauses, wished_pause

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from urllib3 import BaseHTTPResponse

    from metaprov_dicomweb.server.servers import Server, Service
    from metaprov_dicomweb.server.urls import Url

__all__ = ["Answer", "Stream", "read", "read_stream"]

T = TypeVar("T")

_log: Final = logging.getLogger("metaprov_dicomweb")

_REDIRECTIONS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTIONS: Final = 5
#: Statuses of a server that does not have the form that was asked for.
_UNACCEPTABLE: Final = frozenset({406, 415})
_PARTIAL: Final = 206
#: Statuses after which credentials are asked for again.
_REFUSED: Final = frozenset({401, 403})
_NOT_FOLLOWED: Final = "out of the configured servers, which is not followed"
#: What the user can do about a status.
_ADVICE: Final = {
    206: "some of it is missing",
    401: "configure() and the file of METAPROV_DICOMWEB_SERVERS take credentials",
    403: "the credentials for this server do not allow it",
}


def read(
    url: Url,
    *accept: str,
    parts: bool = False,
    service: Service = "wado",
    bulk_of: Server | None = None,
) -> Answer:
    """The whole answer to a GET request, in the first of some media types that the server has.

    ``parts`` is for callers that can ask for the rest of an answer of status 206. ``bulk_of`` is
    the server that has its bulk data at the URL, which need not be that of a server then.

    Raises StatusError, AnswerTooLargeError, and MetadataReadError for all other failures.
    """

    def is_zipped(start: bytes, kind: str) -> bool:
        return is_gzip(start, kind, accept[0])

    place = _place_of(url, service, bulk_of)
    question = _Question(url, place, ACCEPTED, is_zipped, parts)
    return _in_any_form(question, accept, whole)


def read_stream(
    url: Url, accept: Sequence[str], use: Callable[[Stream, Url], T], *, service: Service = "wado"
) -> T:
    """What ``use`` makes of the answer to a GET request, which it reads as far as it needs.

    ``use`` is called again where the connection is lost meanwhile. Raises what ``read`` raises.
    """
    # An answer that is read in part is not compressed: that would be more than is needed.
    place = _place_of(url, service, None)
    question = _Question(url, place, "identity", lambda start, _: is_gzip_file(start))
    return _in_any_form(question, accept, use)


class _Place(NamedTuple):
    """Where a request goes."""

    url: Url
    server: Server
    #: Whether the server is told who asks: not at its ``bulk_origins``.
    openly: bool


class _Question(NamedTuple):
    #: The URL in errors.
    url: Url
    place: _Place
    #: Accept-Encoding.
    encoding: str
    is_zipped: Callable[[bytes, str], bool]
    #: Whether an answer of status 206 is one.
    parts: bool = False


class _Passing(Exception):  # noqa: N818 - a reason to ask again, which no caller sees
    """The server cannot answer now; it wants a pause, in seconds."""

    def __init__(self, status: int, pause: float) -> None:
        super().__init__(status)
        self.status = status
        self.pause = pause


def _place_of(url: Url, service: Service, bulk_of: Server | None) -> _Place:
    """Where a URL is asked."""
    try:
        place = _known(url, bulk_of)
    except ValueError as error:
        raise failed(url, str(error)) from None
    if place is None:
        raise failed(url, NOT_CONFIGURED)
    return place._replace(url=place.server.place_of(url, service)) if place.openly else place


def _known(url: Url, bulk_of: Server | None) -> _Place | None:
    """The place of a URL of a configured server, or of the bulk data of one; None for no other.

    Raises ValueError for settings that cannot be understood.
    """
    server = configured_server(url)
    if server is not None:
        return _Place(url, server, openly=True)
    if bulk_of is not None and bulk_of.has_bulk_at(url):
        return _Place(url, bulk_of, openly=False)
    return None


def _in_any_form(question: _Question, accept: Sequence[str], use: Callable[[Stream, Url], T]) -> T:
    *first, last = accept
    for form in first:
        try:
            return _tried(question, form, use)
        except StatusError as error:
            if error.status not in _UNACCEPTABLE:
                raise
    return _tried(question, last, use)


def _tried(question: _Question, accept: str, use: Callable[[Stream, Url], T]) -> T:
    """What ``use`` makes of the answer; asked again after failures that may pass."""
    url = question.url
    waits = pauses(limits())
    failures: set[int] = set()
    while True:
        try:
            # Closed, unless it was read to its end: otherwise its rest would be the next answer.
            with closing(_successful(question, _redirected(question, accept))) as response:
                return _used(Stream(response, url, question.is_zipped), url, use)
        except _Passing as passing:
            status, reason = passing.status, f"it answered {passing.status}"
            failure: Exception = _status_error(url, status)
            again = not failures & REPEATED_ONCE or status not in REPEATED_ONCE
            pause = next(waits, None) if again else None
            pause = None if pause is None else max(pause, passing.pause)
            failures.add(status)
        except BrokenError as error:
            reason, pause = error.reason, next(waits, None) if error.passes else None
            failure = failed(url, reason, error.kind)
        # Outside of the blocks: what a server said is no context of an error.
        if pause is None:
            raise failure
        place = masked(str(url._replace(query="")))
        _log.info("asking %s again in %.1f s: %s", place, pause, reason)
        time.sleep(pause)


def _used(stream: Stream, url: Url, use: Callable[[Stream, Url], T]) -> T:
    try:
        return use(stream, url)
    except Exception:
        if stream.error is None:
            raise
    # Outside of the block: what the reader made of it is no context of it.
    raise stream.error


def _redirected(question: _Question, accept: str) -> BaseHTTPResponse:
    """The answer, its body still to be read, after all redirections that are followed."""
    place = question.place
    for _ in range(_MOST_REDIRECTIONS + 1):
        response = _asked(place, accept, question)
        if response.status not in _REDIRECTIONS:
            return response
        response.close()
        location = _location(response)
        if not location:
            raise failed(question.url, "it redirects, and does not say where")
        try:
            url = place.server.rewritten(reference(place.url, location))
            target = _known(url, question.place.server)
        except ValueError as error:
            raise failed(question.url, f"it redirects {_NOT_FOLLOWED}: {error}") from None
        if target is None:
            raise failed(question.url, f"it redirects {_NOT_FOLLOWED}: to {url.origin}")
        place = target
    raise failed(question.url, f"it redirects more than {_MOST_REDIRECTIONS} times")


def _location(response: BaseHTTPResponse) -> str:
    text = response.headers.get("Location", "").strip()
    try:
        # http.client takes each byte for a character. Who sends more than ASCII sends UTF-8.
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _asked(place: _Place, accept: str, question: _Question) -> BaseHTTPResponse:
    """The answer of one server, which is asked again with new credentials if it refuses them."""
    url, server, openly = place
    connection = connection_to(server)
    keep_secret(secrets_of_query(url.query))
    own = {"Accept": accept, "Accept-Encoding": question.encoding}
    if not openly:
        return connection.ask(url, own, openly=False)
    try:
        headers = request_headers(server, url, own)
        response = connection.ask(url, headers, openly=True)
        if response.status not in _REFUSED or not server.renews:
            return response
        response.close()
        headers = request_headers(server, url, own, refused=headers)
    except ValueError as error:
        raise failed(question.url, str(error)) from None
    return connection.ask(url, headers, openly=True)


def _successful(question: _Question, response: BaseHTTPResponse) -> BaseHTTPResponse:
    status = response.status
    if 200 <= status < 300 and (question.parts or status != _PARTIAL):
        return response
    response.close()
    if status in BUSY:
        raise _Passing(status, wished_pause(response.headers.get("Retry-After"), limits()))
    if status in REPEATED_ONCE:
        raise _Passing(status, 0.0)
    raise _status_error(question.url, status)


def _status_error(url: Url, status: int) -> StatusError:
    from http import HTTPStatus

    try:
        answer = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        answer = str(status)
    advice = f": {_ADVICE[status]}" if status in _ADVICE else ""
    error = failed(url, f"the server answers {answer}{advice}", StatusError)
    error.status = status
    return error
