"""Where the fields of a header are: NIfTI-1 (nifti1.h) and NIfTI-2 (nifti2.h), as tables."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Layout", "layout_of"]

#: Names as in nifti1.h, with the format of `struct`; without a name what nobody needs.
_Fields = tuple[tuple[str, str], ...]

_NIFTI_1: Final[_Fields] = (
    ("", "39x"),  # sizeof_hdr, and what Analyze 7.5 had
    ("dim_info", "B"),
    ("dim", "8h"),
    ("", "12x"),  # intent_p1 to intent_p3
    ("intent_code", "h"),
    ("datatype", "h"),
    ("", "4x"),  # bitpix, slice_start
    ("pixdim", "8f"),
    ("vox_offset", "f"),
    ("scl_slope", "f"),
    ("scl_inter", "f"),
    ("", "3x"),  # slice_end, slice_code
    ("xyzt_units", "B"),
    ("cal_max", "f"),
    ("cal_min", "f"),
    ("", "4x"),  # slice_duration
    ("toffset", "f"),
    ("", "8x"),  # glmax, glmin
    ("descrip", "80s"),
    ("aux_file", "24s"),
    ("qform_code", "h"),
    ("sform_code", "h"),
    ("quatern", "3f"),
    ("qoffset", "3f"),
    ("srow", "12f"),
    ("intent_name", "16s"),
    ("magic", "4s"),
)
_NIFTI_2: Final[_Fields] = (
    ("", "4x"),  # sizeof_hdr
    ("magic", "8s"),
    ("datatype", "h"),
    ("", "2x"),  # bitpix
    ("dim", "8q"),
    ("", "24x"),  # intent_p1 to intent_p3
    ("pixdim", "8d"),
    ("vox_offset", "q"),
    ("scl_slope", "d"),
    ("scl_inter", "d"),
    ("cal_max", "d"),
    ("cal_min", "d"),
    ("", "8x"),  # slice_duration
    ("toffset", "d"),
    ("", "16x"),  # slice_start, slice_end
    ("descrip", "80s"),
    ("aux_file", "24s"),
    ("qform_code", "i"),
    ("sform_code", "i"),
    ("quatern", "3d"),
    ("qoffset", "3d"),
    ("srow", "12d"),
    ("", "4x"),  # slice_code
    ("xyzt_units", "i"),
    ("intent_code", "i"),
    ("intent_name", "16s"),
    ("dim_info", "B"),
    ("", "15x"),
)
#: The magic of each version: that of a single file, and that of a pair.
_MAGICS: Final = {
    1: (b"n+1\0", b"ni1\0"),
    2: (b"n+2\0\r\n\x1a\n", b"ni2\0\r\n\x1a\n"),
}


class Layout:
    """The header of one version in one byte order."""

    def __init__(self, version: int, byte_order: str, fields: _Fields) -> None:
        """``byte_order`` is that of `struct`: "<" or ">"."""
        self.version: Final = version
        self.byte_order: Final = byte_order
        self.single, self.pair = _MAGICS[version]
        self._struct: Final = struct.Struct(byte_order + "".join(form for _, form in fields))
        self._places: Final = _places(fields)

    @property
    def size(self) -> int:
        """How many bytes it has: 348 or 540."""
        return self._struct.size

    def read(self, data: bytes) -> Mapping[str, Any]:
        """The fields that have a name; several numbers of one name are a tuple."""
        values = self._struct.unpack_from(data)
        return {name: values[place] for name, place in self._places.items()}


def _places(fields: _Fields) -> dict[str, int | slice]:
    places: dict[str, int | slice] = {}
    index = 0
    for name, form in fields:
        if not name:
            continue
        count = 1 if form.endswith("s") else int(form[:-1] or 1)
        places[name] = index if count == 1 else slice(index, index + count)
        index += count
    return places


#: By the bytes that sizeof_hdr has, which tell version and byte order.
_LAYOUTS: Final = {
    struct.pack(f"{order}i", size): Layout(version, order, fields)
    for version, size, fields in ((1, 348, _NIFTI_1), (2, 540, _NIFTI_2))
    for order in "<>"
}


def layout_of(data: bytes) -> Layout | None:
    """The layout of a header by its first bytes; None for what is no header of NIfTI or Analyze."""
    return _LAYOUTS.get(data[:4])
