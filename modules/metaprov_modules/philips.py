"""What is particular to images of Philips."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["PHILIPS_SCALING", "PhilipsScalingModule"]


class PhilipsScalingModule(Answer, frozen=True):
    """From stored values of an MR image to those that compare between scans (Chenevert 2014).

    The modality LUT gives what the scanner shows, which is scaled for each scan by itself. The
    floating point value is ``(stored * RescaleSlope + RescaleIntercept) / (RescaleSlope *
    scale_slope)``: ``stored * floating_point_slope + floating_point_intercept``.
    """

    scale_slope: Annotated[
        float | None,
        meaning(
            "Scale slope (2005,100E): stored values in a floating point 1.", attribute="(2005,100E)"
        ),
    ] = None
    scale_intercept: Annotated[
        float | None,
        meaning(
            "Scale intercept (2005,100D): the stored value that is 0.", attribute="(2005,100D)"
        ),
    ] = None
    floating_point_slope: Annotated[
        float | None, meaning("What stored values are multiplied by.")
    ] = None
    floating_point_intercept: Annotated[
        float | None, meaning("Added to stored * floating_point_slope.")
    ] = None


PHILIPS_SCALING: Final = MetadataType("philipsScalingModule", PhilipsScalingModule)
