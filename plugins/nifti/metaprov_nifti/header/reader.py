"""The bytes of a file go in, a header comes out; what is damaged is refused here."""

from __future__ import annotations

from math import isfinite, prod
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import MetadataReadError
from metaprov_nifti.errors import NotNiftiError

from .affines import base_affine, qform, sform
from .datatypes import DATATYPES, Datatype
from .first_bytes import first_bytes
from .header import NiftiHeader
from .layout import Layout, layout_of
from .units import MILLIMETRES, space_unit, time_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_nifti.content import Content

__all__ = ["HeaderRead", "read_header"]

_AXES: Final = 7
_ORDERS: Final = {"<": "little", ">": "big"}
#: A header of 348 bytes may say any number; no series of images has more frames.
_MOST_FRAMES: Final = 1_000_000
#: Intents of CIFTI, whose axes are no space (cifti-2, "NIfTI intent codes").
_CIFTI: Final = range(3000, 3100)


class HeaderRead(NamedTuple):
    """A header, with what is to be known of its file to read voxels."""

    content: Content
    header: NiftiHeader
    datatype: Datatype
    compressed: bool
    #: What `Content.state_of` was when it was read.
    state: object

    @property
    def slices(self) -> int:
        """How many slices a volume has."""
        return self.header.dim[2]

    @property
    def frames(self) -> int:
        """How many slices there are in all volumes."""
        return prod(self.header.dim[2:])


def read_header(content: Content) -> HeaderRead:
    """Read the header of a NIfTI file; of a pair, that of its .hdr.

    Raises NotNiftiError for a file that is something else, and MetadataReadError for one that is
    damaged or cannot be read, with the reason.
    """
    path = content.name
    start = first_bytes(content)
    layout = _checked_layout(path, start.data)
    fields = layout.read(start.data)
    if fields["magic"] not in {layout.single, layout.pair}:
        raise NotNiftiError(
            path,
            "it has no magic of NIfTI; Analyze 7.5, which begins alike, does not say where the "
            "patient's left is: convert it with a program that knows who wrote it",
        )
    datatype = DATATYPES.get(fields["datatype"])
    if datatype is None:
        raise MetadataReadError(path, f"datatype is {fields['datatype']}, which is none of NIfTI's")
    header = _header(layout, fields, _dimensions(path, fields), datatype)
    return HeaderRead(content, header, datatype, start.compressed, start.state)


def _checked_layout(path: str, data: bytes) -> Layout:
    layout = layout_of(data)
    if layout is None:
        raise NotNiftiError(path, "it does not begin as NIfTI does, with the size of a header")
    if len(data) < layout.size:
        raise MetadataReadError(
            path, f"it ends inside its header, which has {layout.size} bytes: {len(data)} are there"
        )
    return layout


def _dimensions(path: str, fields: Mapping[str, Any]) -> tuple[int, ...]:
    """The size of each axis: three at least, and 1 where the header has 0 behind the first."""
    axes, *sizes = fields["dim"]
    if not 1 <= axes <= _AXES:
        raise MetadataReadError(path, f"dim[0] is {axes}: an image has from 1 to {_AXES} axes")
    if fields["intent_code"] in _CIFTI:
        raise MetadataReadError(path, "it is CIFTI: a matrix of brain models, and no image")
    counted = sizes[:axes]
    if counted[0] < 1 or min(counted) < 0:
        raise MetadataReadError(path, f"dim is {counted}: an axis has one voxel or more")
    dimensions = (*(max(size, 1) for size in counted), 1, 1)[: max(axes, 3)]
    if prod(dimensions[2:]) > _MOST_FRAMES:
        raise MetadataReadError(
            path, f"dim is {counted}: more than {_MOST_FRAMES:,} slices are no series of images"
        )
    return dimensions


def _header(
    layout: Layout, fields: Mapping[str, Any], dimensions: tuple[int, ...], datatype: Datatype
) -> NiftiHeader:
    unit = space_unit(fields["xyzt_units"])
    scale = MILLIMETRES.get(unit or "mm", 1.0)
    is_pair = fields["magic"] == layout.pair
    return NiftiHeader(
        version=layout.version,
        byte_order=_ORDERS[layout.byte_order],
        is_pair=is_pair,
        dim=dimensions,
        datatype=datatype.name,
        pixdim=fields["pixdim"],
        space_unit=unit,
        time_unit=time_unit(fields["xyzt_units"]),
        sform_code=fields["sform_code"],
        qform_code=fields["qform_code"],
        sform=sform(fields, scale),
        qform=qform(fields, scale, layout.version),
        base_affine=base_affine(fields, scale),
        vox_offset=_offset(layout, fields["vox_offset"], is_pair=is_pair),
        scl_slope=fields["scl_slope"],
        scl_inter=fields["scl_inter"],
        cal_min=fields["cal_min"],
        cal_max=fields["cal_max"],
        toffset=fields["toffset"],
        dim_info=fields["dim_info"],
        intent_code=fields["intent_code"],
        intent_name=_text(fields["intent_name"]),
        descrip=_text(fields["descrip"]),
        aux_file=_text(fields["aux_file"]),
    )


def _offset(layout: Layout, stated: float, *, is_pair: bool) -> int:
    """Where the voxels begin: of a single file behind the header and the four bytes after it."""
    least = 0 if is_pair else layout.size + 4
    return max(int(stated), least) if isfinite(stated) else least


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("utf-8", "replace").strip()
