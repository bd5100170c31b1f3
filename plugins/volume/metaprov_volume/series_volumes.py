"""The volumes of images, asked of a host: the one place that asks for planes and headers."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import metaprov_core
from metaprov_core import MetadataReadError, parse_image_id, with_fields
from metaprov_modules import (
    FRAME_IMAGE_IDS,
    GENERAL_SERIES,
    IMAGE_PIXEL,
    IMAGE_PLANE,
    INSTANCE,
    MODALITY_LUT,
    SERIES_VOLUMES,
    VolumeGeometryModule,
)

from .geometry.mosaic import is_mosaic, mosaic_of, tiles_in_a_row
from .geometry.notes import listed, noted
from .geometry.rules import RULES, Rules
from .geometry.slices import Slice, grid_of, position_of
from .geometry.volumes import volumes_of
from .images_by_series import images_by_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metaprov_core import Host
    from metaprov_modules import ImagePlaneModule, Note

    from .geometry.slices import Plane

__all__ = ["SeriesVolumes", "series_volumes", "volumes"]

#: What is asked of every header, beside its plane.
_KEYWORDS: Final = (
    "SamplesPerPixel",
    "RescaleSlope",
    "RescaleIntercept",
    "ImageType",
    "NumberOfFrames",
    "PerFrameFunctionalGroupsSequence",
    "DetectorInformationSequence",
)
#: What an image may lack for a place.
_PLANE: Final = "imagePlaneModule"
_TILES: Final = "NumberOfImagesInMosaic (0019,100A)"
_FEWER_FRAMES: Final = "a NumberOfFrames (0028,0008) that can be"
#: No image has more; a header without pixels may say any number.
_MOST_FRAMES: Final = 100_000
#: What a geometry says of its series, by the names of generalSeriesModule too.
_OF_SERIES: Final = (
    "series_instance_uid",
    "study_instance_uid",
    "modality",
    "series_description",
    "series_number",
)
_NO_ATTRIBUTES: Final[Mapping[str, Any]] = {}


class SeriesVolumes(NamedTuple):
    """The volumes of the images of one series, and what is in none."""

    #: The ids that were asked about.
    image_ids: tuple[str, ...]
    volumes: tuple[VolumeGeometryModule, ...]
    #: The ids of images in no volume, by what they lack.
    lacking: Mapping[str, Sequence[str]]
    #: Why images could not be read, by id.
    unreadable: Mapping[str, MetadataReadError]

    def reasons(self) -> Iterator[str]:
        """Why images are in no volume, a sentence for each reason."""
        for attribute, ids in self.lacking.items():
            images = "1 image has" if len(ids) == 1 else f"{len(ids)} images have"
            yield f"{images} no place, for lack of {attribute}: {listed(ids)}"
        for error in self.unreadable.values():
            yield str(error)


def volumes(
    source: str | PathLike[str] | Iterable[str | PathLike[str]],
    host: Host | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    rules: Rules = RULES,
) -> Iterator[VolumeGeometryModule]:
    """The geometry of each volume among some images, series by series; no pixel is read.

    ``source`` is what `metaprov_core.find_images` takes, or several image ids: then a volume has no
    other images than these. Paths among them stand for the images behind them. A source is searched
    when the first volume is asked for, and a series when the first of its volumes is.
    ``progress(done, total)`` is told how many images were looked at; what it raises is raised.
    Another host than the default one is given with ``host``, other tolerances with ``rules``.

    Raises MetadataNotFoundError where nobody knows the source. Images that cannot be read are in
    the notes of the volumes of their series; where no image of a series can be, MetadataReadError
    is raised after all other volumes.
    """
    host = metaprov_core.default_host if host is None else host
    image_ids = _image_ids(host, source)
    failed: MetadataReadError | None = None
    done = 0
    for of_series in images_by_series(host, image_ids):
        try:
            yield from _volumes_of_series(host, of_series, rules)
        except MetadataReadError as error:
            failed = failed or error
        done += len(of_series)
        if progress is not None:
            progress(done, len(image_ids))
    if failed is not None:
        raise failed


def _image_ids(
    host: Host, source: str | PathLike[str] | Iterable[str | PathLike[str]]
) -> list[str]:
    if isinstance(source, str | PathLike):
        return list(host.find_images(fspath(source)))
    ids: dict[str, None] = {}
    for each in source:
        found = (each,) if isinstance(each, str) else host.find_images(fspath(each))
        ids.update(dict.fromkeys(found))
    return list(ids)


def _volumes_of_series(
    host: Host, image_ids: Sequence[str], rules: Rules
) -> Sequence[VolumeGeometryModule]:
    if rules is RULES:
        # What a plugin has to say of the series counts, where that has these images and no others.
        answer = _answered(host, image_ids[0])
        if {image_id for volume in answer for image_id in volume.image_ids} == set(image_ids):
            return answer
    found = series_volumes(host, image_ids, rules)
    if found.unreadable and not found.volumes and not found.lacking:
        raise next(iter(found.unreadable.values()))
    return found.volumes


def _answered(host: Host, image_id: str) -> Sequence[VolumeGeometryModule]:
    try:
        return host.get(SERIES_VOLUMES, image_id) or ()
    except MetadataReadError:
        return ()


def series_volumes(host: Host, image_ids: Iterable[str], rules: Rules = RULES) -> SeriesVolumes:
    """The volumes of some images of one series, and of all frames of those that name none."""
    asked = tuple(image_ids)
    images = _Images(host, rules)
    images.add(asked)
    found = [
        with_fields(volume, notes=(*volume.notes, *images.notes()), **_series_of(host, volume))
        for volume in volumes_of(images.slices, rules)
    ]
    return SeriesVolumes(asked, tuple(found), images.lacking, images.unreadable)


def _series_of(host: Host, volume: VolumeGeometryModule) -> dict[str, Any]:
    series = host.get(GENERAL_SERIES, volume.image_ids[0])
    return {name: getattr(series, name, None) for name in _OF_SERIES}


class _Attributes(NamedTuple):
    """What the rules ask of every image, beside its plane."""

    samples: int
    rescale: tuple[float | None, float | None]
    image_type: Any
    may_have_frames: bool
    #: Whether one frame may have a place, and another none.
    frames_differ: bool


class _Images:
    """Images of a host, as they are read: those that have a place, and those that have none."""

    def __init__(self, host: Host, rules: Rules) -> None:
        self._host: Final = host
        self._rules: Final = rules
        #: The grid of each kind of plane, or what it lacks.
        self._grids: Final[dict[tuple[Any, ...], Plane | str]] = {}
        self.slices: Final[list[Slice]] = []
        #: The ids of images without a place, by what they lack.
        self.lacking: Final[dict[str, list[str]]] = {}
        self.unreadable: Final[dict[str, MetadataReadError]] = {}
        #: The ids of images that have fewer frames than they say.
        self._cut_off: Final[list[str]] = []

    def notes(self) -> Iterator[Note]:
        """What is to know beside each volume."""
        for attribute, ids in self.lacking.items():
            yield noted("imagesWithoutPlace", attribute=attribute, images=listed(ids))
        if self._cut_off:
            yield noted("framesMissing", images=listed(self._cut_off))
        if self.unreadable:
            yield noted("imagesUnreadable", images=listed(list(self.unreadable)))

    def add(self, image_ids: Sequence[str], *, are_frames: bool = False) -> None:
        """Read images, and in the place of one with several frames each of these."""
        headers = self._host.get_many(INSTANCE, image_ids, return_exceptions=True)
        planes = self._host.get_many(IMAGE_PLANE, image_ids, return_exceptions=True)
        for image_id, header, plane in zip(image_ids, headers, planes, strict=True):
            if isinstance(header, Exception):
                self._cannot_read(image_id, header)
                continue
            if isinstance(plane, Exception):
                self._cannot_read(image_id, plane)
                continue
            attributes = self._attributes(image_id, header)
            if attributes.may_have_frames and not are_frames:
                frames = self._frames(image_id)
                if _says_more_frames(header, len(frames)):
                    self._cut_off.append(image_id)
                if len(frames) > _MOST_FRAMES:
                    self._lacks(_FEWER_FRAMES, image_id)
                    continue
                if len(frames) > 1:
                    lacks = None if attributes.frames_differ else self._lack_of(frames[0])
                    if lacks is None:
                        self.add(frames, are_frames=True)
                    else:
                        self.lacking.setdefault(lacks, []).extend(frames)
                    continue
            self._add(image_id, plane, header, attributes)

    def _cannot_read(self, image_id: str, error: Exception) -> None:
        if not isinstance(error, MetadataReadError):
            raise error
        # It is kept, and is not to keep the frames that it went through.
        self.unreadable[image_id] = error.with_traceback(None)

    def _attributes(self, image_id: str, header: Any) -> _Attributes:
        if isinstance(header, Mapping):
            # An instance of metaprov-dicom has them in one pass.
            in_one_pass = getattr(header, "values_of", None)
            samples, slope, intercept, image_type, frames, groups, detectors = (
                map(header.get, _KEYWORDS) if in_one_pass is None else in_one_pass(_KEYWORDS)
            )
            has_frames = groups is not None or (frames is not None and frames != 1)
            differ = groups is not None or detectors is not None
            rescale = _number(slope), _number(intercept)
            return _Attributes(_number(samples) or 1, rescale, image_type, has_frames, differ)
        pixels = self._host.get(IMAGE_PIXEL, image_id)
        lut = self._host.get(MODALITY_LUT, image_id)
        samples = getattr(pixels, "samples_per_pixel", None) or 1
        rescale = getattr(lut, "rescale_slope", None), getattr(lut, "rescale_intercept", None)
        return _Attributes(samples, rescale, None, may_have_frames=True, frames_differ=True)

    def _frames(self, image_id: str) -> Sequence[str]:
        """The ids of the frames of an image, itself if its id names one."""
        if parse_image_id(image_id).frame is not None:
            return (image_id,)
        return self._host.get(FRAME_IMAGE_IDS, image_id) or (image_id,)

    def _lack_of(self, frame: str) -> str | None:
        """What a frame lacks for a place, and all frames of its image with it."""
        plane = self._host.get(IMAGE_PLANE, frame)
        position = _PLANE if plane is None else position_of(plane)
        return position if isinstance(position, str) else None

    def _add(
        self, image_id: str, plane: ImagePlaneModule | None, header: Any, attributes: _Attributes
    ) -> None:
        if plane is None:
            self._lacks(_PLANE, image_id)
            return
        grid, position = self._grid(plane, attributes.samples), position_of(plane)
        if isinstance(position, str):
            self._lacks(position, image_id)
            return
        if isinstance(grid, str):
            self._lacks(grid, image_id)
            return
        mosaic = None
        if is_mosaic(attributes.image_type):
            mosaic = mosaic_of(header)
            if mosaic is None or tiles_in_a_row(mosaic.tiles) > min(grid.columns, grid.rows):
                self._lacks(_TILES, image_id)
                return
        has = header if isinstance(header, Mapping) else _NO_ATTRIBUTES
        thickness, rescale = plane.slice_thickness, attributes.rescale
        self.slices.append(Slice(image_id, grid, position, thickness, rescale, mosaic, has))

    def _grid(self, plane: ImagePlaneModule, samples: int) -> Plane | str:
        key = (
            plane.frame_of_reference_uid,
            plane.columns,
            plane.rows,
            samples,
            plane.pixel_spacing,
            plane.row_cosines,
            plane.column_cosines,
        )
        grid = self._grids.get(key)
        if grid is None:
            grid = self._grids[key] = grid_of(plane, samples, self._rules)
        return grid

    def _lacks(self, attribute: str, image_id: str) -> None:
        self.lacking.setdefault(attribute, []).append(image_id)


def _number(value: Any) -> Any:
    """A number; None for what has no place in a header that is right."""
    return value if isinstance(value, int | float) else None


def _says_more_frames(header: Any, frames: int) -> bool:
    """Whether an image of several frames says that it has more than there are."""
    said = header.get("NumberOfFrames") if isinstance(header, Mapping) else None
    return frames > 1 and isinstance(said, int) and said > frames
