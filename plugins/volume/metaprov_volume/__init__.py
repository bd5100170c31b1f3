"""What a series is in space: its volumes with their defects, and their pixels as arrays."""

from metaprov_modules import SERIES_VOLUMES, VOLUME_GEOMETRY, VolumeGeometryModule

from .errors import DecoderMissingError, IrregularVolumeError, SeveralVolumesError, VolumeError
from .geometry.rules import RULES, GroupAttribute, Rules
from .reading import read, read_all, read_image
from .series_volumes import volumes
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
