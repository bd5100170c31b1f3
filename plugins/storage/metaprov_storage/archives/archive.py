"""What an archive is to those who read its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_dicom import HeaderSource

__all__ = ["Archive"]


class Archive(Protocol):
    """An open archive: the names in it are names, never paths."""

    @property
    def version(self) -> object:
        """That of the file it is in, when it was opened."""

    def names(self) -> Iterable[str]:
        """The names of all files in it."""

    def position(self, name: str) -> int:
        """Where a file in it begins; 0 where there is none."""

    def member(self, name: str, title: str) -> HeaderSource:
        """The bytes of a file in it; ``title`` is what errors call it.

        Raises MetadataReadError where there is none, or it cannot be read.
        """
