"""The CSV file: read whole, once for each state that it is found in."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from metaprov_core import MetadataReadError

from .ward import WardModule

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Table"]

COLUMNS: Final = ("patient_id", "ward", "weight_kg")


class _Read(NamedTuple):
    """What was read, and the state that the file was in."""

    state: tuple[int, ...]
    rows: Mapping[str, WardModule]


class Table:
    """The rows of a file by patient id: those of the file as it is now."""

    def __init__(self, path: str) -> None:
        self.path: Final = path
        self._file: Final = Path(path)
        self._read: _Read | None = None
        self._lock = Lock()

    def rows(self) -> Mapping[str, WardModule]:
        """The rows. Raises MetadataReadError for a file that is missing or not as it should be."""
        try:
            state = _state(self._file.stat())
            read = self._read
            if read is None or read.state != state:
                read = self._read_again(state)
        except OSError as error:
            raise MetadataReadError(self.path, error.strerror or str(error)) from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise MetadataReadError(self.path, f"it is no CSV file in UTF-8: {error}") from error
        return read.rows

    def _read_again(self, state: tuple[int, ...]) -> _Read:
        with self._lock:
            read = self._read
            if read is not None and read.state == state:
                return read
            with self._file.open(encoding="utf-8-sig", newline="") as file:
                # Its state before it is read: what is written meanwhile is another one.
                read = self._read = _Read(_state(os.fstat(file.fileno())), self._rows_in(file))
            return read

    def _rows_in(self, file: IO[str]) -> dict[str, WardModule]:
        reader = csv.DictReader(file, strict=True)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise MetadataReadError(self.path, f"it has no column {', '.join(missing)}")
        rows: dict[str, WardModule] = {}
        for row in reader:
            where = f"line {reader.line_num}"
            patient_id, ward, weight = ((row[name] or "").strip() for name in COLUMNS)
            if not patient_id:
                raise MetadataReadError(self.path, f"{where} has no patient_id")
            if patient_id in rows:
                raise MetadataReadError(self.path, f"{where} has patient {patient_id} again")
            rows[patient_id] = WardModule(patient_id, ward or None, self._weight(weight, where))
        return rows

    def _weight(self, text: str, where: str) -> float | None:
        if not text:
            return None
        try:
            weight = float(text)
        except ValueError:
            weight = math.nan
        if not 0 < weight < math.inf:
            raise MetadataReadError(self.path, f"{where}: weight_kg is {text!r}, no weight")
        return weight


def _state(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
