"""Values by tag, of attributes without keyword: private ones, and those of repeating groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_dicom.instance.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_dicom.instance.fields import ValueOf

__all__ = ["tags_of_group", "value_in"]


#: Of keys that are tags.
_HEX_DIGITS: Final = frozenset("0123456789ABCDEF")


def tags_of_group(instance: Mapping[str, Any], group: int) -> list[int]:
    """The tags of the attributes of a private or repeating group, in any order."""
    if isinstance(instance, Instance):
        return list(instance.tags_of_groups(group))
    digits = f"{group:04X}"
    keys = [key for key in instance if len(key) == 8 and key.startswith(digits)]
    return [int(key, 16) for key in keys if _HEX_DIGITS.issuperset(key)]


def value_in(instance: Mapping[str, Any]) -> ValueOf:
    """What gives the values of an instance by their tags; None for what is not there."""
    if isinstance(instance, Instance):
        # Most images have none, and are not to remember that of each attribute.
        return lambda tag: instance.value(tag) if instance.has(tag) else None
    return lambda tag: instance.get(f"{tag:08X}")
