"""Factors that were given by hand: the custom provider of Cornerstone's how-to.

This module is the plugin: one object, whose values every host of the process shares.
"""

from __future__ import annotations

from typing import Any, Final

import metaprov_core
from metaprov_core import ProviderCache, hookimpl

from .scaling_module import SCALING

__all__ = ["add"]

# Nothing is derived here: the bound is on what is, and added values have none.
_scaling_per_image_id: Final[ProviderCache[Any]] = ProviderCache(maxsize=1)


def add(image_id: str, scaling: Any) -> None:
    """Give the factors of an image: a mapping as ``{"suvbw": 0.0004}``, or a struct of your own.

    From now on they are the answer for scalingModule, whatever could be computed.
    """
    _scaling_per_image_id.add(image_id, scaling)
    metaprov_core.changed(SCALING, image_id)


@hookimpl(types=[SCALING], tryfirst=True)
def get_metadata(image_id: str) -> Any:
    """The factors that were added."""
    return _scaling_per_image_id.get(image_id)


@hookimpl
def add_metadata(type: str, image_id: str, value: Any) -> bool | None:
    """Take the factors of an image."""
    if type != SCALING:
        return None
    _scaling_per_image_id.add(image_id, value)
    return True


@hookimpl
def clear_metadata(type: str | None, image_id: str | None) -> None:
    """Forget the factors of an image."""
    if type is None or type == SCALING:
        _scaling_per_image_id.clear(image_id)
