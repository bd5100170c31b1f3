"""Ranges of objects of S3, by s3fs: what it reads itself leaves out the size and the ETag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from metaprov_storage.places.errors import status_of

from .ranged import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metaprov_storage.places.links import Link

__all__ = ["read_range", "with_connections"]

_SIZE: Final = re.compile(r"/(\d+)\s*\Z")
_NO_SUCH_RANGE: Final = 416
#: How often an answer that is cut off is asked for again; s3fs sees to those with a status.
_AGAIN: Final = 2


async def read_range(
    file_system: Callable[[Link], Any], link: Link, start: int, length: int
) -> Answer:
    """Read a range of an object, in one request."""
    store, path = file_system(link), str(link)
    for _ in range(_AGAIN):
        try:
            return await _read(store, path, start, length)
        except _CutOffError:
            pass
    return await _read(store, path, start, length)


class _CutOffError(Exception):
    """An answer is cut off: the client's errors for that have no class in common."""


async def _read(store: Any, path: str, start: int, length: int) -> Answer:
    bucket, key, version = store.split_path(path)
    which = {"VersionId": version} if version else {}
    try:
        answer = await store._call_s3(  # noqa: SLF001 - call_s3, outside of its own event loop
            "get_object",
            Bucket=bucket,
            Key=key,
            Range=f"bytes={start}-{start + length - 1}",
            **which,
        )
    except OSError as error:
        if status_of(error) == _NO_SUCH_RANGE:
            return Answer(b"")
        raise
    found = _SIZE.search(answer.get("ContentRange") or "")
    size = int(found[1]) if found is not None else answer.get("ContentLength")
    body = answer["Body"]
    # Not `as body`: of older versions of aiobotocore that is aiohttp's answer, read otherwise.
    async with body:
        try:
            # Some servers have no ranges, and send all of it.
            data = await _read_until(body, length if found is not None else start + length)
        except Exception as error:
            raise _CutOffError(f"the answer is cut off: {error}") from error
    return Answer(data if found is not None else data[start:], size, answer.get("ETag"))


async def _read_until(body: Any, end: int) -> bytes:
    pieces, left = [], end
    while left and (piece := await body.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def with_connections(options: Mapping[str, Any], at_once: int) -> dict[str, Any]:
    """Options with as many connections as are used at once: by default there are 10."""
    config = {"max_pool_connections": at_once, **options.get("config_kwargs", {})}
    return {**options, "config_kwargs": config}
