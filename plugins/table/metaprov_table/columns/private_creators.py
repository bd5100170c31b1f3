"""Who has private elements in a header (PS3.5 7.8.1): a column that no provider answers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataType
from metaprov_dicom import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PRIVATE_CREATORS", "creators_of"]

PRIVATE_CREATORS: Final[MetadataType[tuple[str, ...]]] = MetadataType("privateCreators")
"""The private creators of the data set, sorted, each once; empty where there are none."""

_HEX_DIGITS: Final = re.compile(r"[0-9A-F]{8}")


def creators_of(header: Mapping[str, Any]) -> tuple[str, ...]:
    """The private creators of a header, not those within its sequences."""
    if isinstance(header, Instance):
        keys = _keys_of_creators(tuple(header.tags()))
        values = header.values_of(keys) if keys else []
    else:
        values = [header[key] for key in _keys_of_creators(tuple(_private_tags(header)))]
    return tuple(sorted({value for value in values if isinstance(value, str)}))


# The headers of a series mostly have the same attributes.
@lru_cache(256)
def _keys_of_creators(tags: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"{tag:08X}" for tag in tags if tag >> 16 & 1 and 0x0010 <= tag & 0xFFFF <= 0x00FF)


def _private_tags(header: Mapping[str, Any]) -> Iterator[int]:
    """The tags of the private attributes of any other mapping: their keys are 8 hex digits."""
    return (int(key, 16) for key in header if _HEX_DIGITS.fullmatch(key))
