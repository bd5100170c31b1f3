"""Requests that the program which mounts this server has to agree to."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from metaprov_serve.http.errors import error_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    Authorize = Callable[[Request], bool | Awaitable[bool]]

__all__ = ["Authorized"]


class Authorized:
    """Answers 403 to a request that ``authorize(request)`` does not allow."""

    def __init__(self, app: ASGIApp, authorize: Authorize) -> None:
        self._app: Final = app
        self._authorize: Final = authorize

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            allowed = self._authorize(Request(scope))
            if isawaitable(allowed):
                allowed = await allowed
            if not allowed:
                await error_response(403, "this is not allowed to you")(scope, receive, send)
                return
        await self._app(scope, receive, send)
