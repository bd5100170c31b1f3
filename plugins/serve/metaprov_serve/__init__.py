"""A folder in an unmodified OHIF, and metaprov's answers in any Cornerstone3D program."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .application import app
    from .notebook import show

__all__ = ["app", "show"]

__version__ = "0.1.0"

#: The command and its help need no Starlette.
_MODULES: Final = {"app": ".application", "show": ".notebook"}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)
