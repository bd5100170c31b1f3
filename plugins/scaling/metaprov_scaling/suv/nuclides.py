"""The half-life of a coded radionuclide: what fills a gap in a header, and checks what it says.

Sources: DICOM PS3.16 CID 4020, PET Radionuclide (2016-01-19), for the codes; ICRP publication 107
for the half-lives.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from .headers.header import Nuclide

__all__ = ["Known", "known_nuclide", "name_of_nuclide"]


class Known(NamedTuple):
    """A radionuclide of PET."""

    #: Element and mass number: "F-18", "Tc-94m".
    name: str
    #: In s.
    half_life: float


#: Name, half-life in s, and code in SRT, in SCT and in DCM; "" where it has none.
_ROWS: Final = (
    ("C-11", 1223.4, "C-105A1", "40565003", ""),
    ("N-13", 597.9, "C-107A1", "21576001", ""),
    ("O-14", 70.606, "C-1018C", "424875009", ""),
    ("O-15", 122.24, "C-B1038", "129504001", ""),
    ("F-18", 6586.2, "C-111A1", "77004003", ""),
    ("Na-22", 82107966, "C-155A1", "71633006", ""),
    ("K-38", 458.16, "C-135A4", "423764008", ""),
    ("Sc-43", 14007.6, "", "", "126605"),
    ("Sc-44", 14292, "", "", "126600"),
    ("Ti-45", 11088, "C-166A2", "75696008", ""),
    ("Mn-51", 2772, "", "", "126601"),
    ("Fe-52", 29790, "C-130A1", "69089000", ""),
    ("Mn-52", 483062.4, "C-149A1", "37225000", ""),
    ("Mn-52m", 1266, "", "", "126607"),
    ("Cu-60", 1422, "C-127A4", "425364008", ""),
    ("Cu-61", 11998.8, "C-127A1", "71425003", ""),
    ("Cu-62", 580.38, "C-127A5", "422934004", ""),
    ("Zn-62", 33069.6, "C-141A1", "65054007", ""),
    ("Cu-64", 45720, "C-127A2", "3932008", ""),
    ("Ga-66", 34164, "C-131A1", "79477007", ""),
    ("Ga-68", 4062.6, "C-131A3", "35337001", ""),
    ("Ge-68", 23410080, "C-128A2", "53315004", ""),
    ("As-70", 3156, "", "", "126602"),
    ("As-72", 93600, "C-115A2", "2705002", ""),
    ("Se-73", 25740, "C-116A2", "87437000", ""),
    ("Br-75", 5802, "C-113A1", "17910003", ""),
    ("Br-76", 58320, "C-113A2", "79523006", ""),
    ("Br-77", 205329.6, "C-113A3", "86521004", ""),
    ("Rb-82", 76.38, "C-159A2", "79197006", ""),
    ("Y-86", 53064, "C-162A3", "10738001", ""),
    ("Zr-89", 282276, "C-168A4", "63360001", ""),
    ("Nb-90", 52560, "", "", "126603"),
    ("Y-90", 230760, "C-162A7", "14691008", ""),
    ("Tc-94m", 3120, "C-163AA", "424079002", ""),
    ("I-124", 360806.4, "C-114A5", "40937006", ""),
    ("Tb-152", 63000, "", "", "126606"),
)
#: SRT was called SNM3 and 99SDM before.
_SCHEMES: Final = (("SRT", "SNM3", "99SDM"), ("SCT",), ("DCM",))
_BY_CODE: Final = {
    (scheme, code): Known(name, half_life)
    for name, half_life, *codes in _ROWS
    for code, schemes in zip(codes, _SCHEMES, strict=True)
    if code
    for scheme in schemes
}
# "^18^Fluorine", "F-18", "Technetium 94m"; the code of an isomer may be called without its m.
_MASS_NUMBER: Final = re.compile(r"([0-9]+)(m(?![a-z]))?", re.IGNORECASE)


def known_nuclide(coded: Nuclide | None) -> Known | None:
    """What a code means; None for an unknown one, and where it is called by another mass number."""
    if coded is None or coded.code is None:
        return None
    known = _BY_CODE.get((coded.scheme or "", coded.code))
    if known is None or coded.called is None:
        return known
    own = known.name.partition("-")[2]
    called = {"".join(number).lower() for number in _MASS_NUMBER.findall(coded.called)}
    return known if not called or called & {own, own.removesuffix("m")} else None


def name_of_nuclide(coded: Nuclide | None) -> str | None:
    """``F-18``, or what the header calls a nuclide that is not known."""
    known = known_nuclide(coded)
    if known is not None:
        return known.name
    return None if coded is None else coded.called or coded.code
