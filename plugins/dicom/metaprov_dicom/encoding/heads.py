"""How the heads of elements are written (PS3.5 7.1), little endian: tags, VRs and lengths."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from metaprov_dicom.values.vr import WITH_LONG_LENGTH, WITH_SHORT_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DEEPEST",
    "GROUP_OF_ITEMS",
    "ITEM",
    "ITEM_END",
    "LONG",
    "SEQUENCE_END",
    "SHORT",
    "CutOff",
    "NotUnderstood",
    "explicit_head",
    "implicit_head",
    "is_named",
    "long_length",
    "swapped",
]

ITEM: Final = 0xE000FFFE
ITEM_END: Final = 0xE00DFFFE
SEQUENCE_END: Final = 0xE0DDFFFE
#: The group of items and delimiters, which have no VR.
GROUP_OF_ITEMS: Final = 0xFFFE

#: Sequences in sequences in sequences: real headers have fewer than ten.
DEEPEST: Final = 50


def _codes(vrs: Iterable[str]) -> dict[int, str]:
    return {int.from_bytes(vr.encode(), "little"): vr for vr in vrs}


#: The VRs by the number that their two letters are; those whose length has 2 bytes, and 4 bytes.
SHORT: Final = _codes(WITH_SHORT_LENGTH)
LONG: Final = _codes(WITH_LONG_LENGTH)

#: The head of an element: tag, then VR and length, or the length alone.
explicit_head: Final = struct.Struct("<IHH").unpack_from
implicit_head: Final = struct.Struct("<II").unpack_from
#: The length behind the VR of a long one, and 2 bytes that are reserved.
long_length: Final = struct.Struct("<I").unpack_from


class NotUnderstood(Exception):  # noqa: N818  # no error: pydicom reads it then
    """The bytes are not what PS3.5 says, or need a dictionary to be understood."""


class CutOff(NotUnderstood):
    """The bytes end within an element: there may be more of them in the file."""


def swapped(tag: int) -> int:
    """A tag as little endian files have it: group and element change places."""
    return tag >> 16 | (tag & 0xFFFF) << 16


def is_named(data: bytes, position: int) -> bool:
    """Whether the element at a place has two capital letters for a VR, as pydicom judges."""
    vr = data[position + 4 : position + 6]
    return vr.isupper() and vr.isalpha()
