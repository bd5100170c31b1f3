"""The plugin that derives the modules of an image from its instance, wherever that comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import Host, ProviderCache, base_image_id, hookimpl, note, note_origins
from metaprov_dicom.frames.number import check_frame, frame_number
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.modules import MODULES
from metaprov_dicom.modules.from_image_id import frame_image_ids, image_url, uri
from metaprov_modules import (
    BASE_IMAGE_ID,
    FRAME_IMAGE_IDS,
    IMAGE_URL,
    INSTANCE,
    URI,
    ImageUrlModule,
    UriModule,
)

from .sizes import MODULES_KEPT, size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_dicom.modules.table import Derive

__all__ = ["DicomModules", "instance_of"]

#: Of how many images the ids of the frames are kept.
IMAGES_KEPT: Final = 100


class DicomModules:
    """Answers every module type for every image that somebody has an instance of.

    What is derived yields to whatever anybody gives or registers for a type: it is asked last. What
    follows from the id alone is asked in its turn.
    """

    def __init__(self, modules: int | None = None) -> None:
        """``modules`` is how many of each type are kept, see `size_of`."""
        size = size_of(MODULES_KEPT, modules)
        self._modules: Final[dict[str, tuple[ProviderCache[Any], Callable[[str], Any]]]] = {
            str(type): (ProviderCache(size, retrace=True), partial(self._derive, derive))
            for type, derive in MODULES.items()
        }
        # By the image id without frame: each frame has the same answer.
        self._frames: Final[ProviderCache[Sequence[str]]] = ProviderCache(IMAGES_KEPT)

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host

    @hookimpl(types=MODULES, trylast=True)
    def get_metadata(self, type: str, image_id: str) -> Any:
        cache, load = self._modules[type]
        return cache.get(image_id, load)

    @hookimpl(specname="get_metadata", types=[FRAME_IMAGE_IDS], trylast=True)
    def get_frame_image_ids(self, image_id: str) -> Sequence[str] | None:
        instance = instance_of(image_id, self._host)
        if instance is None:
            return None
        check_frame(instance, image_id)
        return self._frames.get(base_image_id(image_id), partial(frame_image_ids, instance))

    @hookimpl(specname="get_metadata", types=[IMAGE_URL], schemes=["wadors"], trylast=True)
    def get_image_url(self, image_id: str) -> ImageUrlModule | None:
        instance = instance_of(image_id, self._host)
        return None if instance is None else image_url(instance, image_id)

    @hookimpl(specname="get_metadata", types=[BASE_IMAGE_ID])
    def get_base_image_id(self, image_id: str) -> str:
        return base_image_id(image_id)

    @hookimpl(specname="get_metadata", types=[URI])
    def get_uri(self, image_id: str) -> UriModule:
        return uri(image_id)

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type is None or type == INSTANCE:
            for cache in self._caches():
                cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        if type in (None, INSTANCE):
            for cache in self._caches():
                cache.clear(image_id)
        elif type in self._modules:
            self._modules[type][0].clear(image_id)

    def _caches(self) -> list[ProviderCache[Any]]:
        return [self._frames, *(cache for cache, _ in self._modules.values())]

    def _derive(self, derive: Derive[Any], image_id: str) -> Any:
        instance = instance_of(image_id, self._host)
        if instance is None:
            return None
        frame = frame_number(instance, image_id)
        note_origins(_origins, derive, instance, frame)
        return derive(instance, frame)


def _origins(derive: Derive[Any], instance: Mapping[str, Any], frame: int) -> dict[str, list[str]]:
    # Imported for those who ask.
    from metaprov_dicom.origins.fields import origins_of_fields

    return origins_of_fields(derive, instance, frame)


def instance_of(image_id: str, host: Host) -> Mapping[str, Any] | None:
    """The instance of an image; None, with a note, where there is none, or it is not a mapping."""
    instance = host.get(INSTANCE, image_id)
    # Most instances are ours, and to ask whether any other object is a mapping takes longer.
    if isinstance(instance, Instance | Mapping):
        return instance
    if instance is None:
        note("no plugin has the header of this image: nobody answers 'instance'")
    else:
        note(f"the instance is not a mapping by DICOM keyword but a {type(instance).__name__}")
    return None
