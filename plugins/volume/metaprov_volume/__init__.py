"""What a series is in space: its volumes with their defects, and their pixels as arrays."""

from typing import TYPE_CHECKING, Any

from metaprov_modules import SERIES_VOLUMES, VOLUME_GEOMETRY, VolumeGeometryModule

from .errors import DecoderMissingError, IrregularVolumeError, SeveralVolumesError, VolumeError
from .geometry.rules import RULES, GroupAttribute, Rules
from .series_volumes import volumes

if TYPE_CHECKING:
    from .reading import read, read_all, read_image
    from .volume.volume import Volume

__all__ = [
    "RULES",
    "SERIES_VOLUMES",
    "VOLUME_GEOMETRY",
    "DecoderMissingError",
    "GroupAttribute",
    "IrregularVolumeError",
    "Rules",
    "SeveralVolumesError",
    "Volume",
    "VolumeError",
    "VolumeGeometryModule",
    "read",
    "read_all",
    "read_image",
    "volumes",
]

__version__ = "0.1.0"

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        # The host imports this package before it asks its first question: arrays come when wanted.
        if name == "Volume":
            from .volume.volume import Volume

            return Volume
        if name in {"read", "read_all", "read_image"}:
            from . import reading

            return getattr(reading, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
