"""The page of the viewer's tests, beside the server that it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp

PAGE = """<!doctype html><meta charset="utf-8"><title>metaprov</title>
<style>body { margin: 0; background: #444 } #viewport { position: relative }</style>
<div id="viewport" oncontextmenu="return false"></div>
<script type="module" src="/bundle/page.js"></script>"""


def with_page(app: ASGIApp, bundle: Path) -> Starlette:
    """The app, and the page at /."""
    return Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse(PAGE)),
            Mount("/bundle", StaticFiles(directory=bundle)),
            Mount("/", app),
        ]
    )
