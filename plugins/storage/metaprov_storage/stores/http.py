"""Ranges of files on a web server, by the client of fsspec's file system for it.

What that reads itself takes a whole file for a range where the server has no ranges, and follows
redirections wherever they lead.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from metaprov_core import MetadataReadError
from metaprov_storage.places.errors import with_status
from metaprov_storage.places.links import WEB, links_of
from metaprov_storage.places.masking import masked
from metaprov_storage.places.settings import configured_place

from .ranged import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metaprov_storage.places.links import Link

__all__ = ["read_range"]

_SIZE: Final = re.compile(r"/(\d+)\s*\Z")
_REDIRECTIONS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTIONS: Final = 5
_NO_SUCH_RANGE: Final = 416
_PARTIAL: Final = 206
#: After these a request is repeated, after so many seconds.
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_WAITS: Final = (0.1, 0.4, 1.6)


async def read_range(
    file_system: Callable[[Link], Any], link: Link, start: int, length: int
) -> Answer:
    """Read a range of a file, in one request if there is no redirection.

    Each request is one of the place that it goes to: what logs in to one place is sent to no other.
    """
    asked, waits = link, iter(_WAITS)
    for _ in range(_MOST_REDIRECTIONS + len(_WAITS)):
        store = file_system(asked)
        session = await store.set_session()
        url = store.encode_url(str(asked))
        async with session.get(url, **_options(store, start, length)) as answer:
            if answer.status in _REDIRECTIONS:
                asked = _elsewhere(asked, answer.headers)
                continue
            if answer.status not in _BUSY or (wait := next(waits, None)) is None:
                return await _answer(answer, link, start, length)
        await asyncio.sleep(wait)
    raise MetadataReadError(link.in_public, "the server redirects without end")


def _options(store: Any, start: int, length: int) -> dict[str, Any]:
    headers = {"Range": f"bytes={start}-{start + length - 1}", "Accept-Encoding": "identity"}
    headers |= dict(store.kwargs.get("headers", {}))
    return {**store.kwargs, "headers": headers, "allow_redirects": False}


def _elsewhere(link: Link, headers: Mapping[str, str]) -> Link:
    target = urljoin(str(link), headers.get("Location", ""))
    try:
        (found,) = links_of(target)
        if found.protocol in WEB and configured_place(found) is not None:
            return found
    except ValueError:
        pass
    # Where it leads may be inside: nobody configured that.
    reason = f"the server redirects to {masked(target.partition('?')[0])}, which is not configured"
    raise MetadataReadError(link.in_public, reason)


async def _answer(answer: Any, link: Link, start: int, length: int) -> Answer:
    if answer.status == _NO_SUCH_RANGE:
        return Answer(b"")
    if answer.status >= 300:
        raise with_status(link.in_public, answer.status)
    headers = answer.headers
    version = headers.get("ETag") or headers.get("Last-Modified")
    if answer.status == _PARTIAL:
        found = _SIZE.search(headers.get("Content-Range", ""))
        data = await _read_until(answer.content, length)
        return Answer(data, int(found[1]) if found else None, version)
    # All of it, as the server has no ranges.
    data = await _read_until(answer.content, start + length)
    said = headers.get("Content-Length", "")
    return Answer(data[start:], int(said) if said.isdecimal() else None, version)


async def _read_until(content: Any, end: int) -> bytes:
    pieces, left = [], end
    while left and (piece := await content.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
