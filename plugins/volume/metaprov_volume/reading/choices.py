"""What the arguments of reading may be."""

from __future__ import annotations

from typing import Final

from metaprov_modules import KINDS
from metaprov_volume.errors import VolumeError

__all__ = ["check_choices"]

#: By argument.
_CHOICES: Final[dict[str, tuple[str | None, ...]]] = {
    "values": ("stored", "modality", *KINDS, "dose"),
    "missing": (None, "nan"),
    "duplicates": (None, "first"),
    "on_error": ("raise", "skip"),
}


def check_choices(**arguments: str | None) -> None:
    """Raises VolumeError for an argument that is none of its choices, with these."""
    for name, given in arguments.items():
        choices = _CHOICES[name]
        if given not in choices:
            listed = ", ".join(str(choice) for choice in choices)
            raise VolumeError(f"{name} is {given!r}, and there are {listed}")
