"""The bytes of a file: on this disk, or in a store or an archive that another plugin reads."""

from __future__ import annotations

import io
import os
import re
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, Protocol, cast

from metaprov_core import MetadataReadError, collect_notes
from metaprov_modules import BYTE_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from metaprov_core import Host
    from metaprov_modules import ByteSource

__all__ = ["Content", "content_of", "is_on_disk", "was_written_since"]

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
#: Where the voxels of a pair are, beside its .hdr.
_OF_PAIRS: Final = (".img", ".IMG", ".img.gz")


class Content(Protocol):
    """The bytes of one file, wherever they are."""

    @property
    def name(self) -> str:
        """What errors call it."""

    def opened(self, state: object = None) -> AbstractContextManager[BinaryIO]:
        """It as a file of bytes, for as long as the context lasts.

        Raises MetadataReadError where it cannot be read, and where it is not in ``state``, if one
        is given.
        """

    def state_of(self, file: BinaryIO) -> object:
        """What changes when it is written; ``file`` is what `opened` gives."""

    def size_of(self, file: BinaryIO) -> int | None:
        """How many bytes it has; None where nobody has told it yet."""

    def voxels_of_pair(self) -> Content:
        """The file that has the voxels of this header. Raises MetadataReadError."""


def content_of(host: Host, path: str) -> Content:
    """The bytes at a path, or at a URL whose ``byteSource`` the host has."""
    return OnDisk(path) if is_on_disk(path) else InStore(host, path)


def is_on_disk(path: str) -> bool:
    """Whether a path is one of this disk, and no URL."""
    return _URL.match(path) is None


def was_written_since(content: Content, state: object) -> bool:
    """Whether it is not in a state in which it was, or cannot be read any more."""
    try:
        with content.opened(state) as file:
            file.read(1)
    except MetadataReadError:
        return True
    return False


class _FileState(NamedTuple):
    size: int
    mtime_ns: int


class OnDisk:
    """A file on this disk."""

    def __init__(self, path: str) -> None:
        self.name: Final = path

    @contextmanager
    def opened(self, state: object = None) -> Iterator[BinaryIO]:
        """It as a file of bytes, without a buffer; anything but a regular file is refused."""
        try:
            with _opened(self.name) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise MetadataReadError(self.name, "it is not a regular file")
                if state is not None and state != self.state_of(file):
                    raise _written_since(self.name)
                yield file
        except OSError as error:
            raise MetadataReadError(self.name, error.strerror or str(error)) from error

    def state_of(self, file: BinaryIO) -> object:
        """Its size and the time of its last change."""
        status = os.fstat(file.fileno())
        return _FileState(status.st_size, status.st_mtime_ns)

    def size_of(self, file: BinaryIO) -> int:
        """What its folder says."""
        return os.fstat(file.fileno()).st_size

    def voxels_of_pair(self) -> Content:
        """The .img beside it."""
        stem = self.name[: -len(".hdr")] if self.name.lower().endswith(".hdr") else self.name
        for ending in _OF_PAIRS:
            if Path(stem + ending).exists():
                return OnDisk(stem + ending)
        raise MetadataReadError(
            self.name, f"its voxels are in {stem}.img, and that file is not there"
        )


def _opened(path: str) -> BinaryIO:
    try:
        return open(path, "rb", buffering=0, opener=_without_waiting)
    except ValueError as error:
        # A path with a NUL, or with half a surrogate pair.
        raise MetadataReadError(path, str(error)) from error


def _without_waiting(path: str, flags: int) -> int:
    """A FIFO would be waited for until somebody writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


class InStore:
    """An object, or a member of an archive, by its URL."""

    def __init__(self, host: Host, url: str) -> None:
        self._host: Final = host
        self._url: Final = url
        #: The query of a web server may be a signature.
        self.name: Final = url.partition("?")[0]

    @contextmanager
    def opened(self, state: object = None) -> Iterator[BinaryIO]:
        """It as a file of bytes, of which those are asked for that are read."""
        notes: list[str] = []
        source = collect_notes(notes, self._host.get, BYTE_SOURCE, self._url)
        if source is None:
            why = "; ".join(notes) or "metaprov-storage reads buckets and archives, if it is there"
            raise MetadataReadError(self.name, f"nobody reads its bytes: {why}")
        # It is a file in all that is asked of it here.
        yield cast("BinaryIO", _SourceFile(source, state))

    def state_of(self, file: BinaryIO) -> object:
        """What its store tells of the bytes, which asks for the first of them."""
        return cast("_SourceFile", file).version()

    def size_of(self, file: BinaryIO) -> int | None:
        """What its store has told."""
        return cast("_SourceFile", file).size

    def voxels_of_pair(self) -> Content:
        """Pairs are two objects, and which ones is known of files alone."""
        raise MetadataReadError(
            self.name, "its voxels are in an .img, which is read for pairs on this disk alone"
        )


class _SourceFile(io.RawIOBase):
    """A source as a file that is read forwards, and sought."""

    def __init__(self, source: ByteSource, state: object) -> None:
        super().__init__()
        self._source: Final = source
        self._state: Final = state
        self._position = 0

    def version(self) -> object:
        """That of the source, once something was read."""
        self._source.read(1, 0)
        return self._source.version

    @property
    def size(self) -> int | None:
        """That of the source."""
        return self._source.size

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("only from the beginning")
        self._position = offset
        return offset

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(size, self._position)
        if None not in (self._state, self._source.version) and self._state != self._source.version:
            raise _written_since(self._source.name)
        self._position += len(data)
        return data


def _written_since(name: str) -> MetadataReadError:
    return MetadataReadError(
        name,
        "it was written since its header was read: metaprov_core.changed() lets it be read again",
    )
