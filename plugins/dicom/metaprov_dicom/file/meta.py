"""The file meta information (PS3.10 7.1): where it ends, and the transfer syntax."""

from __future__ import annotations

from typing import Final, NamedTuple

from metaprov_dicom.encoding.heads import NotUnderstood
from metaprov_dicom.encoding.walk import element_at

__all__ = ["META_START", "Meta", "meta_in"]

_PREAMBLE: Final = 128
_PREFIX: Final = b"DICM"
META_START: Final = _PREAMBLE + len(_PREFIX)
_GROUP: Final = b"\2\0"
_GROUP_LENGTH: Final = b"\2\0\0\0UL\4\0"
_TRANSFER_SYNTAX_UID: Final = b"\2\0\x10\0UI"


class Meta(NamedTuple):
    """The file meta information at the beginning of a file."""

    #: Where it ends, and the data set begins.
    end: int
    transfer_syntax: bytes
    #: Where the element of the transfer syntax begins and ends.
    place: tuple[int, int]

    def with_transfer_syntax(self, data: bytes, transfer_syntax: bytes) -> bytes:
        """The bytes up to the data set, with another transfer syntax."""
        begin, after = self.place
        value = transfer_syntax + b"\0" * (len(transfer_syntax) % 2)
        element = _TRANSFER_SYNTAX_UID + len(value).to_bytes(2, "little") + value
        meta = data[META_START:begin] + element + data[after : self.end]
        if meta.startswith(_GROUP_LENGTH):
            head = len(_GROUP_LENGTH)
            meta = meta[:head] + (len(meta) - head - 4).to_bytes(4, "little") + meta[head + 4 :]
        return data[:META_START] + meta


def meta_in(data: bytes) -> Meta:
    """The file meta information in the first bytes of a file. Raises NotUnderstood without it."""
    if data[_PREAMBLE:META_START] != _PREFIX:
        raise NotUnderstood
    position, last, place = META_START, len(data) - 12, None
    while data.startswith(_GROUP, position):
        if position > last:
            raise NotUnderstood
        vr, start, length = element_at(data, position, True)
        if vr is None:
            raise NotUnderstood
        if data.startswith(_TRANSFER_SYNTAX_UID, position):
            place = position, start + length
            transfer_syntax = data[start : start + length].strip(b" \0")
        position = start + length
    if place is None or position + 8 > len(data):
        raise NotUnderstood
    if not transfer_syntax.replace(b".", b"").isdigit():
        raise NotUnderstood
    return Meta(position, transfer_syntax, place)
