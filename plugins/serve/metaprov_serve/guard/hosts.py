"""By which names this server may be asked: a page that calls its own name ours is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers

from metaprov_serve.http.errors import error_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["LOOPBACK", "KnownHosts", "name_of"]

#: The names of this machine for itself.
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


class KnownHosts:
    """Answers 400 to a request whose Host is another name (DNS rebinding)."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str] = ()) -> None:
        self._app: Final = app
        self._names: Final = LOOPBACK | {name_of(each) for each in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or name_of(Headers(scope=scope).get("host", "")) in self._names:
            await self._app(scope, receive, send)
            return
        message = "this server is not asked by that name; --allow-host NAME allows it"
        await error_response(400, message)(scope, receive, send)


def name_of(host: str) -> str:
    """A Host without its port, in lower case."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()
