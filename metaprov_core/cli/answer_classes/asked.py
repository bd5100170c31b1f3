"""The type that somebody asks to have explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import metaprov_core
from metaprov_core import MetadataNotFoundError
from metaprov_core.asking.explanation import near
from metaprov_core.asking.known import hints_for_question, is_known_type

if TYPE_CHECKING:
    from metaprov_core import MetadataType
    from metaprov_core.loading.check import Implementation

__all__ = ["asked_type", "describing_plugins"]


def asked_type(name: str) -> MetadataType[Any]:
    """The key of a type that somebody serves.

    Raises MetadataNotFoundError, with the types of nearly that name, or what is to be installed.
    """
    key = metaprov_core.type_of(name)
    if key is not None:
        return key
    close = () if is_known_type(name) else near(name, metaprov_core.types())
    advice = [f"did you mean {' or '.join(close)}?"] if close else []
    hints = hints_for_question(name, "", metaprov_core.plugins(), ())
    raise MetadataNotFoundError("; ".join((f"no provider serves {name!r}", *hints, *advice)))


def describing_plugins(type: MetadataType[Any]) -> list[str]:
    """The plugins whose ``describe_type`` gives a key of a type."""
    return [
        record.name
        for record in metaprov_core.plugins()
        for each in record.implementations
        if each.hook == "describe_type" and _describes(each, type)
    ]


def _describes(implementation: Implementation, type: MetadataType[Any]) -> bool:
    if implementation.options.get("wrapper"):
        return False
    try:
        return implementation.function(*(str(type) for _ in implementation.arguments)) is not None
    except Exception:  # the host told of it when it asked
        return False
