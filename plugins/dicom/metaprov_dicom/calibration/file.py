"""Calibrations in a JSON file, each with the image that it is of."""

from __future__ import annotations

import os
from threading import get_ident
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from .given import calibration_of
from .kept import id_of_uid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from metaprov_modules import CalibratedPixelSpacing

__all__ = ["SavedCalibration", "read_calibrations", "write_calibrations"]


class SavedCalibration(NamedTuple):
    """A calibration as it is written, and which image it is of."""

    #: None where the UID is all that is known.
    image_id: str | None
    #: SOPInstanceUID; None where the image has none.
    uid: str | None
    calibration: CalibratedPixelSpacing


class _Entry(
    msgspec.Struct,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={
        "image_id": "imageId",
        "uid": "sopInstanceUID",
        "calibration": "calibratedPixelSpacing",
    },
):
    calibration: dict[str, Any]
    image_id: str | None = None
    uid: str | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    calibrations: list[_Entry]


def read_calibrations(path: Path) -> list[tuple[str, CalibratedPixelSpacing]]:
    """The calibrations of a file, each with the id to keep it by: that of its UID, if it has one.

    Raises ValueError, which names the file, for one that is not as `write_calibrations` writes it.
    """
    try:
        entries = msgspec.json.decode(path.read_bytes(), type=_File).calibrations
    except msgspec.DecodeError as error:
        raise ValueError(f"{path} is no file of calibrations: {error}") from None
    return [_read(path, number, entry) for number, entry in enumerate(entries, start=1)]


def write_calibrations(path: Path, saved: Iterable[SavedCalibration]) -> None:
    """Write a file that `read_calibrations` reads, at once: the one before stays until then."""
    entries = [
        _Entry(_with_values(calibration), image_id, uid) for image_id, uid, calibration in saved
    ]
    aside = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}")
    try:
        aside.write_bytes(msgspec.json.format(msgspec.json.encode(_File(entries))) + b"\n")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _read(path: Path, number: int, entry: _Entry) -> tuple[str, CalibratedPixelSpacing]:
    where = f"{path}, calibration {number}"
    image_id = id_of_uid(entry.uid) if entry.uid else entry.image_id
    if not image_id:
        raise ValueError(f"{where}: it is of no image, without imageId and sopInstanceUID")
    try:
        return image_id, calibration_of(entry.calibration)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def _with_values(calibration: CalibratedPixelSpacing) -> dict[str, Any]:
    """The fields that have a value, in Cornerstone's names."""
    plain = msgspec.to_builtins(calibration)
    return {name: value for name, value in plain.items() if value is not None}
