"""What the files of OHIF are; the tables of some machines know no wasm, or JavaScript as text."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

__all__ = ["HTML", "JAVASCRIPT", "media_type"]

HTML: Final = "text/html; charset=utf-8"
JAVASCRIPT: Final = "text/javascript; charset=utf-8"
_JSON: Final = "application/json"
#: By the end of their name.
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": HTML,
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": JAVASCRIPT,
    ".json": _JSON,
    ".jsonc": _JSON,
    ".map": _JSON,
    ".mjs": JAVASCRIPT,
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


def media_type(path: str) -> str:
    """That of a file by its name; of an unknown one, bytes that no browser runs."""
    return _MEDIA_TYPES.get(PurePath(path).suffix.lower(), "application/octet-stream")
