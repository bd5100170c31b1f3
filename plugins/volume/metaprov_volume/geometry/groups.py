"""What sets images apart that lie at one position: times, echoes, diffusion ..."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from metaprov_modules import VolumeGroup

from .attribute_values import AttributeValues

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .rules import GroupAttribute, Rules
    from .stacks import Stack

    _Attributes = tuple[GroupAttribute, ...]
    _Split = list[tuple[VolumeGroup, list[int]]]

__all__ = ["Group", "groups"]

#: Values by which a few slices are told apart are not yet groups of volumes: as many of them as
#: this, times the images of a position.
_MOST_VALUES = 2
#: The share of the images that repeat a position that may be doubled slices of volumes.
_MOST_DOUBLED = 0.1


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
    repeated = [each for each in positions if len(each) > 1]
    if not repeated:
        return [Group(stack, None, ())]
    values = AttributeValues(stack.slices)
    split = _first_split(positions, values, rules)
    if split is not None:
        return [Group(stack.of(places), group, ()) for group, places in split]
    split = _nearly_split(repeated, values, rules)
    if split is not None:
        return [_with_doubled(stack, group, places, repeated) for group, places in split]
    return [Group(stack, None, repeated)]


def _first_split(
    positions: Sequence[Sequence[int]], values: AttributeValues, rules: Rules
) -> _Split | None:
    """By the first attribute that separates all that repeats, or else by the first pair.

    A pair of values is sure, and comes before those attributes that say no more than an order.
    """
    attributes = rules.attributes
    last = max((place for place, each in enumerate(attributes) if each.by == "value"), default=-1)
    singles: list[_Attributes] = [(each,) for each in attributes]
    for tried in singles[: last + 1]:
        if (split := _split(positions, values, tried)) is not None:
            return split
    pairs = _pairs(values, rules)
    for tried in pairs:
        if _are_values(positions, values, tried) and (split := _split(positions, values, tried)):
            return split
    for tried in (*singles[last + 1 :], *pairs):
        if (split := _split(positions, values, tried)) is not None:
            return split
    return None


def _nearly_split(
    repeated: Sequence[Sequence[int]], values: AttributeValues, rules: Rules
) -> _Split | None:
    """By the first values that leave no more than a few doubled slices together."""
    more = sum(map(len, repeated)) - len(repeated)
    singles: list[_Attributes] = [(each,) for each in rules.attributes if each.by == "value"]
    for attributes in (*singles, *_pairs(values, rules)):
        keys = _keys(values, attributes)
        left = sum(len(each) - len({keys[place] for place in each}) for each in repeated)
        if left <= _MOST_DOUBLED * more and _are_values(repeated, values, attributes):
            return _named(attributes, _by_value(keys), assumed=False)
    return None


def _with_doubled(
    stack: Stack, group: VolumeGroup, places: list[int], repeated: Sequence[Sequence[int]]
) -> Group:
    index = {place: number for number, place in enumerate(places)}
    within = ([index[place] for place in each if place in index] for each in repeated)
    return Group(stack.of(places), group, [each for each in within if len(each) > 1])


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


def _pairs(values: AttributeValues, rules: Rules) -> list[_Attributes]:
    """Of attributes by value; beside one that is the same for all, another is as good alone."""
    by_value = (each for each in rules.attributes if each.by == "value")
    return list(combinations([each for each in by_value if len(set(values.of(each))) > 1], 2))


def _keys(values: AttributeValues, attributes: _Attributes) -> list[Any]:
    columns = [values.of(each) for each in attributes]
    return list(zip(*columns, strict=True)) if len(columns) > 1 else columns[0]


def _are_values(
    positions: Sequence[Sequence[int]], values: AttributeValues, attributes: _Attributes
) -> bool:
    """Whether there are as few as volumes have; what differs from slice to slice is an order."""
    most = _MOST_VALUES * max(map(len, positions))
    return 1 < len(set(_keys(values, attributes))) <= most


def _split(
    positions: Sequence[Sequence[int]], values: AttributeValues, attributes: _Attributes
) -> _Split | None:
    """The groups by an attribute, or by two; None where they do not separate what repeats."""
    keys = _keys(values, attributes)
    if any(len({keys[place] for place in position}) < len(position) for position in positions):
        return None
    if attributes[0].by == "value" and _are_values(positions, values, attributes):
        return _named(attributes, _by_value(keys), assumed=attributes[0].assumed)
    ranked = _by_rank(positions, keys)
    if ranked is None:
        return None
    return _named(attributes, ranked, assumed=attributes[0].assumed or attributes[0].by == "value")


def _named(
    attributes: _Attributes, split: Sequence[tuple[Any, list[int]]], *, assumed: bool
) -> _Split:
    name = "/".join(_label(each.keyword) for each in attributes)
    has_date = attributes[0].date is not None
    return [
        (
            VolumeGroup(
                name, value[-1] if has_date and value else value, index, len(split), assumed
            ),
            sorted(places),
        )
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
