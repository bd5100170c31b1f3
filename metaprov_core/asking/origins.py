"""Where the fields of an answer come from: of a provider's, and once a wrapper has changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_core.answers import fields_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["origins_after_change", "origins_of"]


def origins_of(answer: Any, told: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Where the fields of an answer come from, of those that have a value."""
    values = fields_of(answer)
    return {field: phrases for field, phrases in told.items() if values.get(field, 0) is not None}


def origins_after_change(
    below: Mapping[str, tuple[str, ...]],
    answer_below: Any,
    wrapper: str,
    answer: Any,
    told: Mapping[str, tuple[str, ...]],
) -> dict[str, tuple[str, ...]]:
    """Where fields come from, above a wrapper, by what it changed.

    ``below`` is where those of the answer below it come from, and ``told`` what the wrapper says.
    """
    before, after = fields_of(answer_below), fields_of(answer)
    origins = {}
    for field in dict.fromkeys((*after, *below, *told)):
        if field in told and _has_value(field, before, after):
            origins[field] = told[field]
        elif field not in after or not _is_same(before.get(field), after[field]):
            origins[field] = (f"changed by {wrapper}",)
        elif field in below:
            origins[field] = below[field]
    return origins


def _has_value(field: str, *answers: Mapping[str, Any]) -> bool:
    """Whether a field has a value in one of the answers, or is none that they list."""
    values = [values[field] for values in answers if field in values]
    return not values or any(value is not None for value in values)


def _is_same(one: Any, other: Any) -> bool:
    try:
        return one is other or bool(one == other)
    except Exception:  # arrays have no truth
        return False
