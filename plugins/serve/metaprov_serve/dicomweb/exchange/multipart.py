"""Answers in parts (multipart/related, RFC 2387), sent part by part."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import Response, StreamingResponse

from .media_types import MULTIPART

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Part", "in_one_part", "in_parts"]


class Part(NamedTuple):
    """A part of an answer."""

    #: With its parameters.
    content_type: str
    body: bytes | AsyncIterator[bytes]


def in_one_part(type: str, content_type: str, body: bytes) -> Response:
    """An answer of one part, sent in one piece."""
    boundary = _boundary()
    whole = b"".join((_head("", boundary, content_type), body, _end("\r\n", boundary)))
    return Response(whole, media_type=_media_type(type, boundary))


def in_parts(type: str, parts: AsyncIterator[Part]) -> StreamingResponse:
    """An answer whose parts have a media type, each made when those before it are sent."""
    boundary = _boundary()
    return StreamingResponse(_bytes_of(parts, boundary), media_type=_media_type(type, boundary))


async def _bytes_of(parts: AsyncIterator[Part], boundary: str) -> AsyncIterator[bytes]:
    before = ""
    async for part in parts:
        head = _head(before, boundary, part.content_type)
        before = "\r\n"
        if isinstance(part.body, bytes):
            yield head + part.body
            continue
        yield head
        async for piece in part.body:
            yield piece
    yield _end(before, boundary)


def _boundary() -> str:
    return secrets.token_hex(16)


def _media_type(type: str, boundary: str) -> str:
    return f'{MULTIPART}; type="{type}"; boundary={boundary}'


def _head(before: str, boundary: str, content_type: str) -> bytes:
    return f"{before}--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode()


def _end(before: str, boundary: str) -> bytes:
    return f"{before}--{boundary}--\r\n".encode()
