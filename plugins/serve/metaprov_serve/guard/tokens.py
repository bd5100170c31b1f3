"""The token that a request has to have: once in the URL, then in a cookie, or as a Bearer."""

from __future__ import annotations

import hmac
from html import escape
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from metaprov_serve.http.errors import error_response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["HasToken"]

_IN_URL: Final = "token"
_BEARER: Final = "bearer "


class HasToken:
    """Answers 401 to a request without the token, but for one public path.

    A page that is opened with it in its URL is redirected to itself without, so that it is in no
    history and no Referer, and has it in a cookie from then on. A ticket does the same, once.
    """

    def __init__(
        self, app: ASGIApp, token: str, ticket: str | None = None, public: str | None = None
    ) -> None:
        self._app: Final = app
        self._token: Final = token.encode()
        self._ticket = None if ticket is None else ticket.encode()
        self._public: Final = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope) if scope["type"] == "http" else None
        if request is None or _path_of(request) == self._public:
            await self._app(scope, receive, send)
            return
        cookie = _cookie_name(request)
        if request.method == "GET" and self._opens(request.query_params.get(_IN_URL, "")):
            response = _elsewhere(request, _without_token(request))
            response.set_cookie(
                cookie,
                self._token.decode(),
                httponly=True,
                samesite="strict",
                secure=request.url.scheme == "https",
            )
            await response(scope, receive, send)
        elif any(map(self._is_right, _given(request, cookie))):
            await self._app(scope, receive, send)
        else:
            message = (
                "the token is missing or wrong: open the URL that `metaprov serve` printed, or "
                "send it as `Authorization: Bearer TOKEN`"
            )
            refused = error_response(401, message, {"WWW-Authenticate": "Bearer"})
            await refused(scope, receive, send)

    def _opens(self, given: str) -> bool:
        if self._ticket is not None and _are_equal(given, self._ticket):
            self._ticket = None
            return True
        return self._is_right(given)

    def _is_right(self, given: str) -> bool:
        return _are_equal(given, self._token)


def _are_equal(given: str, secret: bytes) -> bool:
    # Takes as long however much of it is right.
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret)


def _elsewhere(request: Request, path: str) -> Response:
    """What leads a browser to another path of this server."""
    headers = {"Cache-Control": "no-store"}
    if request.headers.get("sec-fetch-site") != "cross-site":
        return RedirectResponse(path, 303, headers)
    # Followed from another site, or a file, a redirect would not have the cookie: the page has.
    page = f'<!doctype html><meta http-equiv="refresh" content="0; url={escape(path)}">'
    return HTMLResponse(page, headers=headers)


def _path_of(request: Request) -> str:
    """Within the application, wherever it is mounted."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def _cookie_name(request: Request) -> str:
    """With the port: browsers send cookies to every server of a machine."""
    _, port = request.scope.get("server") or ("", None)
    return f"metaprov-{port or 0}"


def _given(request: Request, cookie: str) -> Iterator[str]:
    yield request.cookies.get(cookie, "")
    authorization = request.headers.get("authorization", "")
    if authorization[: len(_BEARER)].lower() == _BEARER:
        yield authorization[len(_BEARER) :].strip()


def _without_token(request: Request) -> str:
    url = request.url.remove_query_params(_IN_URL)
    # A path alone: it stays on this server, whatever the Host was.
    path = "/" + url.path.lstrip("/")
    return f"{path}?{url.query}" if url.query else path
