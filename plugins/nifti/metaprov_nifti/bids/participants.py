"""The weight of a participant, from participants.tsv at the root of a data set (BIDS)."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from .sidecar import BidsFile

__all__ = ["weight_of"]

_NAME: Final = "participants.tsv"


def weight_of(file: BidsFile) -> float | str | None:
    """What the column ``weight`` has for the subject of a file; None where there is nothing.

    BIDS writes n/a for what is not known; what is no number is given as it is. Raises
    MetadataReadError for a table that is no text.
    """
    path = file.folders[0] / _NAME
    try:
        with path.open(encoding="utf-8-sig", newline="") as table:
            for row in csv.DictReader(table, delimiter="\t"):
                if row.get("participant_id") == file.subject:
                    weight = row.get("weight")
                    return None if weight in (None, "", "n/a") else _number(weight)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, csv.Error) as error:
        raise MetadataReadError(str(path), f"it is no table: {error}") from error
    return None


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
