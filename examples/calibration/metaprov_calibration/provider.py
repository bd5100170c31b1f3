"""The plugin: keeps the calibrations, and puts them into the planes that others answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import Host, ProviderCache, base_image_id, hookimpl, note
from metaprov_dicom import IMAGE_PLANE, ImagePlaneModule

from .calibration import CALIBRATION, Calibration

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Calibrations"]

#: What ``pixel_spacing_calibration`` says of a spacing that a user measured; Cornerstone's word.
BY_USER: Final = "User"


class Calibrations:
    """Answers calibratedPixelSpacing, and wraps imagePlaneModule. One in each host."""

    def __init__(self) -> None:
        # By the id without frame: the frames of an image share its calibration, and so do all
        # spellings of the id. Nothing is derived here, and what is added has no bound.
        self._calibrations: Final[ProviderCache[Calibration]] = ProviderCache(maxsize=1)

    @hookimpl
    def attach(self, host: Host) -> None:
        """Remember the host that is to be told when planes change."""
        self._host = host

    @hookimpl(specname="get_metadata", types=[CALIBRATION])
    def calibration(self, image_id: str) -> Calibration | None:
        """What was added for the image."""
        return self._calibrations.get(base_image_id(image_id))

    @hookimpl(specname="get_metadata", types=[IMAGE_PLANE], wrapper=True)
    def calibrated_plane(self, image_id: str) -> Generator[None, Any, Any]:
        """The plane that others answer, with the spacing of the calibration."""
        plane = yield
        calibration = self.calibration(image_id)
        if calibration is None or plane is None:
            return plane
        if not isinstance(plane, ImagePlaneModule):
            note(f"calibrated, but the plane is a {type(plane).__name__}: left as it is")
            return plane
        spacing = (calibration.row_pixel_spacing, calibration.column_pixel_spacing)
        # A copy: the plane is in the cache of whoever answered it.
        return msgspec.structs.replace(
            plane,
            pixel_spacing=spacing,
            row_pixel_spacing=spacing[0],
            column_pixel_spacing=spacing[1],
            pixel_spacing_calibration=BY_USER,
        )

    @hookimpl
    def add_metadata(self, type: str, image_id: str, value: Any) -> bool | None:
        """Take a `Calibration`, or a mapping with Cornerstone's names."""
        if type != CALIBRATION:
            return None
        calibration = msgspec.convert(value, Calibration)
        self._calibrations.add(base_image_id(image_id), calibration)
        return True

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        """Forget calibrations."""
        if type is None or type == CALIBRATION:
            self._calibrations.clear(image_id)

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        """Pass it on: where a calibration changes, so does the plane that others derived from."""
        if type == CALIBRATION:
            self._host.changed(IMAGE_PLANE, image_id)
