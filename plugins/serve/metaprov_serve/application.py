"""The whole server as one ASGI application."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import RedirectResponse
from starlette.routing import Route

import metaprov_core

from . import dicomweb
from .api import api_routes
from .api.frames import PIXEL_HEADERS
from .guard.authorized import Authorized
from .guard.hosts import KnownHosts
from .guard.limits import Limits
from .guard.policies import Policies
from .guard.tokens import HasToken
from .http.errors import HANDLERS, Unforeseen
from .inspector import inspector_routes
from .javascript_file import JAVASCRIPT_PATH, javascript_route
from .served import Served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from os import PathLike
    from pathlib import Path

    from starlette.routing import BaseRoute

    from metaprov_core import Host

    from .guard.authorized import Authorize

__all__ = ["app"]


def app(
    sources: Iterable[str | PathLike[str]],
    *,
    token: str | None,
    ticket: str | None = None,
    authorize: Authorize | None = None,
    host: Host | None = None,
    allowed_hosts: Iterable[str] = (),
    origins: Iterable[str] = (),
    ohif: Path | None = None,
) -> Starlette:
    """What `metaprov serve` serves, as an ASGI application: run it, or mount it in another one.

    ``sources`` are folders, files and URLs of servers that metaprov-dicomweb is configured for;
    nothing else is served. A request needs the ``token``; None asks for none. A page may be opened
    with ``ticket`` in the place of it, once: others can read with what a browser is started.
    ``authorize(request)`` says of each request whether it is allowed, and may be asynchronous.
    Another host than the default one is asked with ``host``. ``allowed_hosts`` are names by which
    the server is asked beside those of loopback, ``origins`` pages from elsewhere that may read
    answers, ``ohif`` the folder of a built OHIF, served at ``/``.

    Paths below ``/metaprov/`` are the inspector and the API, those below ``/dicomweb/`` DICOMweb.
    A thread begins at once to build the index of DICOMweb; the end of the application ends it.
    Raises ValueError for an empty token, and OhifError where ``ohif`` is none.
    """
    if token == "":
        raise ValueError("a token is not empty; with None a request needs none")
    served = Served(metaprov_core.default_host if host is None else host, sources)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        served.index.stop()

    # Not in the life span: a mounted application has none.
    served.index.start()
    return Starlette(
        routes=list(_routes(served, ohif)),
        middleware=list(_middleware(token, ticket, authorize, allowed_hosts, list(origins))),
        exception_handlers=dict(HANDLERS),
        lifespan=lifespan,
    )


def _routes(served: Served, ohif: Path | None) -> Iterator[BaseRoute]:
    yield from api_routes(served)
    yield from dicomweb.routes(served)
    yield javascript_route()
    yield from inspector_routes()
    if ohif is None:
        yield Route("/", lambda _: RedirectResponse("metaprov/"))
    else:
        from .ohif import ohif_routes

        yield from ohif_routes(ohif)


def _middleware(
    token: str | None,
    ticket: str | None,
    authorize: Authorize | None,
    allowed_hosts: Iterable[str],
    origins: list[str],
) -> Iterator[Middleware]:
    """From the outside in: a request that is refused costs nothing further in."""
    yield Middleware(Policies)
    yield Middleware(KnownHosts, allowed=tuple(allowed_hosts))
    if origins:
        # Before the token: what browsers ask ahead has none.
        yield Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=[*PIXEL_HEADERS, "ETag", "X-Metaprov-Indexing"],
        )
    if token is not None:
        # Pages from elsewhere import the module, and can send nothing with that.
        yield Middleware(HasToken, token=token, ticket=ticket, public=JAVASCRIPT_PATH)
    if authorize is not None:
        yield Middleware(Authorized, authorize=authorize)
    yield Middleware(Limits)
    yield Middleware(Unforeseen)
