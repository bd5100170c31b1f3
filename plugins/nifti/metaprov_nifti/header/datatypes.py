"""The types of voxels (nifti1.h, DT_...), as a table."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

__all__ = ["DATATYPES", "Datatype"]

Kind = Literal["integer", "float", "colour", "complex"]


class Datatype(NamedTuple):
    """What a voxel is."""

    #: NumPy's name of it; of colours what NIfTI calls it.
    name: str
    #: Bits of a voxel.
    bits: int
    kind: Kind
    #: Of integers, whether they have a sign.
    signed: bool = False
    #: 3 of RGB, 4 of RGBA.
    samples: int = 1

    @property
    def is_of_images(self) -> bool:
        """Whether DICOM has such pixels: it has no complex numbers, and floats of 64 bits."""
        return self.kind != "complex" and self.bits <= 64


#: By the code in ``datatype``. Single bits (DT_BINARY) nobody writes or reads.
DATATYPES: Final[dict[int, Datatype]] = {
    2: Datatype("uint8", 8, "integer"),
    4: Datatype("int16", 16, "integer", signed=True),
    8: Datatype("int32", 32, "integer", signed=True),
    16: Datatype("float32", 32, "float"),
    32: Datatype("complex64", 64, "complex"),
    64: Datatype("float64", 64, "float"),
    128: Datatype("rgb24", 24, "colour", samples=3),
    256: Datatype("int8", 8, "integer", signed=True),
    512: Datatype("uint16", 16, "integer"),
    768: Datatype("uint32", 32, "integer"),
    1024: Datatype("int64", 64, "integer", signed=True),
    1280: Datatype("uint64", 64, "integer"),
    1536: Datatype("float128", 128, "float"),
    1792: Datatype("complex128", 128, "complex"),
    2048: Datatype("complex256", 256, "complex"),
    2304: Datatype("rgba32", 32, "colour", samples=4),
}
