"""The plugin that keeps calibrations, and the one that applies them while there are any."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import metaprov_core
from metaprov_core import (
    Host,
    MetadataNotFoundError,
    MetadataReadError,
    MetaprovError,
    hookimpl,
    note,
)
from metaprov_dicom.calibration.file import (
    SavedCalibration,
    read_calibrations,
    write_calibrations,
)
from metaprov_dicom.calibration.given import calibration_of
from metaprov_dicom.calibration.kept import KeptCalibrations, id_of_uid, uid_of_id
from metaprov_dicom.calibration.planes import calibrated_plane
from metaprov_modules import (
    CALIBRATED_PIXEL_SPACING,
    CALIBRATION,
    IMAGE_PLANE,
    INSTANCE,
    CalibrationModule,
    ImagePlaneModule,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Generator

    from metaprov_modules import CalibratedPixelSpacing

__all__ = ["CalibratedPlanes", "Calibrations", "load_calibrations", "save_calibrations"]

#: The name of the plugin that joins and leaves.
_PLANES: Final = "dicom-calibrated-planes"
#: What follows from a calibration.
_DERIVED: Final = (IMAGE_PLANE, CALIBRATION)


class Calibrations:
    """Takes and answers calibratedPixelSpacing.

    A wrapper costs every plane several microseconds, so `CalibratedPlanes` is a plugin of its own,
    which is registered while there is a calibration. As with any plugin that joins or leaves, all
    caches drop then what they derived: with the first calibration, and when the last is cleared.
    """

    def __init__(self) -> None:
        self._kept: Final = KeptCalibrations()
        # There while there is a calibration. Under the lock nothing is asked of the host, whose own
        # lock others may hold who add a calibration.
        self._planes: CalibratedPlanes | None = None
        self._lock: Final = Lock()

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host

    @hookimpl
    def detach(self) -> None:
        self._kept.forget_all()
        with suppress(MetaprovError):  # the host closes, and lets both go
            self._leave_with_the_last()

    @hookimpl(specname="get_metadata", types=[CALIBRATED_PIXEL_SPACING])
    def calibration(self, image_id: str) -> CalibratedPixelSpacing | None:
        """What was given for an image, or else for its SOPInstanceUID."""
        if not self._kept:
            return None
        calibration = self._kept.of_id(image_id)
        if calibration is None and self._kept.has_uids:
            uid = self._uid(image_id)
            calibration = None if uid is None else self._kept.of_uid(uid)
        return calibration

    @hookimpl
    def add_metadata(self, type: str, image_id: str, value: Any) -> bool | None:
        if type != CALIBRATED_PIXEL_SPACING:
            return None
        calibration = calibration_of(value)
        with self._lock:
            self._kept.add(image_id, calibration)
            planes = self._planes = self._planes or CalibratedPlanes(self)
        self._join(planes)
        return True

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        if type not in (None, CALIBRATED_PIXEL_SPACING):
            return
        if image_id is None:
            self._kept.forget_all()
        else:
            self._forget(image_id)
        self._leave_with_the_last()

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type == CALIBRATED_PIXEL_SPACING:
            # Which images have a UID is not known.
            of_image = None if image_id is None or uid_of_id(image_id) else image_id
            self._tell(of_image)

    def applies_by(self, planes: CalibratedPlanes) -> bool:
        """Whether these are the ones that apply its calibrations: others are about to leave."""
        return self._planes is planes

    def saved(self) -> list[SavedCalibration]:
        """Every calibration, with the UID of its image where that can be read."""
        return [self._saved(image_id, calibration) for image_id, calibration in self._kept]

    def _saved(self, id: str, calibration: CalibratedPixelSpacing) -> SavedCalibration:
        uid = uid_of_id(id)
        if uid is not None:
            return SavedCalibration(None, uid, calibration)
        return SavedCalibration(id, self._uid_if_readable(id), calibration)

    def _forget(self, image_id: str) -> None:
        self._kept.forget(image_id)
        uid = self._uid_if_readable(image_id) if self._kept.has_uids else None
        if uid is not None and self._kept.of_uid(uid) is not None:
            # It was that of the image under all of its ids.
            self._kept.forget(id_of_uid(uid))
            self._tell(None)

    def _tell(self, image_id: str | None) -> None:
        for type in _DERIVED:
            self._host.changed(type, image_id)

    def _uid(self, image_id: str) -> str | None:
        instance = self._host.get(INSTANCE, image_id)
        return instance.get("SOPInstanceUID") if isinstance(instance, Mapping) else None

    def _uid_if_readable(self, image_id: str) -> str | None:
        try:
            return self._uid(image_id)
        except MetadataReadError:
            # It may be gone, which whoever asks for its plane is told.
            return None

    def _join(self, planes: CalibratedPlanes) -> None:
        with suppress(ValueError):  # it is there
            self._host.register(planes)
        if not self.applies_by(planes):  # another thread has cleared all meanwhile
            self._let_go(planes)

    def _leave_with_the_last(self) -> None:
        with self._lock:
            if self._kept or self._planes is None:
                return
            planes, self._planes = self._planes, None
        self._let_go(planes)

    def _let_go(self, planes: CalibratedPlanes) -> None:
        with suppress(LookupError):  # it is not there
            self._host.unregister(planes)


class CalibratedPlanes:
    """Puts the calibrations of a host into the answers of others."""

    def __init__(self, calibrations: Calibrations) -> None:
        self._calibrations: Final = calibrations
        #: What a host calls it.
        self.__name__: Final = _PLANES

    @hookimpl(specname="get_metadata", types=[IMAGE_PLANE], wrapper=True)
    def plane(self, image_id: str) -> Generator[None, Any, Any]:
        """The plane that others answer, with the spacing of the calibration."""
        plane = yield
        calibration = None if plane is None else self._calibration(image_id)
        if calibration is None:
            return plane
        if not isinstance(plane, ImagePlaneModule):
            note(f"calibrated, but the plane is a {type(plane).__name__}: left as it is")
            return plane
        return calibrated_plane(plane, calibration)

    @hookimpl(specname="get_metadata", types=[CALIBRATION])
    def regions(self, image_id: str) -> CalibrationModule | None:
        """The regions of the calibration."""
        calibration = self._calibration(image_id)
        regions = None if calibration is None else calibration.sequence_of_ultrasound_regions
        return CalibrationModule(regions) if regions else None

    def _calibration(self, image_id: str) -> CalibratedPixelSpacing | None:
        applies = self._calibrations.applies_by(self)
        return self._calibrations.calibration(image_id) if applies else None


def save_calibrations(path: str | os.PathLike[str], host: Host | None = None) -> None:
    """Write the calibrations of a host to a JSON file, each with its id and its SOPInstanceUID.

    Raises MetadataNotFoundError where the host has no plugin that keeps calibrations, and OSError
    where the file cannot be written; one that was there before stays then.
    """
    host = metaprov_core.default_host if host is None else host
    for record in host.plugins():
        if isinstance(record.plugin, Calibrations):
            write_calibrations(Path(path), record.plugin.saved())
            return
    raise MetadataNotFoundError(
        "no plugin of this host keeps calibrations: dicom-calibrations is disabled, or not there"
    )


def load_calibrations(path: str | os.PathLike[str], host: Host | None = None) -> int:
    """Add the calibrations of a file to a host; how many there are.

    One with a SOPInstanceUID is that of the image with this UID, under whatever id it is found, and
    of no other image under the id that it had. Raises ValueError, before any is added, for a file
    that is not as `save_calibrations` writes it, and OSError for one that cannot be read.
    """
    host = metaprov_core.default_host if host is None else host
    read = read_calibrations(Path(path))
    for image_id, calibration in read:
        host.add(CALIBRATED_PIXEL_SPACING, image_id, calibration)
    return len(read)
