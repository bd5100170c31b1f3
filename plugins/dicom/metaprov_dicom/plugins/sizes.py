"""How many answers the caches keep: as many as a variable of the environment says, or the usual."""

from __future__ import annotations

import os
from typing import Final

__all__ = ["size_of"]

#: Headers, pydicom's data sets, and modules of each type, by what follows in the variable's name.
_USUAL: Final = {"HEADERS": 1_000, "DATASETS": 100, "MODULES": 100_000}


def size_of(what: str, given: int | None) -> int:
    """How many are kept: as many as given, else as METAPROV_DICOM_... says, else the usual number.

    Raises ValueError for anything but a whole number of at least 1.
    """
    name = f"METAPROV_DICOM_{what}"
    said = os.environ.get(name, "").strip()
    if given is not None:
        name, said = what.lower(), str(given)
    if not said:
        return _USUAL[what]
    if not said.isdecimal() or int(said) < 1:
        raise ValueError(f"{name} is the number of {what.lower()} kept, 1 or more: not {said!r}")
    return int(said)
