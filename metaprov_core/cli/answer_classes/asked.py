"""The type that somebody asks to have explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import metaprov_core
from metaprov_core import MetadataNotFoundError
from metaprov_core.asking.explanation import near
from metaprov_core.asking.known import hints_for_question, is_known_type

if TYPE_CHECKING:
    from metaprov_core import MetadataType

__all__ = ["asked_type"]


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
