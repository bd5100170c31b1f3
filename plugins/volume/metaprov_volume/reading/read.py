"""One volume, or the groups of one, as an array."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from os import PathLike
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import metaprov_core
from metaprov_modules import VolumeGeometryModule

from ..errors import SeveralVolumesError, VolumeError
from ..pixels import colour_samples, need_numpy, value_dtype
from ..series_volumes import volumes
from ..volume.slice_scaling import SliceScaling
from ..volume.volume import Volume
from .frames import element_of, frame_into, of_image, tiles_into
from .placement import Duplicates, Missing, placed
from .threads import in_threads
from .values import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import DTypeLike

    from metaprov_core import Host

    from .placement import Placement
    from .values import AskedImages

__all__ = ["Source", "read"]

Source = str | PathLike[str] | Iterable[str] | VolumeGeometryModule | Iterable[VolumeGeometryModule]

#: Affines of groups may differ by so much, mm.
_SAME: Final = 1e-3


def read(
    source: Source,
    values: str = "stored",
    *,
    host: Host | None = None,
    progress: Callable[[int, int], None] | None = None,
    max_bytes: int | None = None,
    dtype: DTypeLike | None = None,
    padding: float | None = None,
    missing: Missing | None = None,
    duplicates: Duplicates | None = None,
    stack: bool = False,
) -> Volume:
    """Read one volume: its voxels as (slices, rows, columns), and what they are.

    ``source`` is a folder or another source of images, image ids, or a geometry that `volumes`
    gave; several geometries with ``stack``.

    ``values`` are "stored"; "modality", rescaled: HU of CT; a kind of SUV, such as "suvbw"; or
    "dose". Stored values have their own type; rescaled ones are int16 or int32 where slope and
    intercept are whole and the bounds fit, else float32; SUV and dose are float32. Another is given
    with ``dtype``. Padding is left as it is, unless a value for it is given with ``padding``.

    Nothing is resampled. With ``missing="nan"`` slices that are missing are NaN (float32), with
    ``duplicates="first"`` the first image of each position is read. ``stack=True`` reads the groups
    of a series, times or echoes, as (groups, slices, rows, columns), in their order.

    Frames are fetched and decoded eight at once, straight into the array. ``progress(done, total)``
    is called in this thread; what it raises ends the reading, as Ctrl-C does.

    Raises SeveralVolumesError where the source has several volumes, IrregularVolumeError where the
    slices are no even stack, DecoderMissingError, MetadataNotFoundError where there are no pixels
    or no factor, and VolumeError for all else, before anything is allocated where the array is
    larger than ``max_bytes``. Errors of an image name it.
    """
    need_numpy()
    host = metaprov_core.default_host if host is None else host
    geometries = _geometries(source, host)
    if not geometries:
        raise VolumeError(
            f"{_short(source)}: none of its images is a slice of a volume; metaprov volumes tells "
            "why, and read_image reads one image"
        )
    if stack:
        geometries = _stackable(geometries)
    elif len(geometries) > 1:
        raise SeveralVolumesError(_several(geometries), geometries)
    placements = [placed(geometry, missing, duplicates) for geometry in geometries]
    plan = _plan(host, geometries, placements, values, dtype, padding)
    shape = (len(geometries), *plan.shape) if stack else plan.shape
    return _filled(host, geometries, placements, plan, shape, values, progress, max_bytes, padding)


class _Plan(NamedTuple):
    """What is allocated, and what is read into it."""

    asked: AskedImages
    #: (slices, rows, columns[, 3])
    shape: tuple[int, ...]
    dtype: Any
    element: str


def _geometries(source: Source, host: Host) -> Sequence[VolumeGeometryModule]:
    if isinstance(source, VolumeGeometryModule):
        return [source]
    if not isinstance(source, str | PathLike):
        several: list[Any] = list(source)
        if several and isinstance(several[0], VolumeGeometryModule):
            return several
        source = several
    return list(volumes(source, host))


def _short(source: Source) -> str:
    if isinstance(source, str | PathLike):
        return str(source)
    return "the image ids given"


def _several(geometries: Sequence[VolumeGeometryModule]) -> str:
    """The volumes, a line each, with what sets it apart."""
    lines = []
    for geometry in geometries:
        columns, rows, slices = geometry.dimensions
        series = geometry.series_description or geometry.series_instance_uid or ""
        group = geometry.group
        apart = (
            ""
            if group is None
            else f", {group.attribute} {group.value} ({group.index + 1} of {group.count})"
        )
        at = " ".join(f"{each:g}" for each in geometry.origin)
        lines.append(
            f"  {geometry.modality or 'volume'} {series}: {columns} x {rows} x {slices} from "
            f"{at}{apart}: {geometry.image_ids[0]} ..."
        )
    listed = "\n".join(lines)
    return (
        f"there are {len(geometries)} volumes; read one that metaprov_volume.volumes gives, or all "
        f"with read_all (stack=True makes one array of groups):\n{listed}"
    )


def _stackable(geometries: Sequence[VolumeGeometryModule]) -> Sequence[VolumeGeometryModule]:
    """The groups in their order; VolumeError that says what differs, if they are no stack."""
    first = geometries[0]
    for geometry in geometries[1:]:
        different = _difference(first, geometry)
        if different:
            raise VolumeError(
                f"the volumes are no stack: {different}, of {first.image_ids[0]} and "
                f"{geometry.image_ids[0]}"
            )
    ordered = sorted(geometries, key=lambda each: each.group.index if each.group else 0)
    indices = [each.group.index for each in ordered if each.group]
    if len(set(indices)) != len(indices):
        raise VolumeError("the volumes are no stack: two are the same group")
    return ordered


def _difference(one: VolumeGeometryModule, other: VolumeGeometryModule) -> str | None:
    groups = one.group, other.group
    if groups[0] is None or groups[1] is None:
        return "the volumes are no groups of one"
    pairs = {
        "series": (one.series_instance_uid, other.series_instance_uid),
        "attribute": (groups[0].attribute, groups[1].attribute),
        "frame of reference": (one.frame_of_reference_uid, other.frame_of_reference_uid),
        "dimensions": (one.dimensions, other.dimensions),
    }
    for name, (mine, yours) in pairs.items():
        if mine != yours:
            return f"the {name} differs: {mine} and {yours}"
    if (one.affine_lps is None) != (other.affine_lps is None):
        return "one has an affine, and one has none"
    if one.affine_lps is not None and other.affine_lps is not None:
        numbers = zip(chain(*one.affine_lps), chain(*other.affine_lps), strict=True)
    else:
        numbers = zip((*one.origin, *one.direction), (*other.origin, *other.direction), strict=True)
    if any(abs(mine - yours) > _SAME for mine, yours in numbers):
        return f"the affine differs: origin {one.origin} and {other.origin}"
    return None


def _plan(
    host: Host,
    geometries: Sequence[VolumeGeometryModule],
    placements: Sequence[Placement],
    values: str,
    dtype: DTypeLike | None,
    padding: float | None,
) -> _Plan:
    image_ids = [image_id for placement in placements for image_id in placement.image_ids]
    asked = ask(host, image_ids, values)
    columns, rows, slices = geometries[0].dimensions
    samples = set()
    for image_id, pixels in zip(image_ids, asked.pixels, strict=True):
        try:
            samples.add(colour_samples(pixels))
            size = (pixels.columns, pixels.rows)
            if not placements[0].mosaic and size != (columns, rows):
                raise VolumeError(f"it is {size[0]} x {size[1]}, and its volume {columns} x {rows}")
        except VolumeError as error:
            raise of_image(image_id, error) from None
    if len(samples) > 1:
        raise VolumeError("some of its images have colors, and some have none")
    element = element_of(host, image_ids[0], asked.pixels[0])
    chosen = value_dtype(
        zip(asked.pixels, asked.scalings, strict=True),
        scaled=values != "stored",
        element=element,
        dtype=dtype,
        padding=padding,
        missing=any(placement.incomplete for placement in placements),
    )
    colours = (3,) if samples == {3} else ()
    return _Plan(asked, (slices, rows, columns, *colours), chosen, element)


def _filled(
    host: Host,
    geometries: Sequence[VolumeGeometryModule],
    placements: Sequence[Placement],
    plan: _Plan,
    shape: tuple[int, ...],
    values: str,
    progress: Callable[[int, int], None] | None,
    max_bytes: int | None,
    padding: float | None,
) -> Volume:
    from math import prod

    import numpy as np

    size = prod(shape) * plan.dtype.itemsize
    if max_bytes is not None and size > max_bytes:
        raise VolumeError(f"the array has {size} bytes, and max_bytes is {max_bytes}")
    if any(placement.incomplete for placement in placements):
        if plan.dtype.kind != "f":
            raise VolumeError(f"slices are missing, and {plan.dtype} has no NaN")
        array = np.full(shape, np.nan, plan.dtype)
    else:
        array = np.empty(shape, plan.dtype)
    by_group = array.reshape(len(geometries), *plan.shape)
    # Where each image goes, in the order in which they were asked about.
    places = [
        by_group[group] if placement.mosaic else by_group[group, index]
        for group, placement in enumerate(placements)
        for index in (placement.slices[:1] if placement.mosaic else placement.slices)
    ]
    into = tiles_into if placements[0].mosaic else frame_into
    asked = plan.asked

    def work(index: int) -> None:
        into(
            places[index],
            host,
            asked.image_ids[index],
            asked.pixels[index],
            asked.scalings[index],
            plan.element,
            padding,
        )

    in_threads(work, len(places), progress)
    notes = dict.fromkeys(chain.from_iterable((*(each.notes for each in geometries), asked.notes)))
    return Volume(
        array=array,
        geometries=tuple(geometries),
        values=values,
        units=asked.units,
        scaling=tuple(
            SliceScaling(image_id, each.slope, each.intercept, each.factor)
            for image_id, each in zip(asked.image_ids, asked.scalings, strict=True)
        ),
        notes=tuple(notes),
        window=asked.window,
    )
