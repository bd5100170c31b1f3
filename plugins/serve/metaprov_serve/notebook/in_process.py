"""An ASGI application asked within the process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message

__all__ = ["Answer", "Request", "answer_of"]


class Request(msgspec.Struct):
    """What is asked: the path is without escapes, the query with them."""

    path: str
    query: str = ""
    method: str = "GET"
    headers: dict[str, str] = {}
    body: str = ""


class Answer(NamedTuple):
    """What an application answers: names of headers are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


async def answer_of(app: ASGIApp, request: Request) -> Answer:
    """The whole answer to a request; who waits for it no longer cancels this."""
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "query_string": request.query.encode("ascii"),
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in request.headers.items()
        ],
    }
    asked: list[Message] = [{"type": "http.request", "body": request.body.encode()}]
    answered: list[Message] = []

    async def receive() -> Message:
        if not asked:
            await asyncio.Event().wait()  # Who asked stays.
        return asked.pop()

    async def send(message: Message) -> None:
        answered.append(message)

    await app(scope, receive, send)
    start, *parts = answered
    told = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], told, b"".join(part.get("body", b"") for part in parts))
