"""The files of the inspector, below /metaprov/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from .keywords import keywords

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

__all__ = ["PAGE", "inspector_routes"]

#: index.html, what it loads, and the bundle of Cornerstone where it was built.
PAGE: Final = Path(__file__).parent / "page"


def inspector_routes() -> list[BaseRoute]:
    """The page; to be put after the routes of the API, which are below /metaprov/ too."""
    return [
        Route("/metaprov", lambda _: RedirectResponse("metaprov/")),
        Route("/metaprov/keywords.json", _keywords),
        Mount("/metaprov", StaticFiles(directory=PAGE, html=True)),
    ]


def _keywords(_: Request) -> Response:
    return Response(keywords(), media_type="application/json")
