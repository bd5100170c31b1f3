"""Who has private elements in a header (PS3.5 7.8.1): a column that no provider answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataType

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PRIVATE_CREATORS", "creators_of"]

PRIVATE_CREATORS: Final[MetadataType[tuple[str, ...]]] = MetadataType("privateCreators")
"""The private creators of the data set, sorted, each once; empty where there are none."""


def creators_of(header: Mapping[str, Any]) -> tuple[str, ...]:
    """The private creators of a header, not those within its sequences."""
    raise NotImplementedError
