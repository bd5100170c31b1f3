"""What elements have that was not read yet: long values, and the items of sequences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeVar, final, overload

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ItemsNotRead", "UnreadValue"]

T = TypeVar("T")


@final
class UnreadValue:
    """A value that is not in memory: it was left in its file, or is behind a URI."""

    __slots__ = ("_read", "length", "uri")

    def __init__(
        self, read: Callable[[], bytes | None], length: int | None = None, uri: str | None = None
    ) -> None:
        self._read: Final = read
        #: How many bytes it has; None where that is not known.
        self.length: Final = length
        #: The BulkDataURI that DICOM JSON has in its place; None where it is in a file.
        self.uri: Final = uri

    def read(self) -> bytes | None:
        """The bytes, read or fetched each time; None, with a note, where nobody has them.

        Raises MetadataReadError, as where the file has changed since its header was read.
        """
        return self._read()

    def __repr__(self) -> str:
        length = "" if self.length is None else f" of {self.length} bytes"
        return f"<value{length} that was not read{'' if self.uri is None else f', at {self.uri}'}>"


@final
class ItemsNotRead(Sequence[T]):
    """The items of a sequence, which are looked for when the first of them is asked for."""

    __slots__ = ("_found", "_items")

    def __init__(self, items: Callable[[], Sequence[T]]) -> None:
        self._items: Final = items
        self._found: Sequence[T] | None = None

    def _all(self) -> Sequence[T]:
        if self._found is None:
            self._found = self._items()
        return self._found

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int, /) -> T: ...
    @overload
    def __getitem__(self, index: slice, /) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice, /) -> T | Sequence[T]:
        return self._all()[index]

    def __repr__(self) -> str:
        return "<items>" if self._found is None else f"<{len(self._found)} items>"
