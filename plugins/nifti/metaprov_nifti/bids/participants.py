"""The weight of a participant, from participants.tsv at the root of a data set (BIDS)."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError

from .sidecar import read_json
from .suv import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from .sidecar import BidsFile

__all__ = ["weight_of"]

_TABLE: Final = "participants.tsv"
#: What its columns are, and their units.
_COLUMNS: Final = "participants.json"
_KILOGRAMS: Final = {"kg": 1.0, "g": 1e-3}


def weight_of(file: BidsFile) -> float | str | None:
    """What the column ``weight`` has for the subject of a file, in kg; None where it has nothing.

    BIDS writes n/a for what is not known; what is no number is given as it is. Raises Refused for a
    unit other than kg and g, and MetadataReadError for a damaged table or JSON.
    """
    weight = _in_table(file.folders[0] / _TABLE, file.subject) if file.subject else None
    if weight is None:
        return None
    try:
        number = float(weight)
    except ValueError:
        return weight
    return number * _unit_of_weight(file.folders[0] / _COLUMNS)


def _in_table(path: Path, subject: str) -> str | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as table:
            for row in csv.DictReader(table, delimiter="\t"):
                if row.get("participant_id") == subject:
                    weight = row.get("weight")
                    return None if weight in {"", "n/a"} else weight
    except FileNotFoundError:
        return None
    except (OSError, ValueError, csv.Error) as error:
        raise MetadataReadError(str(path), f"it is no table: {error}") from error
    return None


def _unit_of_weight(path: Path) -> float:
    """The unit of the column, in kg, which is also what no unit means."""
    column = read_json(path).get("weight") if path.is_file() else None
    unit = column.get("Units", "kg") if isinstance(column, dict) else "kg"
    kilograms = _KILOGRAMS.get(unit.strip().lower()) if isinstance(unit, str) else None
    if kilograms is None:
        raise Refused(f"Units of weight in participants.json is {unit!r}, and not kg or g")
    return kilograms
