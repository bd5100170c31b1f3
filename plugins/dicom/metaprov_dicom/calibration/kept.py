"""The calibrations of a host, each of an image, or of the instance with a UID wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core import base_image_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_modules import CalibratedPixelSpacing

__all__ = ["KeptCalibrations", "id_of_uid", "uid_of_id"]

#: How UIDs are written as URIs (RFC 3061).
_URN: Final = "urn:oid:"


def id_of_uid(uid: str) -> str:
    """The id under which a calibration is that of every image with a SOPInstanceUID."""
    return f"{_URN}{uid}"


def uid_of_id(image_id: str) -> str | None:
    """The SOPInstanceUID that an id is made of; None where it is the id of an image."""
    return image_id.removeprefix(_URN) if image_id.startswith(_URN) else None


class KeptCalibrations:
    """Calibrations by image id without frame, and by SOPInstanceUID."""

    def __init__(self) -> None:
        self._by_id: Final[dict[str, CalibratedPixelSpacing]] = {}
        self._by_uid: Final[dict[str, CalibratedPixelSpacing]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_id or self._by_uid)

    @property
    def has_uids(self) -> bool:
        """Whether the UID of an image counts."""
        return bool(self._by_uid)

    def add(self, image_id: str, calibration: CalibratedPixelSpacing) -> None:
        """Keep the calibration of an id, in place of the one before."""
        uid = uid_of_id(image_id)
        if uid is None:
            self._by_id[base_image_id(image_id)] = calibration
        else:
            self._by_uid[uid] = calibration

    def of_id(self, image_id: str) -> CalibratedPixelSpacing | None:
        """The calibration of an id, in any spelling and with any frame."""
        uid = uid_of_id(image_id)
        return self._by_id.get(base_image_id(image_id)) if uid is None else self._by_uid.get(uid)

    def of_uid(self, uid: str) -> CalibratedPixelSpacing | None:
        """The calibration of a SOPInstanceUID."""
        return self._by_uid.get(uid)

    def forget(self, image_id: str) -> None:
        """Forget the calibration of an id."""
        uid = uid_of_id(image_id)
        if uid is None:
            self._by_id.pop(base_image_id(image_id), None)
        else:
            self._by_uid.pop(uid, None)

    def forget_all(self) -> None:
        """Forget every calibration."""
        self._by_id.clear()
        self._by_uid.clear()

    def __iter__(self) -> Iterator[tuple[str, CalibratedPixelSpacing]]:
        """Each with its id, sorted."""
        by_uid = {id_of_uid(uid): each for uid, each in self._by_uid.copy().items()}
        return iter(sorted({**self._by_id.copy(), **by_uid}.items()))
