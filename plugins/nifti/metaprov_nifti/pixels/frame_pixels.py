"""The bytes of one slice, from the file that has the voxels."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError, note
from metaprov_modules import FramePixels
from metaprov_nifti.header.first_bytes import GZIP_MAGIC

from .inflated import Inflated

if TYPE_CHECKING:
    from typing import BinaryIO

    from metaprov_modules import PixelElement
    from metaprov_nifti.content import Content
    from metaprov_nifti.header.datatypes import Datatype
    from metaprov_nifti.header.reader import HeaderRead

__all__ = ["StoredVoxels", "frame_pixels", "stored_voxels"]

_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
_BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
_FLOATS: Final[dict[int, PixelElement]] = {32: "FloatPixelData", 64: "DoubleFloatPixelData"}


class StoredVoxels(NamedTuple):
    """The file that has the voxels of an image, in the state in which it was found."""

    content: Content
    state: object
    #: None for a file that is not compressed.
    inflated: Inflated | None


def stored_voxels(image: HeaderRead) -> StoredVoxels:
    """Where the voxels of an image are.

    Raises MetadataReadError where that file is not there, or has changed since its header was read.
    """
    is_pair = image.header.is_pair
    content = image.content.voxels_of_pair() if is_pair else image.content
    with content.opened(None if is_pair else image.state) as file:
        state = content.state_of(file)
        compressed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    return StoredVoxels(content, state, Inflated() if compressed else None)


def frame_pixels(image: HeaderRead, voxels: StoredVoxels, frame: int) -> FramePixels | None:
    """The voxels of a frame, counted from 1, in the byte order of the file.

    Raises MetadataReadError where the file ends before, is damaged, was written, or cannot be read.
    """
    datatype = image.datatype
    if not datatype.is_of_images:
        note(f"the voxels are {datatype.name}, which no pixels of images are")
        return None
    size = image.header.dim[0] * image.header.dim[1] * datatype.bits // 8
    offset = image.header.vox_offset + (frame - 1) * size
    try:
        with voxels.content.opened(voxels.state) as file:
            data = _part(file, voxels, offset, size)
    except zlib.error as error:
        raise MetadataReadError(voxels.content.name, f"it is damaged gzip: {error}") from error
    if len(data) < size:
        raise MetadataReadError(voxels.content.name, f"it ends before the end of frame {frame}")
    element = _FLOATS[datatype.bits] if datatype.kind == "float" else "PixelData"
    return FramePixels(data, _transfer_syntax(image.header.byte_order, datatype), element)


def _part(file: BinaryIO, voxels: StoredVoxels, offset: int, size: int) -> bytes:
    """Some bytes from an offset on; fewer, or none, where they end before."""
    if voxels.inflated is not None:
        return voxels.inflated.part(file, offset, size)
    there = voxels.content.size_of(file)
    if there is not None and offset + size > there:
        # A damaged header may say more than there is memory for, or than is a place in any file.
        return b""
    file.seek(offset)
    return file.read(size)


def _transfer_syntax(byte_order: str, datatype: Datatype) -> str:
    """Of single bytes there is no order, and in Explicit VR Big Endian a doubt about it."""
    has_order = datatype.bits // datatype.samples > 8
    return _BIG_ENDIAN if has_order and byte_order == "big" else _LITTLE_ENDIAN
