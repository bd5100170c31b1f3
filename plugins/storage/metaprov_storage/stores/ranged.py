"""An object in a store, of which ranges are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHANGED", "LEAST", "Answer", "RangedObject"]

CHANGED: Final = "it has changed since its header was read"
#: The least that is asked for at once, and how much where one short read follows another.
LEAST: Final = 8 * 1024
_MOST_AHEAD: Final = 1024 * 1024


class Answer(NamedTuple):
    """What a store answers to a request for a range."""

    data: bytes
    #: The size of the whole object, and its ETag or the like; None where the answer has none.
    size: int | None = None
    version: object = None


class RangedObject:
    """An object whose size is not asked for: the answers tell it, and its version."""

    def __init__(
        self, fetch: Callable[[int, int], Answer], name: str, version: object = None
    ) -> None:
        """``version`` is the one that it is to have, where that is known."""
        self._fetch: Final = fetch
        self._block = (0, b"")
        self._ahead = LEAST
        self.name: Final = name
        self.size: int | None = None
        self.version: object = version

    def read(self, length: int, start: int) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where the object ends.

        Raises MetadataReadError where they cannot be read, and where the object has changed.
        """
        at, block = self._block
        if at <= start and start + length <= at + len(block):
            return block[start - at : start - at + length]
        if self.size is not None:
            length = min(length, self.size - start)
        if length <= 0:
            return b""
        if block and length < self._ahead and at <= start <= at + len(block) + self._ahead:
            self._ahead = min(2 * self._ahead, _MOST_AHEAD)
        else:
            self._ahead = LEAST
        length, wanted = max(length, self._ahead), length
        block = self._taken(self._fetch(start, length), start, length)
        self._block = (start, block)
        return block[:wanted]

    def begin(self, answer: Answer) -> None:
        """Take what was answered to a request for the first `LEAST` bytes."""
        self._block = (0, self._taken(answer, 0, LEAST))

    def _taken(self, answer: Answer, start: int, length: int) -> bytes:
        data, size, version = answer
        if version is not None:
            if self.version is not None and version != self.version:
                raise MetadataReadError(self.name, CHANGED)
            self.version = version
        if size is not None:
            self.size = size
            if len(data) < min(length, size - start):
                raise MetadataReadError(self.name, f"the answer ends after {len(data)} bytes")
        return data
