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

    label: Annotated[str | None, meaning("A short name for it.")] = None
    explanation: Annotated[str | None, meaning("What it is, in words.")] = None
    units: Annotated[str | None, meaning('The code of the unit: "Bq/ml", "mm2/s" ... (UCUM).')] = (
        None
    )
    units_meaning: Annotated[str | None, meaning("The unit, in words.")] = None
    quantity: Annotated[
        str | None, meaning('What is measured: "Apparent Diffusion Coefficient", say.')
    ] = None
    slope: Annotated[float | None, meaning("What stored values are multiplied by.", "units")] = None
    intercept: Annotated[float | None, meaning("Added to stored * slope.", "units")] = None
    first_value_mapped: Annotated[
        float | None,
        meaning("The lowest stored value that it is for, signed as the pixels are."),
    ] = None
    last_value_mapped: Annotated[
        float | None, meaning("The highest stored value that it is for.")
    ] = None
    lut: Annotated[
        tuple[float, ...] | None,
        meaning("In place of slope and intercept: what each stored value is.", "units"),
    ] = None


class RealWorldValueModule(Answer, frozen=True):
    """What the stored values of an image, or of a frame, measure (PS3.3 C.7.6.16.2.11).

    There may be several ways to read them: all are in ``mappings``, and the other fields are those
    of the first one. Modality LUT and windows have no part in it.
    """

    units: Annotated[str | None, meaning('The code of the unit: "Bq/ml", "mm2/s" ... (UCUM).')] = (
        None
    )
    slope: Annotated[float | None, meaning("What stored values are multiplied by.", "units")] = None
    intercept: Annotated[float | None, meaning("Added to stored * slope.", "units")] = None
    first_value_mapped: Annotated[
        float | None,
        meaning("The lowest stored value that it is for, signed as the pixels are."),
    ] = None
    last_value_mapped: Annotated[
        float | None, meaning("The highest stored value that it is for.")
    ] = None
    label: Annotated[str | None, meaning("A short name for it.")] = None
    mappings: Annotated[
        tuple[RealWorldValueMapping, ...], meaning("All of them, in the order of the header.")
    ] = ()


REAL_WORLD_VALUE: Final = MetadataType("realWorldValueModule", RealWorldValueModule)
