"""Half-lives of the radionuclides that BIDS names (ICRP publication 107)."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["half_life_of"]

#: In s.
_HALF_LIVES: Final = {
    "C11": 1223.4,
    "N13": 597.9,
    "O15": 122.24,
    "F18": 6586.2,
    "Sc44": 14292.0,
    "Cu62": 580.38,
    "Cu64": 45720.0,
    "Ga68": 4062.6,
    "Br76": 58320.0,
    "Rb82": 76.38,
    "Y86": 53064.0,
    "Zr89": 282276.0,
    "I124": 360806.4,
}
#: "F18", "F-18", "18F", "[18F]", "^18^F".
_NAMED: Final = re.compile(r"\W*(?:(\d+)\W*([A-Za-z]{1,2})|([A-Za-z]{1,2})\W*(\d+))\W*")


def half_life_of(radionuclide: str) -> float | None:
    """The half-life in s of what TracerRadionuclide names; None for an unknown one."""
    named = _NAMED.fullmatch(radionuclide)
    if named is None:
        return None
    element, mass = named[2] or named[3], named[1] or named[4]
    return _HALF_LIVES.get(f"{element.capitalize()}{mass}")
