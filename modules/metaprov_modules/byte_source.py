"""The bytes of an image wherever they are, for whoever reads its format."""

from typing import Final, Protocol

from .key import MetadataType

__all__ = ["BYTE_SOURCE", "ByteSource"]


class ByteSource(Protocol):
    """The bytes of one file or object, of which any part can be read."""

    @property
    def name(self) -> str:
        """What errors call it: a path, a URL without secrets."""

    @property
    def size(self) -> int | None:
        """How many bytes there are; None where nobody has told it yet."""

    @property
    def version(self) -> object:
        """Something that is equal for as long as the bytes are the same; None where none can be."""

    def read(self, length: int, start: int, /) -> bytes:
        """Read ``length`` bytes from ``start``; fewer only where there are no more.

        Raises MetadataReadError where they cannot be read.
        """


# Kept in no cache. A plugin for a format asks for those of an id behind its own scheme:
# nifti:s3://bucket/a.nii.gz is read from the bytes of s3://bucket/a.nii.gz.
BYTE_SOURCE: Final[MetadataType[ByteSource]] = MetadataType(
    "byteSource",
    meaning="The bytes of an image, answered by where it is: a `ByteSource`, which stores have in "
    "place of a path.",
)
