"""What pydicom reads a file through: it never takes much more memory than the file has bytes.

pydicom trusts the lengths that a header declares, and inflates deflated data whole.
"""

from __future__ import annotations

import io
from typing import Final

from .inflate import HEAD, deflated_header, is_part_of_a_head

__all__ = ["BoundedFile"]

#: pydicom reads an element in two or three pieces, and needs up to a kilobyte for each,
#: however short. Up to this many pieces are read of a file, or one for this many of its bytes.
_MOST_PIECES: Final = 300_000
_BYTES_A_PIECE: Final = 16


class BoundedFile(io.BufferedReader):
    """A file that is never asked for more bytes than it has, nor for each of them alone."""

    def __init__(self, raw: io.RawIOBase, size: int, name: str) -> None:
        """``size`` is that of the file, or the most that is to be read of it."""
        super().__init__(raw)
        self._name: Final = name
        self._size: Final = size
        self._pieces_left = max(_MOST_PIECES, size // _BYTES_A_PIECE)
        #: Whether the file ended where more of an element was to come.
        self.ended_early = False

    @property
    def name(self) -> str:
        """What the data set says where it is from."""
        return self._name

    def read(self, size: int | None = -1, /) -> bytes:
        self._pieces_left -= 1
        if self._pieces_left < 0:
            raise ValueError("the header is made of too many pieces")
        if size is None or size < 0:
            # pydicom asks for the rest of a file if, and only if, that is deflated.
            header, self.ended_early = deflated_header(super().read())
            return header
        piece = super().read(min(size, self._size))
        # Where no head follows the last element, the file ends.
        if len(piece) < size and (size != HEAD or is_part_of_a_head(piece)):
            self.ended_early = True
        return piece
