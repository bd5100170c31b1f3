"""One volume, or the groups of one, as an array."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import chain, product
from math import dist, prod
from operator import mul
from os import PathLike
from typing import TYPE_CHECKING, Any, Final

import metaprov_core
from metaprov_core import parse_image_id
from metaprov_modules import VolumeGeometryModule
from metaprov_volume.errors import SeveralVolumesError, VolumeError
from metaprov_volume.pixels import colour_samples, need_numpy, value_dtype
from metaprov_volume.series_volumes import volumes
from metaprov_volume.volume.slice_scaling import SliceScaling
from metaprov_volume.volume.volume import Volume

from .choices import check_choices
from .frames import FrameToRead, element_of, naming
from .placement import Duplicates, Missing, placed
from .threads import THREADS, in_threads
from .values import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import DTypeLike, NDArray

    from metaprov_core import Host

    from .placement import Placement
    from .values import AskedImages

__all__ = ["Source", "read"]

Source = (
    str
    | PathLike[str]
    | Iterable[str | PathLike[str]]
    | VolumeGeometryModule
    | Iterable[VolumeGeometryModule]
)

#: The corners of groups may be so far from each other, mm.
_SAME: Final = 0.01


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

    Frames are fetched and decoded side by side, eight at most, straight into the array.
    ``progress(done, total)`` is called in this thread; what it raises ends the reading, as Ctrl-C
    does.

    Raises SeveralVolumesError where the source has several volumes, IrregularVolumeError where the
    slices are no even stack, DecoderMissingError, MetadataNotFoundError where there are no pixels
    or no factor, and VolumeError for all else, before anything is allocated where the array is
    larger than ``max_bytes``. Errors of an image name it.
    """
    need_numpy()
    check_choices(values=values, missing=missing, duplicates=duplicates)
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
    asked = ask(host, [each for placement in placements for each in placement.image_ids], values)
    samples = _samples(asked, geometries[0], mosaic=placements[0].mosaic)
    element = element_of(host, asked.image_ids[0], asked.pixels[0])
    chosen = value_dtype(
        zip(asked.pixels, asked.scalings, strict=True),
        scaled=values != "stored",
        element=element,
        dtype=dtype,
        padding=padding,
        missing=any(placement.incomplete for placement in placements),
    )
    columns, rows, slices = geometries[0].dimensions
    shape = (len(geometries), slices, rows, columns, *((samples,) if samples > 1 else ()))
    array = _allocated(shape, chosen, placements, max_bytes)
    frames = [
        FrameToRead(host, *each, element, padding)
        for each in zip(asked.image_ids, asked.pixels, asked.scalings, strict=True)
    ]
    in_threads(_reader(frames, array, placements), len(frames), _threads(frames), progress)
    notes = dict.fromkeys(chain(*(each.notes for each in geometries), asked.notes))
    return Volume(
        array=array if stack else array[0],
        geometries=tuple(geometries),
        values=values,
        units=asked.units,
        scaling=tuple(SliceScaling(frame.image_id, *frame.scaling[:3]) for frame in frames),
        notes=tuple(notes),
        window=asked.window,
    )


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
    apart = max(map(dist, _corners(one), _corners(other)))
    if apart > _SAME:
        return f"the corners are up to {apart:.3g} mm from each other"
    return None


def _corners(geometry: VolumeGeometryModule) -> Iterator[tuple[float, ...]]:
    """Of the lattice; without an affine, of the first slice."""
    columns, rows, slices = geometry.dimensions
    affine = geometry.affine_lps
    if affine is None:
        (across, down, _), cosines = geometry.spacing, geometry.direction
        for column, row in product((0, (columns - 1) * across), (0, (rows - 1) * down)):
            yield tuple(
                start + column * cosines[axis] + row * cosines[3 + axis]
                for axis, start in enumerate(geometry.origin)
            )
        return
    for index in product((0, columns - 1), (0, rows - 1), (0, slices - 1)):
        yield tuple(sum(map(mul, line, (*index, 1))) for line in affine[:3])


def _samples(asked: AskedImages, geometry: VolumeGeometryModule, *, mosaic: bool) -> int:
    """3 of colours, 4 with alpha, else 1; VolumeError for an image that is not as its volume is."""
    columns, rows, _ = geometry.dimensions
    found = {}
    for image_id, pixels in zip(asked.image_ids, asked.pixels, strict=True):
        with naming(image_id):
            found[colour_samples(pixels)] = image_id
        if not mosaic and (pixels.columns, pixels.rows) != (columns, rows):
            raise VolumeError(
                f"{image_id}: it is {pixels.columns} x {pixels.rows}, and its volume "
                f"{columns} x {rows}"
            )
    if len(found) > 1:
        (few, one), *_, (many, other) = sorted(found.items())
        raise VolumeError(f"{other} has {many} samples a pixel, and {one} has {few}")
    return next(iter(found))


def _allocated(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    placements: Sequence[Placement],
    max_bytes: int | None,
) -> NDArray[Any]:
    import numpy as np

    size = prod(shape) * dtype.itemsize
    if max_bytes is not None and size > max_bytes:
        raise VolumeError(f"the array has {size} bytes, and max_bytes is {max_bytes}")
    try:
        if any(placement.incomplete for placement in placements):
            return np.full(shape, np.nan, dtype)
        return np.empty(shape, dtype)
    except MemoryError as error:
        raise VolumeError(f"there is no memory for the {size} bytes of the array") from error


def _threads(frames: Sequence[FrameToRead]) -> int:
    """Files keep processors busy, and more threads than these only wait for each other."""
    if parse_image_id(frames[0].image_id).scheme == "dicomfile":
        return min(THREADS, os.cpu_count() or THREADS)
    return THREADS


def _reader(
    frames: Sequence[FrameToRead], array: NDArray[Any], placements: Sequence[Placement]
) -> Callable[[int], None]:
    """What reads one of the frames into its place."""
    if placements[0].mosaic:
        return lambda index: frames[index].tiles_into(array[index])
    places = [
        (group, index) for group, placement in enumerate(placements) for index in placement.slices
    ]
    return lambda index: frames[index].into(array[places[index]])
