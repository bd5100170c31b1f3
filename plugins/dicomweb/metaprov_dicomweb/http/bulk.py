"""Bulk data: where a BulkDataURI leads (PS3.18 10.4.1.1.5, F.2.6), and fetching them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metaprov_dicomweb.server.errors import StatusError
from metaprov_dicomweb.server.masking import masked
from metaprov_dicomweb.server.settings import configured_server
from metaprov_dicomweb.server.urls import reference

from .requests import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_dicomweb.server.servers import Server
    from metaprov_dicomweb.server.urls import Url

    from .requests import Answer

__all__ = ["bulk_url", "read_bulk"]

_NOT_FOLLOWED: Final = "leads out of the configured servers, and is not followed"
_FORMS: Final = (
    'multipart/related; type="application/octet-stream"',
    "application/octet-stream",
    "*/*",
)
#: Statuses of a server that has nothing at a URL.
_NOTHING_THERE: Final = frozenset({400, 404, 410})
#: A reference that is relative to a folder (RFC 3986 4.2).
_RELATIVE: Final = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|[/?#])")
#: The levels of a URL: what a segment is followed by a UID for.
_LEVELS: Final = ("studies", "series", "instances")


def bulk_url(answer: Url, uri: str) -> Url:
    """Where the value behind a BulkDataURI in the answer of a URL may be fetched.

    That is below a configured server or its ``bulk_origins``, after ``rewrite``. A URI of another
    host is that of the server that answered, behind a proxy, if it names the same path as its root
    or the same study; no other host is asked.

    Raises ValueError, with the reason, where it may not.
    """
    return _places(answer, uri)[0]


def read_bulk(answer: Url, uri: str) -> Answer:
    """The value behind a BulkDataURI in the answer of a URL.

    Where nothing is at a relative URI, it is taken for one of the series, then of the study, as
    some servers mean it.

    Raises ValueError, with the reason, for a URI that is not followed, and what `read` raises.
    """
    first, *others = _places(answer, uri)
    server = configured_server(answer)
    try:
        return read(first, *_FORMS, service="object", bulk_of=server)
    except StatusError as error:
        if error.status not in _NOTHING_THERE:
            raise
        missing = error
    for place in others:
        try:
            return read(place, *_FORMS, service="object", bulk_of=server)
        except StatusError as error:
            if error.status not in _NOTHING_THERE:
                raise
    raise missing


def _places(answer: Url, uri: str) -> Sequence[Url]:
    """Where a URI may lead, the likeliest place first; at least one place."""
    server = configured_server(answer)
    if server is None:
        raise ValueError(_NOT_FOLLOWED)
    # The answer came from there.
    answer = server.place_of(answer, "wado")
    try:
        places = [reference(answer, uri)]
        if _RELATIVE.match(uri.strip(" ")):
            places = _relative(answer, uri, places[0])
    except ValueError as error:
        raise ValueError(f"{_NOT_FOLLOWED}: {error}") from None
    allowed = [place for each in places if (place := _allowed(server, answer, each)) is not None]
    if not allowed:
        raise ValueError(masked(f"{_NOT_FOLLOWED}: to {server.rewritten(places[0]).origin}"))
    return list(dict.fromkeys(allowed))


def _relative(answer: Url, uri: str, by_rule: Url) -> list[Url]:
    """Where a relative URI may lead: by the rule, and by what servers make of it."""
    folders = _folders(answer)
    level = uri.strip(" ").partition("/")[0]
    if level in folders:
        # "series/UID/..." is of the folder that has the series.
        return [reference(folders[level], uri), by_rule]
    # The server may have redirected to the URL of the answer with a slash.
    answer = answer._replace(path=(*answer.path, ""), query="")
    others = [*(folders[each] for each in ("instances", "series") if each in folders), answer]
    return [by_rule, *(reference(folder, uri) for folder in others)]


def _folders(answer: Url) -> dict[str, Url]:
    """By level, the folder that has such segments: of "instances" that of the series."""
    folders = {}
    path = answer.path
    for place, level in enumerate(_LEVELS):
        # .../studies/UID/series/UID/instances/UID/metadata
        start = _start_of_study(path) + 2 * place
        if start <= len(path):
            folders[level] = answer._replace(path=(*path[:start], ""), query="")
    return folders


def _start_of_study(path: Sequence[str]) -> int:
    """Where "studies" is in the path of an answer."""
    places = [place for place, segment in enumerate(path[:-1]) if segment == _LEVELS[0]]
    return places[-1] if places else len(path)


def _allowed(server: Server, answer: Url, url: Url) -> Url | None:
    """Where a URL in an answer may be asked for; None for nowhere."""
    url = server.rewritten(url)
    if configured_server(url) is not None or server.has_bulk_at(url):
        return url
    for root in server.roots:
        # A server behind a proxy names its inner host.
        if root.path and url.path[: len(root.path)] == root.path:
            return root._replace(path=url.path, query=url.query)
    # It names its inner host and an inner root.
    start = _start_of_study(answer.path)
    study = answer.path[start : start + 2]
    for place in range(len(url.path) - 1):
        if study and url.path[place : place + 2] == study:
            return answer._replace(path=(*answer.path[:start], *url.path[place:]), query=url.query)
    return None
