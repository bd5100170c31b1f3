"""The whole headers of images, as DICOMweb gives them: with the groups of all frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core import parse_image_id
from metaprov_dicom import DATASET, INSTANCE, Instance
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.file.reader import read_instance

if TYPE_CHECKING:
    from metaprov_core import Host

__all__ = ["FILES", "has_pixel_data", "whole_header"]

#: The scheme of images in files.
FILES: Final = "dicomfile"
_PIXEL_DATA: Final = 0x7FE00010
_ROWS: Final = 0x00280010


def whole_header(host: Host, image_id: str) -> Instance:
    """The header of an image, from its file, or from where else the host has it.

    A host's own answer is that of one frame: functional groups are laid over the others there.
    Raises MetaprovError where it cannot be read.
    """
    id = parse_image_id(image_id)
    if id.scheme == FILES:
        return read_instance(id.rest)
    header: Instance = host.require(INSTANCE, image_id)
    if header.known_number_of_frames is None:
        return header
    return Instance(DatasetElements(host.require(DATASET, image_id), _transfer_syntax(header)))


def _transfer_syntax(header: Instance) -> str | None:
    """That of an image on a server: it may say one that it has, in place of the one it stores."""
    available = header.get("AvailableTransferSyntaxUID")
    is_one = isinstance(available, tuple) and len(available) == 1
    uid = available[0] if is_one else header.get("TransferSyntaxUID")
    return uid if isinstance(uid, str) else None


def has_pixel_data(header: Instance, image_id: str) -> bool:
    """Whether there is PixelData (7FE0,0010); of an image that is in no file, its Rows say so."""
    place = header.place_of_pixels()
    if place is not None:
        return place.tag == _PIXEL_DATA
    return parse_image_id(image_id).scheme != FILES and header.has(_ROWS)
