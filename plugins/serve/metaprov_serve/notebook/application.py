"""What a widget asks, as an application that no network leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from metaprov_serve.api import api_routes
from metaprov_serve.http.errors import HANDLERS, Unforeseen
from metaprov_serve.inspector import inspector_routes
from metaprov_serve.javascript_file import javascript_route

if TYPE_CHECKING:
    from metaprov_serve.api.images import Images

__all__ = ["application"]


def application(images: Images) -> Starlette:
    """The API about some images, and the files that show them.

    Who asks is the notebook itself, which can read all of this anyway: there are no tokens.
    """
    files = [javascript_route(), *inspector_routes()]
    # A JupyterHub may be far, and Cornerstone is large. The API compresses its answers itself.
    smaller = Middleware(GZipMiddleware, compresslevel=1)
    return Starlette(
        routes=[*api_routes(images), Mount("", routes=files, middleware=[smaller])],
        middleware=[Middleware(Unforeseen)],
        exception_handlers=dict(HANDLERS),
    )
