"""Which image is which slice of the array, and which volumes cannot be placed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from metaprov_volume.errors import IrregularVolumeError

if TYPE_CHECKING:
    from metaprov_modules import VolumeGeometryModule

__all__ = ["Duplicates", "Missing", "Placement", "placed"]

Missing = Literal["nan"]
Duplicates = Literal["first"]

#: A slice may be so far from its place, in steps (as VolumeGeometryModule.regular has it).
_TOLERANCE: Final = 0.01
#: A lattice with more slices than this, for each image, is that of a stray image.
_MOST_SLICES: Final = 10
#: So many ids are named in a message.
_NAMED: Final = 4


class Placement(NamedTuple):
    """The images to read, and the slice that each is; of a mosaic, one image and all its tiles."""

    image_ids: tuple[str, ...]
    slices: tuple[int, ...]
    #: Whether slices of the array have no image.
    incomplete: bool = False
    mosaic: bool = False


def placed(
    geometry: VolumeGeometryModule,
    missing: Missing | None = None,
    duplicates: Duplicates | None = None,
) -> Placement:
    """Where each image goes.

    Raises IrregularVolumeError, with the images, for what is no even stack, but for gaps with
    ``missing="nan"`` and for repeated positions with ``duplicates="first"``.
    """
    ids, indices = geometry.image_ids, geometry.slice_indices
    if len(ids) == 1 and geometry.dimensions[2] == 1:
        return Placement(ids, (0,))
    defects = list(_defects(geometry, missing, duplicates))
    if defects or indices is None:
        what = "; ".join(defects or ["its slices are not even"])
        raise IrregularVolumeError(f"{_called(geometry)}: {what}", geometry)
    if len(ids) == 1:
        return Placement(ids, indices, mosaic=True)
    first: dict[int, str] = {}
    for index, image_id in zip(indices, ids, strict=True):
        first.setdefault(index, image_id)
    return Placement(
        tuple(first.values()), tuple(first), incomplete=len(first) < geometry.dimensions[2]
    )


def _defects(
    geometry: VolumeGeometryModule, missing: Missing | None, duplicates: Duplicates | None
) -> list[str]:
    """What keeps the volume from being read, a clause each."""
    if geometry.regular:
        return []
    found = []
    even = geometry.slice_indices is not None
    for gap in geometry.gaps:
        if gap.missing is None or not even:
            found.append(
                f"after {gap.after} the step is {gap.distance:g} mm, no whole number of steps of "
                "slices of one thickness"
            )
        elif geometry.dimensions[2] > _MOST_SLICES * len(geometry.image_ids):
            found.append(
                f"{gap.missing:,} slices missing after {gap.after} ({gap.distance:g} mm), more "
                "than can be: a stray image is before or behind"
            )
        elif missing is None:
            found.append(
                f"{gap.missing} slice{'s' * (gap.missing > 1)} missing after {gap.after} "
                f'({gap.distance:g} mm; missing="nan" leaves them NaN)'
            )
    if duplicates is None:
        found += [
            f'at one position: {_listed(ids)} (duplicates="first" takes the first)'
            for ids in geometry.duplicates
        ]
    if geometry.off_lattice:
        found.append(f"beside the lattice: {_listed(geometry.off_lattice)}")
    step, deviation = geometry.spacing[2], geometry.max_deviation
    if not found and not (geometry.gaps or (geometry.duplicates and even)):
        found.append(f"its slices are not even: {_listed(geometry.image_ids)}")
    elif not found and step and deviation is not None and deviation > _TOLERANCE * step:
        found.append(
            f"slices are up to {deviation:.3g} mm from their places, the step is {step:g} mm"
        )
    return found


def _called(geometry: VolumeGeometryModule) -> str:
    of = [
        geometry.modality or "volume",
        geometry.series_description or geometry.series_instance_uid,
    ]
    return f"{' '.join(filter(None, of))} of {len(geometry.image_ids)} images is no even stack"


def _listed(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more
