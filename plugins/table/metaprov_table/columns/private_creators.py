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
    tags_of = getattr(header, "tags", None)
    tags = _tags_in(header) if tags_of is None else tags_of()
    found = {
        creator
        for tag in tags
        if tag >> 16 & 1 and 0x0010 <= tag & 0xFFFF <= 0x00FF
        if isinstance(creator := header.get(f"{tag:08X}"), str)
    }
    return tuple(sorted(found))


def _tags_in(header: Mapping[str, Any]) -> list[int]:
    """The tags of the private attributes of any mapping: their keys are 8 hex digits."""
    tags = []
    for key in header:
        try:
            tags.append(int(key, 16) if len(key) == 8 else 0)
        except ValueError:
            continue
    return tags
