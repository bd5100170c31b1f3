"""Any part of a compressed file, without inflating all that is before it each time."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_nifti.header.first_bytes import GZIP, next_member

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["Inflated"]

#: How much is inflated from one place that is kept to the next one, at first.
_STEP: Final = 1 << 20
#: A place takes 50 KB. Of more than these every second one is dropped, and steps are twice as long.
_MOST_PLACES: Final = 256
#: How much is read, and how much is inflated, at once.
_READ: Final = 1 << 16
_INFLATED: Final = 1 << 20


class _Place(NamedTuple):
    """Where inflating can go on."""

    #: How much was inflated before, and how much was read for it.
    inflated: int
    read: int
    #: The state of zlib; a copy of it is used.
    inflate: Any


class Inflated:
    """What gzip inflates to (RFC 1952), in parts; places to go on from are kept.

    Threads inflate side by side, each from the nearest place that any of them has left.
    """

    def __init__(self) -> None:
        start = _Place(0, 0, zlib.decompressobj(GZIP))
        self._step = _STEP
        #: Replaced as a whole, for no reader has to wait for another one.
        self._places: tuple[_Place, ...] = (start,)
        #: Where a reader stopped: the next slice begins there.
        self._last = start

    def part(self, file: BinaryIO, offset: int, size: int) -> bytes:
        """Some bytes from an offset on; fewer where it ends before. Raises zlib.error."""
        places = (*self._places, self._last)
        at, read, inflate = max(
            (each for each in places if each.inflated <= offset), key=lambda each: each.inflated
        )
        inflate = inflate.copy()
        file.seek(read)
        end = offset + size
        parts = []
        waiting = b""
        while at < end and (data := waiting or file.read(_READ)):
            if inflate.eof:
                data = next_member(data, file)
                if not data:
                    break
                inflate = zlib.decompressobj(GZIP)
            found = inflate.decompress(data, min(_INFLATED, end - at))
            waiting = inflate.unused_data or inflate.unconsumed_tail
            if at + len(found) > offset:
                parts.append(found[max(offset - at, 0) :])
            at += len(found)
            if not inflate.eof:
                self._last = _Place(at, file.tell() - len(waiting), inflate.copy())
                self._keep(self._last)
        return b"".join(parts)

    def _keep(self, place: _Place) -> None:
        places = self._places
        if place.inflated < places[-1].inflated + self._step:
            return
        if len(places) == _MOST_PLACES:
            places = places[::2]
            self._step *= 2
        self._places = (*places, place)
