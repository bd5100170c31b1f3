"""An answer as it comes in: decompressed, read in part or to its end."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_dicomweb.server.errors import AnswerTooLargeError, failed
from metaprov_dicomweb.server.masking import masked
from metaprov_dicomweb.server.settings import limits

from .compression import PLAIN, Decompression
from .connection import BrokenError, broken_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from urllib3 import BaseHTTPResponse

    from metaprov_dicomweb.server.urls import Url

__all__ = ["Answer", "Stream", "whole"]

_PIECE: Final = 256 * 1024
#: So much of a DICOM file tells it from a compressed one.
_START: Final = 132
#: More digits than a length has.
_LONGEST_NUMBER: Final = 20
#: Media types in which no server has repeated anything.
_USUAL: Final = frozenset(
    {
        "",
        "application/dicom+json",
        "application/json",
        "application/octet-stream",
        "binary/octet-stream",
        "multipart/related",
    }
)


class Answer(NamedTuple):
    """An answer that was read to its end, decompressed."""

    body: bytes
    content_type: str
    status: int = 200


class Stream:
    """An answer that is still coming in, decompressed, to be read as far as it is needed."""

    def __init__(
        self, response: BaseHTTPResponse, url: Url, is_zipped: Callable[[bytes, str], bool]
    ) -> None:
        """``is_zipped`` tells by the first bytes and the media type what no header tells."""
        self._response: Final = response
        self._url: Final = url
        self._is_zipped: Final = is_zipped
        #: What ended it, if it broke off.
        self.error: BrokenError | None = None
        self._ahead = b""
        self._decompression: Decompression | None = None
        self._has_begun = False

    @property
    def status(self) -> int:
        """The status of the answer: one of success."""
        return self._response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer; their names are in any case."""
        if not self._has_begun:
            self._begin()
        headers = self._response.headers.copy()
        if self._decompression is not None:
            # It is the length before decompression.
            headers.discard("Content-Length")
        return headers

    @property
    def length(self) -> int | None:
        """The length of the body as it comes, if the server tells."""
        length = self._response.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() and len(length) < _LONGEST_NUMBER else None

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many; b"" at the end.

        Raises MetadataReadError where the connection is lost, after which it is asked again.
        """
        if not self._has_begun:
            self._begin(size)
        if self._decompression is None:
            piece, self._ahead = self._ahead[:size], self._ahead[size:]
            return piece or self._received(size)
        try:
            while not (piece := self._decompression.read(size)):
                more = self._received(size)
                if not more:
                    break
                self._decompression.add(more)
        except zlib.error:
            raise failed(self._url, "the answer cannot be decompressed") from None
        if not piece and not self._decompression.has_ended:
            raise failed(self._url, "the answer is cut short")
        return piece

    def _begin(self, size: int = 0) -> None:
        headers = self._response.headers
        encoding = headers.get("Content-Encoding", "").strip().lower()
        self._ahead = self._received(max(size, _START))
        self._has_begun = True
        if encoding in PLAIN and self._is_zipped(
            self._ahead, headers.get("Content-Type", "").lower()
        ):
            encoding = "gzip"
        if encoding not in PLAIN:
            self._decompression = _decompression(encoding, self._url)
            self._decompression.add(self._ahead)

    def _received(self, size: int) -> bytes:
        try:
            with broken_by(limits()):
                piece = self._response.read(size)
                if not piece:
                    # It was read to its end, so that the connection can be used again.
                    self._response.release_conn()
                return piece
        except BrokenError as error:
            self.error = error
        raise failed(self._url, self.error.reason, self.error.kind)


def whole(stream: Stream, url: Url) -> Answer:
    """The answer, read to its end. Raises AnswerTooLargeError for more than the limit."""
    limit = limits().answer_limit
    pieces, size = [], 0
    # Where the length is known, there is one piece, which is not copied.
    while piece := stream.read(min(max(_PIECE, stream.length or 0), limit + 1)):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise failed(url, f"the answer has more than {limit} bytes", AnswerTooLargeError)
    return Answer(b"".join(pieces), _shown_type(stream), stream.status)


def _shown_type(stream: Stream) -> str:
    """The media type, which messages tell, and cut short: without secrets before that."""
    kind = stream.headers.get("Content-Type", "")
    return kind if kind.partition(";")[0].strip().lower() in _USUAL else masked(kind)


def _decompression(encoding: str, url: Url) -> Decompression:
    try:
        return Decompression(encoding)
    except KeyError:
        pass
    # Outside of the block: what the server said is no context of the error.
    raise failed(url, f"the answer is compressed, not as was asked for: {masked(encoding):.40}")
