"""Searching a server (QIDO-RS, PS3.18 10.6), page by page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote_plus

from metaprov_dicomweb.http.requests import read
from metaprov_dicomweb.server.errors import StatusError, failed
from metaprov_dicomweb.server.settings import configured_server

from .dicom_json import ACCEPT, matches_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_dicomweb.server.urls import Url

    from .dicom_json import QidoMatch

__all__ = ["search", "without_search"]

#: How many matches are asked for at once where a server refuses as many as it is configured for.
_SMALL_PAGE: Final = 50
#: Options with which the caller asks for one page.
_PAGING: Final = frozenset({"limit", "offset"})
#: Parameters of a search: attributes by keyword or tag, and options (PS3.18 8.3.4).
_OF_SEARCHES: Final = re.compile(
    r"[A-Z][A-Za-z0-9.]*|[0-9A-Fa-f]{8}(\.[0-9A-Fa-f]{8})*"
    r"|limit|offset|includefield|(fuzzy|emptyvalue|multiplevalue)matching"
)
#: Statuses of a server that does not like an option of the query.
_REFUSED: Final = frozenset({400, 413, 414, 422, 501})
_PARTIAL: Final = 206
#: No server has so many pages with fewer matches: one with less has an end.
_SMALLEST_PAGE: Final = 10
_MOST_SMALL_PAGES: Final = 1_000


class _Options(NamedTuple):
    """What a page is asked for with, besides the query."""

    #: Matches on a page; None: as many as the server likes.
    limit: int | None
    fields: tuple[str, ...]

    def query(self, offset: int) -> str:
        limit = "" if self.limit is None else f"&limit={self.limit}"
        fields = "".join(f"&includefield={field}" for field in self.fields)
        return limit + (f"&offset={offset}" if offset else "") + fields


def search(url: Url, *fields: str) -> Iterator[QidoMatch]:
    """All matches of the query in a URL, with these attributes, page by page.

    A query with ``limit`` or ``offset`` has one page. A server that refuses the attributes, or the
    size of the pages, is asked without them. Raises MetadataReadError, and for an answer of status
    206 whose rest does not come.
    """
    given = {name.lower(): value for name, value in parse_qsl(url.query, keep_blank_values=True)}
    is_paged = not _PAGING.isdisjoint(given)
    ways = _ways(fields, (None,) if is_paged else _limits(url))
    (status, page), options = _first_page(url, ways)
    seen: set[tuple[str | None, ...]] = set()
    small_pages = 0
    # A short page is not the last page: only one without new matches is. A server that ignores the
    # offset repeats the first page.
    while new := [match for match in page if _key(match) not in seen]:
        for match in new:
            seen.add(_key(match))
            yield match
        small_pages += len(new) < _SMALLEST_PAGE
        if small_pages > _MOST_SMALL_PAGES:
            raise failed(url, f"more than {_MOST_SMALL_PAGES} pages have hardly any match")
        if is_paged:
            if given.get("limit") == str(len(page)):
                return
            break
        try:
            status, page = _page(url, options.query(len(seen)))
        except StatusError as error:
            if options.limit is not None or error.status not in _REFUSED:
                raise
            # A server without pages has given all at once.
            break
    if status == _PARTIAL and page:
        raise failed(url, "the server answers 206 Partial Content: some matches are missing")


def without_search(query: str) -> str:
    """What a query has besides the parameters of a search: a token, say."""
    parameters = query.split("&")
    return "&".join(
        parameter
        for parameter in parameters
        if not _OF_SEARCHES.fullmatch(unquote_plus(parameter.partition("=")[0]))
    )


def _limits(url: Url) -> Sequence[int | None]:
    """How many matches to ask for at once, if not so many, and if not by number at all.

    Servers may give fewer.
    """
    try:
        server = configured_server(url)
    except ValueError:
        # The request says so.
        server = None
    size = _SMALL_PAGE if server is None else server.page_size
    return (size, *([_SMALL_PAGE] if size > _SMALL_PAGE else ()), None)


def _ways(fields: tuple[str, ...], limits: Sequence[int | None]) -> list[_Options]:
    """In which ways a first page is asked for, until one is not refused."""
    of_fields = (fields, ()) if fields else ((),)
    return [_Options(limit, some) for limit in limits for some in of_fields]


def _first_page(
    url: Url, ways: Sequence[_Options]
) -> tuple[tuple[int, Sequence[QidoMatch]], _Options]:
    refusal: StatusError | None = None
    for options in ways:
        try:
            return _page(url, options.query(0)), options
        except StatusError as error:
            if error.status not in _REFUSED:
                raise
            refusal = refusal or error
    assert refusal is not None  # noqa: S101 - there is a way
    raise refusal


def _page(url: Url, options: str) -> tuple[int, Sequence[QidoMatch]]:
    """The status of an answer, and its matches."""
    url = url._replace(query=f"{url.query}{options}".removeprefix("&"))
    answer = read(url, *ACCEPT, parts=True, service="qido")
    return answer.status, matches_in(answer, url)


def _key(match: QidoMatch) -> tuple[str | None, ...]:
    return match.study.text, match.series.text, match.image.text
