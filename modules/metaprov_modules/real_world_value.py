"""What stored values measure, in units of the real world (PS3.3 C.7.6.16.2.11)."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["REAL_WORLD_VALUE", "RealWorldValueMapping", "RealWorldValueModule"]


class RealWorldValueMapping(Answer, frozen=True):
    """One way from stored values to a quantity, for a range of them (PS3.3 C.7.6.16.2.11).

    ``stored * slope + intercept``, or ``lut[stored - first_value_mapped]``: of stored values,
    before any rescale.
    """

    label: Annotated[
        str | None, meaning("A short name for it.", attribute="LUTLabel (0040,9210)")
    ] = None
    explanation: Annotated[
        str | None, meaning("What it is, in words.", attribute="LUTExplanation (0028,3003)")
    ] = None
    units: Annotated[
        str | None,
        meaning(
            'The code of the unit: "Bq/ml", "mm2/s" ... (UCUM).',
            attribute="MeasurementUnitsCodeSequence (0040,08EA)",
        ),
    ] = None
    units_meaning: Annotated[
        str | None,
        meaning("The unit, in words.", attribute="MeasurementUnitsCodeSequence (0040,08EA)"),
    ] = None
    quantity: Annotated[
        str | None,
        meaning(
            'What is measured: "Apparent Diffusion Coefficient", say.',
            attribute="QuantityDefinitionSequence (0040,9220)",
        ),
    ] = None
    slope: Annotated[
        float | None,
        meaning(
            "What stored values are multiplied by.",
            "units",
            attribute="RealWorldValueSlope (0040,9225)",
        ),
    ] = None
    intercept: Annotated[
        float | None,
        meaning(
            "Added to stored * slope.", "units", attribute="RealWorldValueIntercept (0040,9224)"
        ),
    ] = None
    first_value_mapped: Annotated[
        float | None,
        meaning(
            "The lowest stored value that it is for, signed as the pixels are.",
            attribute="RealWorldValueFirstValueMapped (0040,9216)",
        ),
    ] = None
    last_value_mapped: Annotated[
        float | None,
        meaning(
            "The highest stored value that it is for.",
            attribute="RealWorldValueLastValueMapped (0040,9211)",
        ),
    ] = None
    lut: Annotated[
        tuple[float, ...] | None,
        meaning(
            "In place of slope and intercept: what each stored value is.",
            "units",
            attribute="RealWorldValueLUTData (0040,9212)",
        ),
    ] = None


class RealWorldValueModule(Answer, frozen=True):
    """What the stored values of an image, or of a frame, measure (PS3.3 C.7.6.16.2.11).

    There may be several ways to read them: all are in ``mappings``, and the other fields are those
    of the first one. Modality LUT and windows have no part in it.
    """

    units: Annotated[
        str | None,
        meaning(
            'The code of the unit: "Bq/ml", "mm2/s" ... (UCUM).',
            attribute="MeasurementUnitsCodeSequence (0040,08EA)",
        ),
    ] = None
    slope: Annotated[
        float | None,
        meaning(
            "What stored values are multiplied by.",
            "units",
            attribute="RealWorldValueSlope (0040,9225)",
        ),
    ] = None
    intercept: Annotated[
        float | None,
        meaning(
            "Added to stored * slope.", "units", attribute="RealWorldValueIntercept (0040,9224)"
        ),
    ] = None
    first_value_mapped: Annotated[
        float | None,
        meaning(
            "The lowest stored value that it is for, signed as the pixels are.",
            attribute="RealWorldValueFirstValueMapped (0040,9216)",
        ),
    ] = None
    last_value_mapped: Annotated[
        float | None,
        meaning(
            "The highest stored value that it is for.",
            attribute="RealWorldValueLastValueMapped (0040,9211)",
        ),
    ] = None
    label: Annotated[
        str | None, meaning("A short name for it.", attribute="LUTLabel (0040,9210)")
    ] = None
    mappings: Annotated[
        tuple[RealWorldValueMapping, ...],
        meaning(
            "All of them, in the order of the header.",
            attribute="RealWorldValueMappingSequence (0040,9096)",
        ),
    ] = ()


REAL_WORLD_VALUE: Final = MetadataType("realWorldValueModule", RealWorldValueModule)
