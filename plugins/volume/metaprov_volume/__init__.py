"""What a series is in space: its volumes with their defects, and their pixels as arrays."""

from .errors import DecoderMissingError, IrregularVolumeError, SeveralVolumesError, VolumeError

__all__ = [
    "DecoderMissingError",
    "IrregularVolumeError",
    "SeveralVolumesError",
    "VolumeError",
]
