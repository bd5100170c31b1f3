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
from metaprov_storage.places.links import links_of
from metaprov_storage.places.settings import configured_place

from .ranged import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_range"]

_SIZE: Final = re.compile(r"/(\d+)\s*\Z")
_REDIRECTIONS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTIONS: Final = 5
_NO_SUCH_RANGE: Final = 416
_PARTIAL: Final = 206
#: After these a request is repeated, after so many seconds.
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_WAITS: Final = (0.1, 0.4, 1.6)


async def read_range(store: Any, url: str, start: int, length: int) -> Answer:
    """Read a range of a file, in one request if there is no redirection."""
    session = await store.set_session()
    headers = {"Range": f"bytes={start}-{start + length - 1}", "Accept-Encoding": "identity"}
    headers |= dict(store.kwargs.get("headers", {}))
    options = {**store.kwargs, "headers": headers, "allow_redirects": False}
    waits, asked = iter(_WAITS), url
    for _ in range(_MOST_REDIRECTIONS + len(_WAITS)):
        async with session.get(store.encode_url(asked), **options) as answer:
            if answer.status in _REDIRECTIONS:
                asked = _elsewhere(asked, answer.headers)
                continue
            if answer.status not in _BUSY or (wait := next(waits, None)) is None:
                return await _answer(answer, url, start, length)
        await asyncio.sleep(wait)
    raise MetadataReadError(_shown(url), "the server redirects without end")


def _elsewhere(url: str, headers: Mapping[str, str]) -> str:
    target = urljoin(url, headers.get("Location", ""))
    try:
        (link,) = links_of(target)
        place = configured_place(link)
    except ValueError:
        place = None
    if place is None:
        # Where it leads may be inside: nobody configured that.
        reason = f"the server redirects to {_shown(target)}, which is not configured"
        raise MetadataReadError(_shown(url), reason)
    return target


async def _answer(answer: Any, url: str, start: int, length: int) -> Answer:
    if answer.status == _NO_SUCH_RANGE:
        return Answer(b"")
    if answer.status >= 300:
        raise with_status(_shown(url), answer.status)
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


def _shown(url: str) -> str:
    return url.partition("?")[0]
