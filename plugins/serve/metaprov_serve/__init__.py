"""A folder in an unmodified OHIF, and metaprov's answers in any Cornerstone3D program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .application import app

__all__ = ["app"]


def __getattr__(name: str) -> object:
    # The command and its help need no Starlette.
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .application import app

    return app
