"""What is raised where a volume cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core import MetaprovError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_modules import VolumeGeometryModule

__all__ = ["DecoderMissingError", "IrregularVolumeError", "SeveralVolumesError", "VolumeError"]


class VolumeError(MetaprovError):
    """A volume cannot be read, or not be handed on, as it is."""


class SeveralVolumesError(VolumeError):
    """There are several volumes where one is wanted."""

    def __init__(self, message: str, volumes: Sequence[VolumeGeometryModule]) -> None:
        super().__init__(message)
        #: The geometry of each.
        self.volumes: Final = tuple(volumes)


class IrregularVolumeError(VolumeError):
    """The slices of a volume are no even stack: the message names the images."""

    def __init__(self, message: str, geometry: VolumeGeometryModule) -> None:
        super().__init__(message)
        self.geometry: Final = geometry


class DecoderMissingError(VolumeError):
    """No installed package decodes pixels of a transfer syntax."""

    def __init__(self, message: str, transfer_syntax_uid: str) -> None:
        super().__init__(message)
        self.transfer_syntax_uid: Final = transfer_syntax_uid


# Tracebacks and pickles give the errors the names by which programs import them.
for _error in (VolumeError, SeveralVolumesError, IrregularVolumeError, DecoderMissingError):
    _error.__module__ = "metaprov_volume"
