"""scalingModule: the factors that scale the pixel values of an image.

Those of PET images are computed from their headers; those that you know are given with `add`.
"""

from metaprov_modules import SCALING, Note, ScalingModule

from .apply import from_suv, to_dose, to_suv
from .plugins.added import add
from .settings import configure
from .suv.factors import SeriesScaling, scale_series
from .suv.given import Given
from .suv.headers.header import PetHeader, pet_header
from .suv.notes import Refusal

__all__ = [
    "SCALING",
    "Given",
    "Note",
    "PetHeader",
    "Refusal",
    "ScalingModule",
    "SeriesScaling",
    "add",
    "configure",
    "from_suv",
    "pet_header",
    "scale_series",
    "to_dose",
    "to_suv",
]

__version__ = "0.1.0"
