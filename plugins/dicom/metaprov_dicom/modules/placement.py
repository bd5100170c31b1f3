"""Orientation and position of a frame, where another attribute than the position says it.

That is so for nuclear medicine and dose, whose frames are told apart by vectors instead of
functional groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import note
from metaprov_dicom.frames.number import number_of_frames

from .nuclear import GATED, RECONSTRUCTED
from .table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["placement"]

Vector = tuple[float, ...]

_PLANE = Table("ImageOrientationPatient", "ImagePositionPatient")
_NUCLEAR = Table(
    "ImageType",
    "SpacingBetweenSlices",
    "DetectorInformationSequence",
    "DetectorVector",
    "SliceVector",
)
_DOSE = Table("GridFrameOffsetVector")

#: Rows along x and columns along y, whichever way.
_AXIAL: Final = (1, 0, 0, 0, 1, 0)
#: Numbers that differ by no more were rounded: mm, or cosines.
_SAME: Final = 1e-4


def placement(
    instance: Mapping[str, Any],
    modality: str | None,
    frame: int,
    orientation: Vector | None,
    position: Vector | None,
) -> tuple[Vector | None, Vector | None]:
    """Orientation and position of a frame, given those at the root of the instance.

    For NM (PS3.3 C.8.4.8, C.8.4.11) and RTDOSE (PS3.3 C.8.8.3.2); for every other modality, and
    where functional groups say it, those at the root hold for every frame.
    """
    if modality == "NM" and not _has_planes_of_frames(instance):
        return _nuclear(instance, frame, orientation, position)
    if modality == "RTDOSE":
        return orientation, _dose_position(instance, frame, orientation, position)
    return orientation, position


def _has_planes_of_frames(instance: Mapping[str, Any]) -> bool:
    """Whether functional groups say where the frame lies."""
    return "PlanePositionSequence" in instance or "PlaneOrientationSequence" in instance


def _nuclear(
    instance: Mapping[str, Any], frame: int, orientation: Vector | None, position: Vector | None
) -> tuple[Vector | None, Vector | None]:
    fields = _NUCLEAR.read(instance)
    image_type = fields.get("image_type", ())[2:3]
    is_reconstructed = bool(RECONSTRUCTED.intersection(image_type))
    if not is_reconstructed and number_of_frames(instance) > 1:
        note("the frames of this nuclear medicine image are not slices")
        return None, None
    slices = fields.get("slice_vector")
    if slices is None and image_type == (GATED,) and number_of_frames(instance) > 1:
        # Its frames are those of each phase in turn.
        note("SliceVector (0054,0080) is missing: it is not known which slice a gated frame is")
        slices = ()
    slice_number = _of_frame(slices, frame, frame) if is_reconstructed else 1
    detector = _PLANE.read(_detector(fields, frame))
    orientation = orientation or detector.get("image_orientation_patient")
    position = position or detector.get("image_position_patient")
    return orientation, _slice_position(
        orientation, position, fields.get("spacing_between_slices"), slice_number
    )


def _detector(fields: Mapping[str, Any], frame: int) -> Mapping[str, Any]:
    """The detector of a frame, else the first one."""
    detectors = fields.get("detector_information_sequence", ())
    number = _of_frame(fields.get("detector_vector"), frame, default=1) or 1
    return next(iter(detectors[number - 1 : number] or detectors[:1]), {})


def _of_frame(vector: tuple[int | None, ...] | None, frame: int, default: int) -> int | None:
    """A frame's value in a vector of one value per frame; None where the vector is too short."""
    if vector is None:
        return default
    return vector[frame - 1] if frame <= len(vector) else None


def _slice_position(
    orientation: Vector | None,
    position: Vector | None,
    spacing: float | None,
    slice_number: int | None,
) -> Vector | None:
    if slice_number == 1 or position is None:
        return position
    if slice_number is None or spacing is None or orientation is None:
        note("SliceVector or SpacingBetweenSlices (0018,0088) does not say where the slice is")
        return None
    return _along_normal(orientation, position, spacing * (slice_number - 1))


def _dose_position(
    instance: Mapping[str, Any], frame: int, orientation: Vector | None, position: Vector | None
) -> Vector | None:
    offsets = _DOSE.read(instance).get("grid_frame_offset_vector")
    if offsets is None:
        return position if number_of_frames(instance) == 1 else None
    if position is None or frame > len(offsets) or offsets[0] is None or offsets[frame - 1] is None:
        return None
    first, offset = offsets[0], offsets[frame - 1]
    if first == 0:
        return None if orientation is None else _along_normal(orientation, position, offset)
    is_absolute = _is_same(first, position[2])
    if orientation is not None and _is_axial(orientation) and is_absolute:
        return (position[0], position[1], offset)
    note("GridFrameOffsetVector (3004,000C) is neither relative nor made of patient coordinates")
    return None


def _is_axial(orientation: Vector) -> bool:
    return all(map(_is_same, map(abs, orientation), _AXIAL))


def _is_same(number: float, other: float) -> bool:
    # Decimals that differ by just as much may differ by a little more in binary.
    return abs(number - other) <= _SAME * (1 + 1e-6)


def _along_normal(orientation: Vector, position: Vector, distance: float) -> Vector:
    (rx, ry, rz), (cx, cy, cz) = orientation[:3], orientation[3:]
    normal = (ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx)
    return tuple(start + along * distance for start, along in zip(position, normal, strict=True))
