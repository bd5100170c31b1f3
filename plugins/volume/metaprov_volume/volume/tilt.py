"""Libraries whose volumes are boxes cannot hold a tilted one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metaprov_volume.errors import VolumeError

if TYPE_CHECKING:
    from metaprov_modules import VolumeGeometryModule

__all__ = ["no_tilt"]


def no_tilt(geometry: VolumeGeometryModule, library: str) -> None:
    """Raises VolumeError where the step from slice to slice is not along their normal."""
    if not geometry.orthogonal:
        raise VolumeError(
            f"{library} has no shear: tilt {geometry.tilt_degrees:.1f} degrees; to_nibabel() and "
            "save() keep it"
        )
