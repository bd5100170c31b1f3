"""The plugin that answers for NIfTI files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from metaprov_core import Host, ProviderCache, hookimpl, note, parse_image_id
from metaprov_modules import (
    BYTE_SOURCE,
    FRAME,
    FRAME_IMAGE_IDS,
    FRAME_PIXEL_DATA,
    IMAGE_PIXEL,
    IMAGE_PLANE,
    MODALITY_LUT,
    MULTIFRAME,
    SERIES_IMAGE_IDS,
    SERIES_VOLUMES,
    VOI_LUT,
    VOLUME_GEOMETRY,
    FrameModule,
    MultiframeModule,
)

from .content import content_of, was_written_since
from .errors import NotNiftiError
from .finding import find_below, is_folder
from .frame_ids import FRAME_MARK, SCHEME, image_id_of, image_ids_of, split_id
from .header.header import NIFTI_HEADER
from .image import NiftiImage
from .pixels.frame_pixels import StoredVoxels, frame_pixels, stored_voxels
from .pixels.modules import image_pixel, modality_lut, voi_lut
from .settings import as_here, listeners, preferred_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metaprov_modules import (
        FramePixels,
        ImagePixelModule,
        ImagePlaneModule,
        ModalityLutModule,
        VoiLutModule,
        VolumeGeometryModule,
    )

    from .header.header import NiftiHeader
    from .header.reader import HeaderRead

__all__ = ["NiftiFiles"]

#: Of how many files headers are kept, ids and volumes, and the places to inflate from.
FILES_KEPT: Final = 1_000
SERIES_KEPT: Final = 100
VOXELS_KEPT: Final = 4
#: The parser takes longer numbers too; no image has as many frames.
_DIGITS: Final = 9
#: What follows from a file, and its bytes.
_TYPES: Final = frozenset(
    {
        BYTE_SOURCE,
        FRAME,
        FRAME_IMAGE_IDS,
        FRAME_PIXEL_DATA,
        IMAGE_PIXEL,
        IMAGE_PLANE,
        MODALITY_LUT,
        MULTIFRAME,
        NIFTI_HEADER,
        SERIES_IMAGE_IDS,
        SERIES_VOLUMES,
        VOI_LUT,
        VOLUME_GEOMETRY,
    }
)


class NiftiFiles:
    """Answers for ``nifti:`` ids and for paths that end in .nii, .nii.gz and .hdr.

    A file is an image of as many frames as it has slices: frame 1 + k + slices * t is slice k of
    volume t, both counted from 0. It is a series of its own.
    """

    def __init__(self) -> None:
        # By the id without frame.
        self._images: Final[ProviderCache[NiftiImage]] = ProviderCache(FILES_KEPT)
        self._image_ids: Final[ProviderCache[tuple[str, ...]]] = ProviderCache(SERIES_KEPT)
        self._volumes: Final[ProviderCache[tuple[VolumeGeometryModule, ...]]] = ProviderCache(
            SERIES_KEPT
        )
        self._voxels: Final[ProviderCache[StoredVoxels]] = ProviderCache(VOXELS_KEPT)

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host
        listeners.add(self)

    @hookimpl
    def detach(self) -> None:
        listeners.discard(self)

    @hookimpl
    def copy_settings(self) -> Callable[[], None]:
        return as_here()

    def settings_changed(self) -> None:
        """Forget where images lie, which may be elsewhere now, and tell the host."""
        self._host.changed()

    @hookimpl(specname="get_metadata", types=[IMAGE_PLANE], schemes=[SCHEME])
    def get_image_plane(self, image_id: str) -> ImagePlaneModule:
        image, frame = self._frame(image_id)
        if image.notes:
            image.say_notes()
        return image.planes.plane(frame)

    @hookimpl(specname="get_metadata", types=[IMAGE_PIXEL], schemes=[SCHEME])
    def get_image_pixel(self, image_id: str) -> ImagePixelModule | None:
        image, _ = self._frame(image_id)
        return image_pixel(image.header, image.read.datatype)

    @hookimpl(specname="get_metadata", types=[MODALITY_LUT], schemes=[SCHEME])
    def get_modality_lut(self, image_id: str) -> ModalityLutModule | None:
        image, _ = self._frame(image_id)
        return modality_lut(image.header, image.read.datatype)

    @hookimpl(specname="get_metadata", types=[VOI_LUT], schemes=[SCHEME])
    def get_voi_lut(self, image_id: str) -> VoiLutModule | None:
        image, _ = self._frame(image_id)
        return voi_lut(image.header)

    @hookimpl(specname="get_metadata", types=[NIFTI_HEADER], schemes=[SCHEME])
    def get_nifti_header(self, image_id: str) -> NiftiHeader:
        image, _ = self._frame(image_id)
        return image.header

    @hookimpl(specname="get_metadata", types=[MULTIFRAME], schemes=[SCHEME])
    def get_multiframe(self, image_id: str) -> MultiframeModule:
        image, _ = self._frame(image_id)
        return MultiframeModule(image.frames)

    @hookimpl(specname="get_metadata", types=[FRAME], schemes=[SCHEME])
    def get_frame(self, image_id: str) -> FrameModule:
        image, frame = self._frame(image_id)
        return FrameModule(frame_number=frame, number_of_frames=image.frames)

    @hookimpl(specname="get_metadata", types=[FRAME_IMAGE_IDS], schemes=[SCHEME])
    def get_frame_image_ids(self, image_id: str) -> tuple[str, ...]:
        self._frame(image_id)
        return self._ids_of(split_id(image_id)[0])

    @hookimpl(specname="get_metadata", types=[SERIES_IMAGE_IDS], schemes=[SCHEME], scope="series")
    def get_series_image_ids(self, image_id: str) -> tuple[str, ...]:
        self._frame(image_id)
        return (split_id(image_id)[0],)

    @hookimpl(specname="get_metadata", types=[SERIES_VOLUMES], schemes=[SCHEME], scope="series")
    def get_series_volumes(self, image_id: str) -> tuple[VolumeGeometryModule, ...] | None:
        self._frame(image_id)
        return self._volumes_of(image_id) or None

    @hookimpl(specname="get_metadata", types=[VOLUME_GEOMETRY], schemes=[SCHEME], scope="series")
    def get_volume_geometry(self, image_id: str) -> VolumeGeometryModule | None:
        image, frame = self._frame(image_id)
        volumes = self._volumes_of(image_id)
        return volumes[(frame - 1) // image.read.slices] if volumes else None

    @hookimpl(specname="get_metadata", types=[FRAME_PIXEL_DATA], schemes=[SCHEME])
    def get_frame_pixel_data(self, image_id: str) -> FramePixels | None:
        image, frame = self._frame(image_id)
        base, _ = split_id(image_id)
        voxels = self._voxels.get(base, lambda _: stored_voxels(image.read))
        return frame_pixels(image.read, voxels, frame)

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type is None or type in _TYPES:
            for cache in (self._images, self._image_ids, self._volumes, self._voxels):
                cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        # Nothing is added here: what is cleared is read again.
        self.metadata_changed(type, image_id)

    @hookimpl
    def find_images(self, source: str) -> Iterable[str] | None:
        id = parse_image_id(source)
        if is_folder(source):
            return find_below(os.path.abspath(id.rest), self._ids_of_file)  # noqa: PTH100 - links
        if id.scheme != SCHEME:
            return None
        try:
            return self._ids_of_file(id.rest)
        except NotNiftiError as error:
            note(str(error))
            return None

    def _ids_of_file(self, path: str) -> tuple[str, ...]:
        """The ids of the frames that a file has now: it is read again if it was written since."""
        base = image_id_of(path)
        if any(was_written_since(each.content, each.state) for each in self._read_of(base)):
            self._host.changed(image_id=base)
        return self._ids_of(base)

    def _read_of(self, base: str) -> Iterator[HeaderRead | StoredVoxels]:
        """What is kept of a file, and of that which has its voxels: of a pair it is another one."""
        image = self._images.get(base)
        if image is not None:
            yield image.read
        voxels = self._voxels.get(base)
        if voxels is not None:
            yield voxels

    def _ids_of(self, base: str) -> tuple[str, ...]:
        return self._image_ids.get(base, self._new_ids)

    def _new_ids(self, base: str) -> tuple[str, ...]:
        return image_ids_of(base, self._images.get(base, self._image_of).frames)

    def _frame(self, image_id: str) -> tuple[NiftiImage, int]:
        """The image and the frame that an id means: the first where it names none."""
        base, mark, number = image_id.rpartition(FRAME_MARK)
        # Most ids have this form, and to parse them takes longer than all else. What is kept is
        # kept by what the parser would say.
        is_usual = mark and len(number) <= _DIGITS and number.isascii() and number.isdecimal()
        image = self._images.get(base) if is_usual else None
        if image is not None:
            frame = int(number)
        else:
            base, frame = split_id(image_id)
            image = self._images.get(base, self._image_of)
        if not 1 <= frame <= image.frames:
            image.refuse_frame(frame)
        return image, frame

    def _image_of(self, base: str) -> NiftiImage:
        return NiftiImage(content_of(self._host, parse_image_id(base).rest), preferred_form())

    def _volumes_of(self, image_id: str) -> tuple[VolumeGeometryModule, ...]:
        base, _ = split_id(image_id)
        volumes = self._volumes.get(base, self._volumes_of_file)
        if not volumes:
            self._images.get(base, self._image_of).say_notes()
        return volumes

    def _volumes_of_file(self, base: str) -> tuple[VolumeGeometryModule, ...]:
        image = self._images.get(base, self._image_of)
        return image.volumes(self._ids_of(base))
