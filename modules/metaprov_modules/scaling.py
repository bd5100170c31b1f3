"""What turns pixel values into standardised quantities, and what is to know about that."""

from typing import Annotated, Final, Literal, get_args

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["KINDS", "SCALING", "Note", "ScalingModule", "Severity", "SuvKind"]

#: "info": a fact to know; "assumed": a value that the header does not have; "repaired": a value
#: that the header has in another unit, or on another day; "warning": a doubtful value.
Severity = Literal["info", "assumed", "repaired", "warning"]

#: The factors to SUV, as fields of `ScalingModule`; each normalises activity by something else.
SuvKind = Literal["suvbw", "suvlbm", "suvlbm_james128", "suvlbm_janma", "suvbsa", "suvibw"]
KINDS: Final[tuple[SuvKind, ...]] = get_args(SuvKind)


class Note(Answer, frozen=True):
    """Something to know about the factors."""

    code: Annotated[str, meaning('A word for programs, such as "doseInMegabecquerel".')]
    severity: Annotated[Severity, meaning('"info", "assumed", "repaired" or "warning".')]
    sentence: Annotated[str, meaning("A sentence for people.")]
    attribute: Annotated[
        str, meaning("DICOM keyword, or (gggg,eeee), of what it is about; two are joined by /.")
    ]


class ScalingModule(Answer, frozen=True):
    """What turns the pixel values of a PET or dose image into standardised quantities.

    The factors multiply pixel values *after* RescaleSlope and RescaleIntercept, which may differ
    between the images of a series. A factor that cannot be given is None. The fields of PET are
    None for RTDOSE, and the other way round.
    """

    suvbw: Annotated[float | None, meaning("To SUV by body weight.", "g/ml")] = None
    suvlbm: Annotated[
        float | None,
        meaning("To SUV by lean body mass (James; 120 for men, as PS3.3 says).", "g/ml"),
    ] = None
    suvlbm_james128: Annotated[
        float | None, meaning("To SUV by lean body mass (James; 128 for men).", "g/ml")
    ] = None
    suvlbm_janma: Annotated[
        float | None, meaning("To SUV by lean body mass (Janmahasatian).", "g/ml")
    ] = None
    suvbsa: Annotated[float | None, meaning("To SUV by body surface area (Du Bois).", "cm2/ml")] = (
        None
    )
    suvibw: Annotated[float | None, meaning("To SUV by ideal body weight.", "g/ml")] = None
    repaired: Annotated[
        bool, meaning("Whether a factor rests on a repaired value; the notes say which.")
    ] = False
    notes: Annotated[
        tuple[Note, ...],
        meaning("What was assumed or repaired, and what is doubtful, in the order of the rules."),
    ] = ()
    dose_grid_scaling: Annotated[
        float | None, meaning("Stored values times this are the dose.", "dose_units")
    ] = None
    dose_summation_type: Annotated[
        str | None, meaning('What the dose is the sum of: "PLAN", "BEAM", "FRACTION" ...')
    ] = None
    dose_type: Annotated[str | None, meaning('"PHYSICAL", "EFFECTIVE" or "ERROR".')] = None
    dose_units: Annotated[str | None, meaning('"GY" or "RELATIVE".')] = None


SCALING: Final = MetadataType("scalingModule", ScalingModule)
"""The key of scalingModule. An added value may be of another class."""
