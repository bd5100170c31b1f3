"""Ranges of objects of S3, by s3fs: what it reads itself leaves out the size and the ETag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from metaprov_storage.places.errors import status_of

from .ranged import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_range", "with_connections"]

_SIZE: Final = re.compile(r"/(\d+)\s*\Z")
_NO_SUCH_RANGE: Final = 416
#: How often an answer that is cut off is asked for again; s3fs sees to those with a status.
_AGAIN: Final = 2


async def read_range(store: Any, path: str, start: int, length: int) -> Answer:
    """Read a range of an object, in one request."""
    for left in reversed(range(_AGAIN + 1)):
        try:
            return await _read(store, path, start, length)
        except OSError:
            raise
        except Exception as error:
            # The client's own errors for an answer that is cut off have no class in common.
            if not left or status_of(error) is not None or "Payload" not in type(error).__name__:
                raise
    raise AssertionError


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
    async with answer["Body"] as body:
        found = _SIZE.search(answer.get("ContentRange") or "")
        if found is not None:
            return Answer(await body.read(), int(found[1]), answer.get("ETag"))
        # All of it, as some servers have no ranges.
        data = await _read_until(body, start + length)
    return Answer(data[start:], answer.get("ContentLength"), answer.get("ETag"))


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
