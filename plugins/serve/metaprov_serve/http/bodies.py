"""The bodies of requests, no larger than they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from .errors import HttpError

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["body_of"]

T = TypeVar("T")

_LARGEST: Final = 16 << 20
#: So much more is read and dropped: a client that is still sending reads no answer.
_DROPPED: Final = 64 << 20


async def body_of(request: Request, kind: type[T]) -> T:
    """The JSON of a request, of a class. Raises HttpError: 413 too large, 400 anything else."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= _LARGEST:
            parts.append(part)
        elif size > _DROPPED:
            break
    if size > _LARGEST:
        raise HttpError(
            413, f"the body is larger than {_LARGEST >> 20} MB: ask in several requests"
        )
    try:
        return msgspec.json.decode(b"".join(parts), type=kind)
    except msgspec.DecodeError as error:
        raise HttpError(400, f"the body is not what is asked for: {error}") from None
