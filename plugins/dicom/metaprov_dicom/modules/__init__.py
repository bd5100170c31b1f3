"""The metadata modules: a class, a table and a derivation for each, and the list of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .identity import GENERAL_SERIES, SOP_COMMON, derive_general_series, derive_sop_common
from .image_pixel import IMAGE_PIXEL, derive_image_pixel
from .image_plane import IMAGE_PLANE, derive_image_plane
from .lut import MODALITY_LUT, VOI_LUT, derive_modality_lut, derive_voi_lut
from .pet import PET_SERIES, derive_pet_series

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_core import MetadataType

    from .table import Derive

__all__ = ["MODULES"]

#: How each module is derived from an instance.
MODULES: Final[Mapping[MetadataType[Any], Derive[Any]]] = {
    SOP_COMMON: derive_sop_common,
    GENERAL_SERIES: derive_general_series,
    IMAGE_PLANE: derive_image_plane,
    IMAGE_PIXEL: derive_image_pixel,
    MODALITY_LUT: derive_modality_lut,
    VOI_LUT: derive_voi_lut,
    PET_SERIES: derive_pet_series,
}
