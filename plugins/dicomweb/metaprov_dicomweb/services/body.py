"""The body of an answer as a file: kept as far as it was read, and read further on demand."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from metaprov_dicomweb.server.errors import AnswerTooLargeError, failed
from metaprov_dicomweb.server.settings import limits

from .multipart import boundary_of, end_of_part, start_of_part

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from metaprov_dicomweb.http.requests import Stream
    from metaprov_dicomweb.server.urls import Url

__all__ = ["StreamedBody"]

_PIECE: Final = 8 * 1024
#: More than any part has before its bytes.
_LONGEST_HEAD: Final = 16 * 1024


class StreamedBody(io.RawIOBase):
    """The body of an answer, or of its first part if it has parts."""

    def __init__(self, stream: Stream, url: Url) -> None:
        super().__init__()
        self._stream: Final = stream
        self._url: Final = url
        self._read_so_far = bytearray()
        self._has_ended = False
        self._position = 0
        #: What separates the parts, b"" for no parts; and where the first one begins.
        self._boundary, self._start = self._head_of_part()
        #: Where the part ends, once that has come.
        self._part_end: int | None = None
        #: The part does not end before this place.
        self._searched = self._start

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True: to any place counted from the beginning, read or not."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer with the next bytes, and return how many they are."""
        view = memoryview(buffer).cast("B")
        begin = self._start + self._position
        end = begin + len(view)
        # Bytes that may be the end of the part are held back until more have come.
        self._read_up_to(end + self._held_back)
        piece = self._read_so_far[begin : min(end, self._end())]
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to another place, counted from the beginning or the current place."""
        if whence == io.SEEK_END:
            raise io.UnsupportedOperation("nobody knows where an answer ends before it is read")
        self._position = max(0, offset + (self._position if whence == io.SEEK_CUR else 0))
        return self._position

    def tell(self) -> int:
        """The current place."""
        return self._position

    def _head_of_part(self) -> tuple[bytes, int]:
        try:
            boundary = boundary_of(self._stream.headers.get("Content-Type", ""))
        except ValueError as error:
            raise failed(self._url, str(error)) from error
        if boundary is None:
            return b"", 0
        while (part := start_of_part(self._read_so_far, boundary)) is None:
            size = len(self._read_so_far)
            self._read_up_to(size + 1)
            if size == len(self._read_so_far) or size > _LONGEST_HEAD:
                raise failed(self._url, "the answer is in parts, and has none")
        return boundary, part[0]

    @property
    def _held_back(self) -> int:
        """How many bytes may be the beginning of what ends the part: it, and an end of a line."""
        return len(self._boundary) + 2 if self._boundary else 0

    def _end(self) -> int:
        """Where the bytes end that surely belong to the part."""
        size = len(self._read_so_far)
        if not self._boundary or self._part_end is not None:
            return size if self._part_end is None else self._part_end
        end = end_of_part(self._read_so_far, self._boundary, self._start, self._searched)
        if end is not None:
            self._part_end = end
            return end
        self._searched = max(self._start, size - self._held_back)
        return size if self._has_ended else self._searched

    def _read_up_to(self, end: int) -> None:
        limit = limits().answer_limit
        while len(self._read_so_far) < end and not self._has_ended:
            piece = self._stream.read(max(_PIECE, end - len(self._read_so_far)))
            self._has_ended = not piece
            self._read_so_far += piece
            if len(self._read_so_far) > limit:
                reason = f"the header has more than {limit} bytes"
                raise failed(self._url, reason, AnswerTooLargeError)
