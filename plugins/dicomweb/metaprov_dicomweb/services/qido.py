"""Searching a server (QIDO-RS, PS3.18 10.6), page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from metaprov_dicomweb.server.connections import connection_to

from .dicom_json import ACCEPT, found_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_dicomweb.server.urls import Url

    from .dicom_json import Found

__all__ = ["search"]

#: What servers give at once; some give less, none has to give more.
_PAGE: Final = 500
#: Options of the search itself, by which the caller wants one page.
_PAGING: Final = frozenset({"limit", "offset"})


def search(url: Url, *fields: str) -> Iterator[Found]:
    """All that matches the query of a URL, with these attributes, page by page.

    A query with ``limit`` or ``offset`` is one page. Raises MetadataReadError.
    """
    names = {name.lower() for name, _ in parse_qsl(url.query, keep_blank_values=True)}
    wanted = "".join(f"&includefield={field}" for field in fields)
    if names & _PAGING:
        yield from _page(url, wanted)
        return
    # Whoever ignores the offset gives the same again; whoever gives less than asked for, goes on.
    seen: set[tuple[str | None, ...]] = set()
    while page := [
        each for each in _page(url, _place(len(seen)) + wanted) if _key(each) not in seen
    ]:
        for each in page:
            seen.add(_key(each))
            yield each


def _page(url: Url, options: str) -> Sequence[Found]:
    query = f"{url.query}{options}".removeprefix("&")
    place = url._replace(query=query)
    return found_in(connection_to(place).read(place, ACCEPT), place)


def _place(offset: int) -> str:
    return f"&limit={_PAGE}" + (f"&offset={offset}" if offset else "")


def _key(found: Found) -> tuple[str | None, ...]:
    return found.study.text, found.series.text, found.image.text
