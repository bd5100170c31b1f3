"""How many answers the caches keep: as many as a variable of the environment says, or the usual."""

from __future__ import annotations

import os
from typing import Final

__all__ = ["DATASETS_KEPT", "HEADERS_KEPT", "MODULES_KEPT", "size_of"]

HEADERS_KEPT: Final = "METAPROV_DICOM_HEADERS"
DATASETS_KEPT: Final = "METAPROV_DICOM_DATASETS"
#: Modules of each type.
MODULES_KEPT: Final = "METAPROV_DICOM_MODULES"

_USUAL: Final = {HEADERS_KEPT: 1_000, DATASETS_KEPT: 100, MODULES_KEPT: 100_000}


def size_of(variable: str, given: int | None) -> int:
    """How many are kept: as many as given, else as a variable says, else the usual number.

    Raises ValueError for anything but a whole number of at least 1.
    """
    what = variable.rpartition("_")[2].lower()
    name, said = variable, os.environ.get(variable, "").strip()
    if given is not None:
        name, said = what, str(given)
    if not said:
        return _USUAL[variable]
    if not said.isdecimal() or int(said) < 1:
        raise ValueError(f"{name} is the number of {what} kept, 1 or more: not {said!r}")
    return int(said)
