"""What turns pixel values into standardised quantities, and what is to know about that."""

from typing import Annotated, Final, Literal, get_args

from .answer import Answer, meaning
from .key import MetadataType
from .note import Note

__all__ = ["KINDS", "SCALING", "ScalingModule", "SuvKind"]

#: The factors to SUV, as fields of `ScalingModule`; each normalises activity by something else.
SuvKind = Literal["suvbw", "suvlbm", "suvlbm_james128", "suvlbm_janma", "suvbsa", "suvibw"]
KINDS: Final[tuple[SuvKind, ...]] = get_args(SuvKind)


class ScalingModule(Answer, frozen=True):
    """What turns the pixel values of a PET or dose image into standardised quantities.

    The factors multiply pixel values *after* RescaleSlope and RescaleIntercept, which may differ
    between the images of a series. A factor that cannot be given is None. The fields of PET are
    None for RTDOSE, and the other way round. PS3.3 C.8.9.1, C.8.8.3.
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
        float | None,
        meaning(
            "Stored values times this are the dose.",
            "dose_units",
            attribute="DoseGridScaling (3004,000E)",
        ),
    ] = None
    dose_summation_type: Annotated[
        str | None,
        meaning(
            'What the dose is the sum of: "PLAN", "BEAM", "FRACTION" ...',
            attribute="DoseSummationType (3004,000A)",
        ),
    ] = None
    dose_type: Annotated[
        str | None, meaning('"PHYSICAL", "EFFECTIVE" or "ERROR".', attribute="DoseType (3004,0004)")
    ] = None
    dose_units: Annotated[
        str | None, meaning('"GY" or "RELATIVE".', attribute="DoseUnits (3004,0002)")
    ] = None


SCALING: Final = MetadataType("scalingModule", ScalingModule)
"""The key of scalingModule. An added value may be of another class."""
