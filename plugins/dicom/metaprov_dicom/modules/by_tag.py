"""Values by tag, of attributes without keyword: private ones, and those of repeating groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_dicom.instance.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_dicom.instance.fields import ValueOf

__all__ = ["value_in"]


def value_in(instance: Mapping[str, Any]) -> ValueOf:
    """What gives the values of an instance by their tags; None for what is not there."""
    if isinstance(instance, Instance):
        # Most images have none, and are not to remember that of each attribute.
        return lambda tag: instance.value(tag) if instance.has(tag) else None
    return lambda tag: instance.get(f"{tag:08X}")
