"""Answers in parts (multipart/related, RFC 2387), sent part by part."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import StreamingResponse

from .media_types import MULTIPART

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Part", "in_parts"]


class Part(NamedTuple):
    """A part of an answer."""

    #: With its parameters.
    content_type: str
    body: bytes | AsyncIterator[bytes]


def in_parts(type: str, parts: AsyncIterator[Part]) -> StreamingResponse:
    """An answer whose parts have a media type, each made when those before it are sent."""
    boundary = secrets.token_hex(16)
    return StreamingResponse(
        _bytes_of(parts, boundary),
        media_type=f'{MULTIPART}; type="{type}"; boundary={boundary}',
    )


async def _bytes_of(parts: AsyncIterator[Part], boundary: str) -> AsyncIterator[bytes]:
    before = ""
    async for part in parts:
        head = f"{before}--{boundary}\r\nContent-Type: {part.content_type}\r\n\r\n".encode()
        before = "\r\n"
        if isinstance(part.body, bytes):
            yield head + part.body
            continue
        yield head
        async for piece in part.body:
            yield piece
    yield f"{before}--{boundary}--\r\n".encode()
