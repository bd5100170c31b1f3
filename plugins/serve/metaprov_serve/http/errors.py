"""What a request is refused with, and how an error becomes an answer."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from metaprov_core import MetaprovError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HANDLERS", "HttpError", "Unforeseen", "error_response"]

_log: Final = logging.getLogger("metaprov_serve")


class HttpError(Exception):
    """A request that is refused: its status, and why."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status: Final = status
        self.headers: Final = headers


def error_response(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """``{"error": message}``."""
    body = msgspec.json.encode({"error": message})
    told = {"Cache-Control": "no-store", **(headers or {})}
    return Response(body, status, told, "application/json")


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HttpError)  # noqa: S101 - Starlette chooses by the class
    return error_response(error.status, str(error), error.headers)


def _not_answered(_: Request, error: Exception) -> Response:
    return error_response(422, str(error))


def _of_starlette(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette chooses by the class
    return error_response(error.status_code, error.detail, error.headers)


#: For Starlette: what becomes of errors that requests are expected to have.
HANDLERS: Final[Mapping[Any, Callable[[Request, Exception], Response]]] = {
    HttpError: _refused,
    MetaprovError: _not_answered,
    HTTPException: _of_starlette,
}


class Unforeseen:
    """Answers 500 for what nobody foresaw; the log has the traceback, and the answer has none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app: Final = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noticing(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        except Exception:
            if scope["type"] != "http":
                raise
            _log.exception("a request failed: %s", scope["path"])
            if not has_begun:
                status = HTTPStatus.INTERNAL_SERVER_ERROR
                response = error_response(status, "an error in the server: its log says which")
                await response(scope, receive, send)
