"""Searching a server (QIDO-RS, PS3.18 10.6), page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from metaprov_dicomweb.server.requests import read

from .dicom_json import ACCEPT, matches_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_dicomweb.server.urls import Url

    from .dicom_json import QidoMatch

__all__ = ["search"]

#: Matches to ask for at once. Servers may give fewer.
_PAGE: Final = 500
#: Options with which the caller asks for one page.
_PAGING: Final = frozenset({"limit", "offset"})


def search(url: Url, *fields: str) -> Iterator[QidoMatch]:
    """All matches of the query in a URL, with these attributes, page by page.

    A query with ``limit`` or ``offset`` has one page. Raises MetadataReadError.
    """
    names = {name.lower() for name, _ in parse_qsl(url.query, keep_blank_values=True)}
    wanted = "".join(f"&includefield={field}" for field in fields)
    if names & _PAGING:
        yield from _page(url, wanted)
        return
    # A short page is not the last page: only one without new matches is. A server that ignores the
    # offset repeats the first page.
    seen: set[tuple[str | None, ...]] = set()
    while page := [
        match for match in _page(url, _paging(len(seen)) + wanted) if _key(match) not in seen
    ]:
        for match in page:
            seen.add(_key(match))
            yield match


def _page(url: Url, options: str) -> Sequence[QidoMatch]:
    url = url._replace(query=f"{url.query}{options}".removeprefix("&"))
    return matches_in(read(url, *ACCEPT, parts=True, service="qido"), url)


def _paging(offset: int) -> str:
    return f"&limit={_PAGE}" + (f"&offset={offset}" if offset else "")


def _key(match: QidoMatch) -> tuple[str | None, ...]:
    return match.study.text, match.series.text, match.image.text
