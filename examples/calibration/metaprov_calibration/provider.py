"""The plugin: a wrapper, which corrects the planes that others answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import Host, hookimpl, note, with_fields
from metaprov_dicom import IMAGE_PLANE, INSTANCE, ImagePlaneModule

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["FACTORS", "MeasuredScanners"]

#: By DeviceSerialNumber, the true spacing as a multiple of the header's: of a film with a ruler.
FACTORS: Final[Mapping[str, float]] = {"FS-2041": 0.986, "FS-2077": 1.5}


class MeasuredScanners:
    """Wraps imagePlaneModule."""

    def __init__(self, factors: Mapping[str, float] = FACTORS) -> None:
        self._factors: Final = factors

    @hookimpl
    def attach(self, host: Host) -> None:
        """Remember the host, which is asked for headers."""
        self._host = host

    @hookimpl(types=[IMAGE_PLANE], wrapper=True)
    def get_metadata(self, image_id: str) -> Generator[None, Any, Any]:
        """The plane that others answer, with the spacing that is true of its scanner."""
        plane = yield
        if not isinstance(plane, ImagePlaneModule) or plane.pixel_spacing is None:
            return plane
        scanner = self._scanner(image_id)
        factor = self._factors.get(scanner)
        if factor is None:
            return plane
        row, column = (spacing * factor for spacing in plane.pixel_spacing)
        note(f"scanner {scanner}: spacing {row:g} x {column:g}, {factor:g} times the header's")
        # A copy: the plane is in the cache of whoever answered it.
        return with_fields(
            plane,
            pixel_spacing=(row, column),
            row_pixel_spacing=row,
            column_pixel_spacing=column,
            pixel_spacing_calibration="Calibrated",
        )

    def _scanner(self, image_id: str) -> str:
        """DeviceSerialNumber; "" where the header does not say it."""
        instance = self._host.get(INSTANCE, image_id)
        serial = instance.get("DeviceSerialNumber") if isinstance(instance, Mapping) else None
        return serial or ""
