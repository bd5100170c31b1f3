"""Factors given by hand: the custom provider of Cornerstone's how-to.

This module is the plugin: one object, so that every host of the process has the same values.
"""

from __future__ import annotations

from typing import Any, Final

import metaprov_core
from metaprov_core import ProviderCache, hookimpl
from metaprov_modules import SCALING, answer_of

__all__ = ["add"]

# The bound is for derived values; these are all added, and stay.
_scaling_per_image_id: Final[ProviderCache[Any]] = ProviderCache(maxsize=1)


def add(image_id: str, scaling: Any) -> None:
    """Give the factors of an image: a `ScalingModule`, or the mapping ``{"suvbw": 0.0004}`` for it.

    From now on they are the answer for scalingModule, before anything that could be computed. A
    struct of another class is answered as it is. Raises ValueError for a mapping with a name that
    is no field, or a value of another type, and TypeError for what has no fields.
    """
    _scaling_per_image_id.add(image_id, answer_of(SCALING, scaling))
    metaprov_core.changed(SCALING, image_id)


@hookimpl(types=[SCALING])
def get_metadata(image_id: str) -> Any:
    """The added factors."""
    return _scaling_per_image_id.get(image_id)


@hookimpl
def add_metadata(type: str, image_id: str, value: Any) -> bool | None:
    """Take the factors of an image."""
    if type != SCALING:
        return None
    _scaling_per_image_id.add(image_id, answer_of(SCALING, value))
    return True


@hookimpl
def copy_settings() -> None:
    """Refuse to have this process repeated by another one, which has no added factors."""
    if _scaling_per_image_id.info().added:
        raise ValueError(
            "factors were added in this process, which no other one has: clear() them, or give "
            "what they come from with configure(given=...)"
        )


@hookimpl
def clear_metadata(type: str | None, image_id: str | None) -> None:
    """Forget the factors of an image."""
    if type is None or type == SCALING:
        _scaling_per_image_id.clear(image_id)
