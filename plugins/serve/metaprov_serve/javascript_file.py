"""metaprov.js: where it is, in the wheel or in the clone, and where it is served."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.responses import FileResponse
from starlette.routing import Route

__all__ = ["JAVASCRIPT_PATH", "javascript_route"]

JAVASCRIPT_PATH: Final = "/metaprov/metaprov.js"
_MEDIA_TYPE: Final = "text/javascript; charset=utf-8"
_HERE: Final = Path(__file__).parent
_PLACES: Final = (_HERE / "javascript" / "metaprov.js", _HERE.parent / "javascript" / "metaprov.js")
_FILE: Final = next((path for path in _PLACES if path.is_file()), _PLACES[0])


def javascript_route() -> Route:
    """The module, for pages from elsewhere too."""
    return Route(JAVASCRIPT_PATH, lambda _: FileResponse(_FILE, media_type=_MEDIA_TYPE))
