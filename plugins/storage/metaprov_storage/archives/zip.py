"""Zip archives: where their members are, and the bytes of each."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError

from .inflated import Inflated
from .parts import AsFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_dicom import HeaderSource

__all__ = ["ZipArchive"]

#: Before the data of a member: a head, its name once more, and an extra field, whose length may
#: differ from that in the list.
_HEAD: Final = 30
_SIGNATURE: Final = b"PK\3\4"
_USUAL_EXTRA: Final = 64
_ENCRYPTED: Final = 0x1
#: Those that are rare.
_METHODS: Final = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz"}
#: How much of the end of an archive is read first: most have all of their list in it.
_TAIL: Final = 64 * 1024


class ZipArchive:
    """A zip archive of which the list was read; members are read by their places in it."""

    def __init__(self, source: HeaderSource, size: int) -> None:
        self._source: Final = source
        source.read(min(_TAIL, size), max(0, size - _TAIL))
        try:
            with zipfile.ZipFile(AsFile(source, size)) as archive:
                self._members: Final = archive.NameToInfo
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise MetadataReadError(source.name, f"damaged: {error}") from error
        self.version: Final = source.version

    def names(self) -> Iterable[str]:
        """The names of all files in it."""
        # One without a name is none that an id could name.
        return [name for name, info in self._members.items() if name and not info.is_dir()]

    def position(self, name: str) -> int:
        """Where a file in it begins; 0 where there is none."""
        info = self._members.get(name)
        return 0 if info is None else info.header_offset

    def member(self, name: str, title: str) -> HeaderSource:
        """The bytes of a file in it."""
        info = self._members.get(name)
        if info is None:
            raise MetadataReadError(title, "the archive has no member of this name")
        if info.flag_bits & _ENCRYPTED:
            raise MetadataReadError(title, "it is encrypted")
        version = None if self.version is None else (self.version, info.header_offset, info.CRC)
        raw = _Data(self._source, info, title, version)
        if info.compress_type == zipfile.ZIP_STORED:
            return raw
        if info.compress_type == zipfile.ZIP_DEFLATED:
            return Inflated(raw, info.file_size, title, version)
        method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
        raise MetadataReadError(title, f"it is compressed by {method}, and has to be deflated")


class _Data:
    """The bytes of a member as they are in the archive; where they begin its own head says."""

    __slots__ = ("_at", "_from", "_head", "_source", "name", "size", "version")

    def __init__(
        self, source: HeaderSource, info: zipfile.ZipInfo, name: str, version: object
    ) -> None:
        self._source: Final = source
        self._at: Final = info.header_offset
        # About, until it is known.
        self._head: Final = _HEAD + len(info.orig_filename.encode("utf-8", "replace"))
        self._from: int | None = None
        self.name: Final = name
        self.size: Final = info.compress_size
        self.version: Final = version

    def read(self, length: int, start: int) -> bytes:
        length = min(length, self.size - start)
        if length <= 0:
            return b""
        if self._from is None:
            begin = self._source.read(self._head + _USUAL_EXTRA + length, self._at)
            self._from = self._at + self._length_of_head(begin)
            data = begin[self._from - self._at :][:length] if start == 0 else b""
            if len(data) == length:
                return data
        data = self._source.read(length, self._from + start)
        if len(data) < length:
            raise MetadataReadError(self.name, "the archive ends inside it")
        return data

    def _length_of_head(self, begin: bytes) -> int:
        if begin[:4] != _SIGNATURE or len(begin) < _HEAD:
            raise MetadataReadError(self.name, "damaged: it is not where the archive says")
        return (
            _HEAD + int.from_bytes(begin[26:28], "little") + int.from_bytes(begin[28:30], "little")
        )
