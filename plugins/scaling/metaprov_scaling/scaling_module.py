"""The answer: `ScalingModule`, and the notes that it carries."""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from metaprov_core import MetadataType

__all__ = ["JSON_NAMES", "KINDS", "SCALING", "Note", "ScalingModule", "Severity", "SuvKind"]

#: "info": a fact to know; "assumed": a value that the header does not have; "repaired": a value
#: that the header has in another unit, or on another day; "warning": a doubtful value.
Severity = Literal["info", "assumed", "repaired", "warning"]

#: The factors to SUV, as fields of `ScalingModule`; each normalises activity by something else.
SuvKind = Literal["suvbw", "suvlbm", "suvlbm_james128", "suvlbm_janma", "suvbsa", "suvibw"]
KINDS: Final[tuple[SuvKind, ...]] = get_args(SuvKind)


class Note(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Something to know about the factors."""

    #: A word for programs, such as "doseInMegabecquerel"; the table is in `suv.notes`.
    code: str
    #: How much it matters.
    severity: Severity
    #: A sentence for people.
    sentence: str
    #: The attribute that it is about: a DICOM keyword, or ``(gggg,eeee)`` where that is private.
    attribute: str


class ScalingModule(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """What turns the pixel values of a PET or dose image into standardised quantities.

    The factors multiply pixel values *after* RescaleSlope and RescaleIntercept, which may differ
    between the images of a series. A factor that cannot be given is None. The fields of PET are
    None for RTDOSE, and the other way round.
    """

    #: To SUV by body weight, in g/ml.
    suvbw: float | None = None
    #: To SUV by lean body mass (James; 120 for men, as PS3.3 says), in g/ml.
    suvlbm: float | None = None
    #: To SUV by lean body mass (James; 128 for men), in g/ml.
    suvlbm_james128: float | None = None
    #: To SUV by lean body mass (Janmahasatian), in g/ml.
    suvlbm_janma: float | None = None
    #: To SUV by body surface area (Du Bois), in cm2/ml.
    suvbsa: float | None = None
    #: To SUV by ideal body weight, in g/ml.
    suvibw: float | None = None
    #: Whether a factor rests on a repaired value; the notes say which.
    repaired: bool = False
    #: What was assumed or repaired, and what is doubtful, in the order of the rules.
    notes: tuple[Note, ...] = ()
    #: DoseGridScaling (3004,000E): stored values times this are the dose, in `dose_units`.
    dose_grid_scaling: float | None = None
    #: DoseSummationType (3004,000A): "PLAN", "BEAM", "FRACTION" ...
    dose_summation_type: str | None = None
    #: DoseType (3004,0004): "PHYSICAL", "EFFECTIVE" or "ERROR".
    dose_type: str | None = None
    #: DoseUnits (3004,0002): "GY" or "RELATIVE".
    dose_units: str | None = None


#: What the fields of a module are called in JSON.
JSON_NAMES: Final = dict(
    zip(ScalingModule.__struct_fields__, ScalingModule.__struct_encode_fields__, strict=True)
)

SCALING: Final = MetadataType("scalingModule", ScalingModule)
"""The key of scalingModule. An added value may be of another class."""
