"""The plugin that derives the modules of an image from its instance, wherever that comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import Host, ProviderCache, hookimpl, note

from .frames import frame_number
from .instance import INSTANCE
from .modules import MODULES

if TYPE_CHECKING:
    from .modules.table import Derive

__all__ = ["DicomModules"]

#: How many modules of each type are kept.
MODULES_KEPT: Final = 100_000


class DicomModules:
    """Answers every module type for every image that somebody has an instance of."""

    def __init__(self) -> None:
        self._modules: Final[dict[str, tuple[ProviderCache[Any], Callable[[str], Any]]]] = {
            str(type): (ProviderCache(MODULES_KEPT), partial(self._derive, derive))
            for type, derive in MODULES.items()
        }

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host

    @hookimpl(types=MODULES)
    def get_metadata(self, type: str, image_id: str) -> Any:
        cache, load = self._modules[type]
        return cache.get(image_id, load)

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type is None or type == INSTANCE:
            for cache, _ in self._modules.values():
                cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        for of_type, (cache, _) in self._modules.items():
            if type is None or type in (INSTANCE, of_type):
                cache.clear(image_id)

    def _derive(self, derive: Derive[Any], image_id: str) -> Any:
        instance = self._host.get(INSTANCE, image_id)
        if instance is None:
            return None
        if not isinstance(instance, Mapping):
            note(f"the instance is no mapping by DICOM keyword but {instance.__class__.__name__}")
            return None
        return derive(instance, frame_number(instance, image_id))
