"""The values of the attributes by which images are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from metaprov_core import parse_image_id

from .private_tags import private_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .rules import GroupAttribute
    from .slices import Slice

__all__ = ["AttributeValues"]


class AttributeValues:
    """The values of attributes of some slices, each asked for once."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        self._slices = slices
        self._values: dict[GroupAttribute, list[Any]] = {}

    def of(self, attribute: GroupAttribute) -> list[Any]:
        """The value of each slice; of times that have a date, the date and the time."""
        values = self._values.get(attribute)
        if values is None:
            values = self._values[attribute] = [_value(each, attribute) for each in self._slices]
        return values


def _value(slice_: Slice, attribute: GroupAttribute) -> Any:
    attributes = slice_.attributes
    if attribute.creator is not None:
        return _plain(private_value(attributes, attribute.keyword, attribute.creator))
    value = attributes.get(attribute.keyword)
    if value is None and attribute.within:
        value = next(_found_within(attributes, attribute), None)
    if attribute.of_frames and isinstance(value, tuple):
        frame = parse_image_id(slice_.image_id).frame or 1
        value = value[frame - 1] if frame <= len(value) else None
    if attribute.date is not None and value is not None:
        return _plain(attributes.get(attribute.date)), _plain(value)
    return _plain(value)


def _found_within(attributes: Mapping[str, Any], attribute: GroupAttribute) -> Iterator[Any]:
    for depth in range(len(attribute.within)):
        item: Any = attributes
        for sequence in attribute.within[depth:]:
            items = item.get(sequence)
            is_sequence = (
                isinstance(items, tuple | list) and items and isinstance(items[0], Mapping)
            )
            item = items[0] if is_sequence else {}
        value = item.get(attribute.keyword)
        if value is not None:
            yield value


def _plain(value: Any) -> Any:
    """A value that can be compared, and stands in JSON."""
    if isinstance(value, tuple | list):
        values = tuple(map(_plain, value))
        return values[0] if len(values) == 1 else values
    return value if value is None or isinstance(value, str | int | float) else str(value)
