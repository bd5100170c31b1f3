"""Compressed pixel data (PS3.5 A.4): items, the fragments of frames, behind a table of offsets."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError
from metaprov_dicom.encoding.heads import ITEM, SEQUENCE_END, implicit_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_dicom.file.sources import HeaderSource

__all__ = ["Fragments", "NotFragments", "fragments_behind_table"]

_HEAD: Final = 8
#: How JPEG, JPEG-LS and JPEG 2000 streams begin and end. A fragment may be padded at its end.
_BEGINNINGS: Final = (b"\xff\xd8", b"\xff\x4f\xff\x51")
_END: Final = b"\xff\xd9"
_NEAR_THE_END: Final = 10


class NotFragments(Exception):  # noqa: N818  # the table is wrong: the items themselves are looked at
    """What is at a place is not the fragments of a frame."""


class Fragments(NamedTuple):
    """Where the items of each frame are; of a thousand frames, 8 KB."""

    #: Where the first item of each frame begins; behind the last, where its items end, or 0.
    starts: array[int]
    #: How long each frame is without padding; empty where that is not said.
    lengths: array[int]
    #: Whether a table says so: its entries are looked at when a frame is asked for.
    by_table: bool

    def of_frame(self, source: HeaderSource, frame: int, end: int | None) -> bytes:
        """The fragments of a frame, counted from 1, joined; ``end`` is that of the pixel data.

        Raises NotFragments where there are no such items, and MetadataReadError where the file
        ends within them.
        """
        begin, stop = self.starts[frame - 1], self.starts[frame]
        pieces = _last(source, begin, end) if not stop else _between(source, begin, stop)
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if not self.lengths:
            return data
        length = self.lengths[frame - 1]
        if not 0 <= len(data) - length <= 1:
            raise NotFragments
        return data[:length]


def fragments_behind_table(  # noqa: PLR0917 - what an element says of its frames, once
    source: HeaderSource,
    start: int,
    end: int | None,
    frames: int,
    extended: tuple[bytes, bytes] | None,
    trust: bool,
) -> Fragments:
    """Where the fragments of all frames are.

    ``extended`` is the Extended Offset Table (7FE0,0001) with its lengths (7FE0,0002), None without
    it. Not to ``trust`` the tables, or without one, all items are looked at: one frame has all of
    them; several have one each, or those up to the one with which a JPEG stream ends. Raises
    MetadataReadError where that does not tell the frames apart.
    """
    head = source.read(_HEAD, start)
    if len(head) < _HEAD:
        raise MetadataReadError(source.name, "the file ends before the items of its pixel data")
    tag, length = implicit_head(head)
    if tag != ITEM:
        raise MetadataReadError(source.name, "its compressed pixel data do not begin with an item")
    first = start + _HEAD + length
    if trust:
        table = _extended_table(extended, first, frames)
        if table is None and length:
            table = _basic_table(source.read(length, start + _HEAD), first, frames)
        if table is not None:
            return table
    return _by_items(source, first, end, frames)


def _basic_table(entries: bytes, first: int, frames: int) -> Fragments | None:
    count = len(entries) // 4
    return _table(memoryview(entries)[: count * 4], "I", first, frames, array("Q"))


def _extended_table(
    tables: tuple[bytes, bytes] | None, first: int, frames: int
) -> Fragments | None:
    if tables is None:
        return None
    lengths = array("Q")
    if len(tables[1]) == 8 * frames:
        lengths.extend(_numbers(tables[1], "Q"))
    return _table(tables[0], "Q", first, frames, lengths)


def _table(
    entries: bytes | memoryview, code: str, first: int, frames: int, lengths: array[int]
) -> Fragments | None:
    """The frames as a table says them; None where it cannot be right."""
    offsets = _numbers(entries, code)
    # Offsets that no longer fit in 32 bits begin again at 0.
    ascending = all(map(int.__lt__, offsets, offsets[1:]))
    if len(offsets) != frames or offsets[0] or not ascending:
        return None
    starts = array("Q", [first + offset for offset in offsets])
    starts.append(0)
    return Fragments(starts, lengths, by_table=True)


def _numbers(entries: bytes | memoryview, code: str) -> list[int]:
    size = 4 if code == "I" else 8
    return [
        int.from_bytes(entries[place : place + size], "little")
        for place in range(0, len(entries) - size + 1, size)
    ]


def _by_items(source: HeaderSource, first: int, end: int | None, frames: int) -> Fragments:
    begins, stops = array("Q"), array("Q")
    for begin, length in _items(source, first, end):
        begins.append(begin)
        stops.append(begin + _HEAD + length)
    if not begins:
        raise MetadataReadError(source.name, "its pixel data have no fragments")
    if frames == 1:
        starts = begins[:1]
    elif len(begins) == frames:
        starts = begins[:]
    elif len(begins) < frames:
        raise MetadataReadError(
            source.name, f"it has {frames} frames, and its pixel data {len(begins)} fragments"
        )
    else:
        starts = _by_markers(source, begins, stops, frames)
    starts.append(stops[-1])
    return Fragments(starts, array("Q"), by_table=False)


def _by_markers(
    source: HeaderSource, begins: array[int], stops: array[int], frames: int
) -> array[int]:
    """Where frames begin, by how JPEG streams begin and end."""
    starts, is_first = array("Q"), True
    for begin, stop in zip(begins, stops, strict=True):
        if is_first:
            if not source.read(4, begin + _HEAD).startswith(_BEGINNINGS):
                break
            starts.append(begin)
        near = max(begin + _HEAD, stop - _NEAR_THE_END)
        is_first = _END in source.read(stop - near, near)
    if len(starts) != frames or not is_first:
        raise MetadataReadError(
            source.name,
            f"its pixel data are {len(begins)} fragments of {frames} frames, without a right table "
            "of offsets, and nothing tells which fragments are of which frame",
        )
    return starts


def _items(source: HeaderSource, position: int, end: int | None) -> Iterator[tuple[int, int]]:
    """Where each item begins, and how long it is, up to the delimiter or the end of the file."""
    while end is None or position < end:
        head = source.read(_HEAD, position)
        # Some files end without the delimiter.
        if len(head) < _HEAD:
            return
        tag, length = implicit_head(head)
        if tag == SEQUENCE_END:
            return
        if tag != ITEM:
            raise MetadataReadError(
                source.name, f"at byte {position} of its pixel data should be an item, and is none"
            )
        yield position, length
        position += _HEAD + length


def _between(source: HeaderSource, begin: int, stop: int) -> list[bytes]:
    """The fragments of the items that fill a range."""
    data = source.read(stop - begin, begin)
    pieces, position = [], 0
    while position + _HEAD <= len(data):
        tag, length = implicit_head(data, position)
        if tag != ITEM:
            raise NotFragments
        position += _HEAD
        if position + length > stop - begin:
            raise NotFragments
        pieces.append(data[position : position + length])
        position += length
    if position > len(data):
        raise _cut_off(source, len(pieces[-1]), length)
    if position != stop - begin or not pieces:
        raise NotFragments
    return pieces


def _last(source: HeaderSource, begin: int, end: int | None) -> list[bytes]:
    """The fragments of the items from a place to the delimiter."""
    pieces: list[bytes] = []
    head = source.read(_HEAD, begin)
    while len(head) == _HEAD and (end is None or begin < end):
        tag, length = implicit_head(head)
        if tag == SEQUENCE_END:
            break
        if tag != ITEM:
            raise NotFragments
        # With the head of what follows.
        data = source.read(length + _HEAD, begin + _HEAD)
        if len(data) < length:
            raise _cut_off(source, len(data), length)
        pieces.append(data[:length])
        head = data[length:]
        begin += _HEAD + length
    if not pieces:
        raise NotFragments
    return pieces


def _cut_off(source: HeaderSource, there: int, length: int) -> MetadataReadError:
    return MetadataReadError(
        source.name,
        f"the file ends within a fragment of its pixel data: {there} of {length} bytes are there",
    )
