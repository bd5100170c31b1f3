"""What sets images apart that lie at one position: times, echoes, diffusion ..."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from metaprov_core import parse_image_id
from metaprov_modules import VolumeGroup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .rules import GroupAttribute, Rules
    from .slices import Slice
    from .stacks import Stack

__all__ = ["Group", "groups"]

#: Values by which a few slices are told apart are not yet groups of volumes: as many of them as
#: this, times the images of a position.
_MOST_VALUES = 2


class Group(NamedTuple):
    """Some slices of a stack, and what they have in common."""

    stack: Stack
    #: None where no position repeats.
    group: VolumeGroup | None
    #: The places of slices that nothing separates, for each position that has several of them.
    repeated: Sequence[Sequence[int]]


def groups(stack: Stack, rules: Rules) -> list[Group]:
    """The groups of a stack; one, with what repeats, where nothing separates all that repeats."""
    positions = _positions(stack.distances, rules.position)
    if all(len(position) == 1 for position in positions):
        return [Group(stack, None, ())]
    values = _Values(stack.slices)
    by_value = [each for each in rules.attributes if each.by == "value"]
    tried = [(each,) for each in rules.attributes] + list(combinations(by_value, 2))
    for attributes in tried:
        split = _split(positions, values, attributes)
        if split is not None:
            return [Group(stack.of(places), group, ()) for group, places in split]
    return [Group(stack, None, [each for each in positions if len(each) > 1])]


def _positions(distances: Sequence[float], tolerance: float) -> list[list[int]]:
    """The places of the slices at each position."""
    positions: list[list[int]] = []
    start = -float("inf")
    for place, distance in enumerate(distances):
        if distance - start > tolerance:
            positions.append([])
            start = distance
        positions[-1].append(place)
    return positions


class _Values:
    """The values of attributes, each asked for once."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        self._slices = slices
        self._values: dict[GroupAttribute, list[Any]] = {}

    def of(self, attribute: GroupAttribute) -> list[Any]:
        values = self._values.get(attribute)
        if values is None:
            values = self._values[attribute] = [_value(each, attribute) for each in self._slices]
        return values


def _split(
    positions: Sequence[Sequence[int]], values: _Values, attributes: tuple[GroupAttribute, ...]
) -> list[tuple[VolumeGroup, list[int]]] | None:
    """The groups by an attribute, or by two; None where they do not separate what repeats."""
    columns = [values.of(each) for each in attributes]
    if all(_is_constant(column) for column in columns):
        return None
    keys = list(zip(*columns, strict=True)) if len(columns) > 1 else columns[0]
    if any(len({keys[place] for place in position}) < len(position) for position in positions):
        return None
    name = "/".join(_label(each.keyword) for each in attributes)
    by_value = attributes[0].by == "value"
    # A value that differs from slice to slice is no more than an order.
    is_order = by_value and len(set(keys)) > _MOST_VALUES * max(map(len, positions))
    is_ranked = is_order or not by_value
    split = _by_rank(positions, keys) if is_ranked else _by_value(keys)
    if split is None:
        return None
    assumed = is_order or attributes[0].assumed
    return [
        (VolumeGroup(name, value, index, len(split), assumed), sorted(places))
        for index, (value, places) in enumerate(split)
    ]


def _by_value(keys: Sequence[Any]) -> list[tuple[Any, list[int]]]:
    places: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return sorted(places.items(), key=lambda item: _order(item[0]))


def _by_rank(
    positions: Sequence[Sequence[int]], keys: Sequence[Any]
) -> list[tuple[Any, list[int]]] | None:
    count = len(positions[0])
    if any(len(position) != count for position in positions):
        return None
    ranked = [sorted(position, key=lambda place: _order(keys[place])) for position in positions]
    return [(keys[places[0]], list(places)) for places in zip(*ranked, strict=True)]


def _is_constant(column: Sequence[Any]) -> bool:
    first = column[0]
    return all(each == first for each in column)


def _order(value: Any) -> tuple[Any, ...]:
    """What sorts values of several kinds: nothing, then numbers, then the rest."""
    if value is None:
        return (0,)
    if isinstance(value, int | float):
        return (1, value)
    if isinstance(value, tuple):
        return (2, tuple(map(_order, value)))
    return (3, str(value))


def _label(keyword: str) -> str:
    is_tag = len(keyword) == 8 and keyword[0].isdigit()
    return f"({keyword[:4]},{keyword[4:]})" if is_tag else keyword


def _value(slice_: Slice, attribute: GroupAttribute) -> Any:
    attributes = slice_.attributes
    if attribute.creator is not None and not _has_creator(attributes, attribute):
        return None
    value = attributes.get(attribute.keyword)
    if value is None and attribute.within:
        value = next(_found_within(attributes, attribute), None)
    if attribute.of_frames and isinstance(value, tuple):
        frame = parse_image_id(slice_.image_id).frame or 1
        value = value[frame - 1] if frame <= len(value) else None
    return _plain(value)


def _has_creator(attributes: Mapping[str, Any], attribute: GroupAttribute) -> bool:
    return attributes.get(f"{attribute.keyword[:4]}00{attribute.keyword[4:6]}") == attribute.creator


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
