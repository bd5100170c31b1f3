"""What pydicom reads a file through: it never takes much more memory than the file has bytes.

pydicom trusts the lengths that a header declares.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from .sources import HeaderSource

__all__ = ["BoundedFile"]

#: pydicom reads an element in two or three pieces, and needs up to a kilobyte for each,
#: however short. Up to this many pieces are read of a file, or one for this many of its bytes.
_MOST_PIECES: Final = 300_000
_BYTES_A_PIECE: Final = 16
#: Where nobody knows how long a file is, no more is asked for at once.
_AT_ONCE: Final = 1024 * 1024
#: How many bytes pydicom reads to see whether there is another element.
_HEAD: Final = 8


class BoundedFile(io.BufferedReader):
    """A file that is never asked for more bytes than it has, nor for each of them alone."""

    def __init__(self, source: HeaderSource) -> None:
        super().__init__(_Raw(source))
        self._name: Final = source.name
        self._size: Final = source.size
        self._pieces_left = max(_MOST_PIECES, (source.size or 0) // _BYTES_A_PIECE)
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
            # pydicom asks for the rest if, and only if, that is deflated.
            raise ValueError("it is deflated, and does not say so in the usual way")
        piece = self._read_up_to(size)
        # Where no head follows the last element, the file ends.
        if len(piece) < size and (size != _HEAD or piece.strip(b"\0")):
            self.ended_early = True
        return piece

    def _read_up_to(self, size: int) -> bytes:
        if self._size is not None:
            return super().read(min(size, self._size))
        pieces = []
        while size > 0 and (piece := super().read(min(size, _AT_ONCE))):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


class _Raw(io.RawIOBase):
    """A source as Python's streams are."""

    def __init__(self, source: HeaderSource) -> None:
        super().__init__()
        self._source: Final = source
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence == io.SEEK_END:
            if self._source.size is None:
                raise io.UnsupportedOperation("nobody knows where it ends")
            offset += self._source.size
        self._position = max(0, offset + (self._position if whence == io.SEEK_CUR else 0))
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        length, size = len(view), self._source.size
        if size is not None:
            length = min(length, max(0, size - self._position))
        piece = self._source.read(length, self._position) if length else b""
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
