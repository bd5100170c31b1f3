"""How many requests at once, and how long each may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio

from metaprov_serve.http.errors import error_response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Limits"]

_AT_ONCE: Final = 64
_SECONDS: Final = 60.0


class Limits:
    """Answers 503 while 64 requests are worked on, and 504 to one that takes over a minute."""

    def __init__(self, app: ASGIApp, at_once: int = _AT_ONCE, seconds: float = _SECONDS) -> None:
        self._app: Final = app
        self._at_once: Final = at_once
        self._seconds: Final = seconds
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._under_way >= self._at_once:
            busy = f"{self._at_once} requests are under way: ask again"
            await error_response(503, busy, {"Retry-After": "1"})(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._timed(scope, receive, send)
        finally:
            self._under_way -= 1

    async def _timed(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False
        timer = anyio.CancelScope()

        async def noticing(message: Message) -> None:
            nonlocal has_begun
            # What is being sent may take as long as its reader.
            has_begun = True
            timer.deadline = float("inf")
            await send(message)

        timer.deadline = anyio.current_time() + self._seconds
        with timer:
            await self._app(scope, receive, noticing)
        if timer.cancelled_caught and not has_begun:
            late = f"there was no answer within {self._seconds:g} s: ask for less"
            await error_response(504, late)(scope, receive, send)
