"""From stored to displayed values: rescale, windows and look-up tables."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["MODALITY_LUT", "VOI_LUT", "Lut", "ModalityLutModule", "VoiLutModule"]


class Lut(Answer, frozen=True):
    """A look-up table (PS3.3 C.11.1.1)."""

    id: Annotated[str, meaning('Its place in the sequence: "1", "2" ...')]
    first_value_mapped: Annotated[
        int,
        meaning(
            "Input that the first entry is for; lower inputs have that entry too.",
            attribute="LUTDescriptor (0028,3002)",
        ),
    ]
    num_bits_per_entry: Annotated[
        int, meaning("Bits of an entry.", "bit", attribute="LUTDescriptor (0028,3002)")
    ]
    lut: Annotated[
        tuple[int, ...], meaning("The entries, unsigned.", attribute="LUTData (0028,3006)")
    ]


class ModalityLutModule(Answer, frozen=True):
    """From stored values to those of the modality, Hounsfield units say (PS3.3 C.11.1).

    ``stored * rescale_slope + rescale_intercept``, or a look-up table.
    """

    rescale_intercept: Annotated[
        float | None,
        meaning("Added to stored * rescale_slope.", attribute="RescaleIntercept (0028,1052)"),
    ] = None
    rescale_slope: Annotated[
        float | None,
        meaning("What stored values are multiplied by.", attribute="RescaleSlope (0028,1053)"),
    ] = None
    rescale_type: Annotated[
        str | None,
        meaning(
            'The unit of the result: "HU", "US" (unspecified) ...',
            attribute="RescaleType (0028,1054)",
        ),
    ] = None
    modality_lut_sequence: Annotated[
        tuple[Lut, ...] | None,
        meaning(
            "The table to use in place of slope and intercept.",
            attribute="ModalityLUTSequence (0028,3000)",
        ),
    ] = None


class VoiLutModule(Answer, frozen=True):
    """From values of the modality to those displayed (PS3.3 C.11.2).

    The first center belongs to the first width and explanation, and so on; where one of them is
    empty or not a number, None keeps its place.
    """

    window_center: Annotated[
        tuple[float | None, ...] | None,
        meaning(
            "The center of each window.", "as rescale_type", attribute="WindowCenter (0028,1050)"
        ),
    ] = None
    window_width: Annotated[
        tuple[float | None, ...] | None,
        meaning(
            "The width of each window.", "as rescale_type", attribute="WindowWidth (0028,1051)"
        ),
    ] = None
    window_center_width_explanation: Annotated[
        tuple[str | None, ...] | None,
        meaning("The name of each window.", attribute="WindowCenterWidthExplanation (0028,1055)"),
    ] = None
    voi_lut_function: Annotated[
        str | None,
        meaning('"LINEAR", "LINEAR_EXACT" or "SIGMOID".', attribute="VOILUTFunction (0028,1056)"),
    ] = None
    voi_lut_sequence: Annotated[
        tuple[Lut, ...] | None,
        meaning("Tables to use in place of a window.", attribute="VOILUTSequence (0028,3010)"),
    ] = None


MODALITY_LUT: Final = MetadataType("modalityLutModule", ModalityLutModule)
VOI_LUT: Final = MetadataType("voiLutModule", VoiLutModule)
