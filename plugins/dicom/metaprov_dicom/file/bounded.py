"""What pydicom reads a file through: it never takes much more memory than the file has bytes.

pydicom trusts the lengths that a header declares, and inflates deflated data whole.
"""

from __future__ import annotations

import io
import zlib
from typing import Final

from .walk import PIXELS, CutOff, NotUnderstood, walk

__all__ = ["BoundedFile", "deflated_header"]

#: A header may inflate to this many times its size, or to this many bytes if that is more.
_MOST_TIMES: Final = 16
_AT_LEAST: Final = 1024 * 1024


#: pydicom reads an element in two or three pieces, and needs up to a kilobyte for each,
#: however short. Up to this many pieces are read of a file, or one for this many of its bytes.
_MOST_PIECES: Final = 300_000
_BYTES_A_PIECE: Final = 16

#: How many bytes pydicom reads to see whether there is another element.
_HEAD: Final = 8


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
        if len(piece) < size and (size != _HEAD or _is_part_of_a_head(piece)):
            self.ended_early = True
        return piece


def deflated_header(data: bytes) -> tuple[bytes, bool]:
    """The deflated data of a data set without its pixels, and whether it ends inside its header.

    Raises ValueError where the header is many times as long as the data: a damaged or hostile one.
    """
    limit = max(_AT_LEAST, _MOST_TIMES * len(data))
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    header = inflate.decompress(data, limit)
    is_all = len(header) < limit
    try:
        end = walk(header, 0, len(header), {}, True, PIXELS)
    except CutOff:
        end = len(header) + 1
    except NotUnderstood:
        if not is_all:
            raise ValueError("the deflated data is damaged") from None
        return data, False
    if is_all:
        # Padding is not an element.
        return data, end > len(header) or _is_part_of_a_head(header[end:])
    if end > len(header) - _HEAD:
        raise ValueError(f"the deflated header has more than {limit} bytes")
    # The pixels begin with the head of their element, which is what pydicom stops at.
    stored = zlib.compressobj(0, wbits=-zlib.MAX_WBITS)
    return stored.compress(header[: end + 12]) + stored.flush(), False


def _is_part_of_a_head(rest: bytes) -> bool:
    """Whether what follows the last element is the beginning of another, and no padding."""
    return len(rest) < _HEAD and bool(rest.strip(b"\0"))
