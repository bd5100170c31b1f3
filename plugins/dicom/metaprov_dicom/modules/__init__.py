"""How each metadata module is derived from an instance; imports `frames` and below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_modules import (
    CALIBRATION,
    CINE,
    CLINICAL_TRIAL,
    ECG,
    FRAME,
    FRAME_OF_REFERENCE,
    GENERAL_IMAGE,
    GENERAL_SERIES,
    GENERAL_STUDY,
    IMAGE_PIXEL,
    IMAGE_PLANE,
    MODALITY_LUT,
    MULTIFRAME,
    NM_MULTIFRAME_GEOMETRY,
    OVERLAY_PLANE,
    PATIENT,
    PATIENT_DEMOGRAPHIC,
    PATIENT_STUDY,
    PET_IMAGE,
    PET_ISOTOPE,
    PET_SERIES,
    PHILIPS_SCALING,
    REAL_WORLD_VALUE,
    SOP_COMMON,
    TRANSFER_SYNTAX,
    ULTRASOUND_ENHANCED_REGION,
    VOI_LUT,
)

from .ecg import derive_ecg
from .frame import derive_cine, derive_frame, derive_multiframe
from .identity import (
    derive_frame_of_reference,
    derive_general_image,
    derive_general_series,
    derive_general_study,
    derive_sop_common,
)
from .image_pixel import derive_image_pixel
from .image_plane import derive_image_plane
from .lut import derive_modality_lut, derive_voi_lut
from .nuclear import derive_nm_multiframe_geometry
from .overlay import derive_overlay_plane
from .patient import (
    derive_clinical_trial,
    derive_patient,
    derive_patient_demographic,
    derive_patient_study,
)
from .pet import derive_pet_image, derive_pet_isotope, derive_pet_series
from .philips import derive_philips_scaling
from .real_world_value import derive_real_world_value
from .transfer_syntax import derive_transfer_syntax
from .ultrasound import derive_calibration, derive_ultrasound_enhanced_region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_core import MetadataType

    from .table import Derive

__all__ = ["MODULES"]

#: How each module is derived from an instance.
MODULES: Final[Mapping[MetadataType[Any], Derive[Any]]] = {
    PATIENT: derive_patient,
    PATIENT_STUDY: derive_patient_study,
    PATIENT_DEMOGRAPHIC: derive_patient_demographic,
    CLINICAL_TRIAL: derive_clinical_trial,
    GENERAL_STUDY: derive_general_study,
    GENERAL_SERIES: derive_general_series,
    GENERAL_IMAGE: derive_general_image,
    SOP_COMMON: derive_sop_common,
    FRAME_OF_REFERENCE: derive_frame_of_reference,
    IMAGE_PLANE: derive_image_plane,
    IMAGE_PIXEL: derive_image_pixel,
    MODALITY_LUT: derive_modality_lut,
    VOI_LUT: derive_voi_lut,
    REAL_WORLD_VALUE: derive_real_world_value,
    PHILIPS_SCALING: derive_philips_scaling,
    CINE: derive_cine,
    MULTIFRAME: derive_multiframe,
    FRAME: derive_frame,
    TRANSFER_SYNTAX: derive_transfer_syntax,
    PET_SERIES: derive_pet_series,
    PET_IMAGE: derive_pet_image,
    PET_ISOTOPE: derive_pet_isotope,
    NM_MULTIFRAME_GEOMETRY: derive_nm_multiframe_geometry,
    OVERLAY_PLANE: derive_overlay_plane,
    ULTRASOUND_ENHANCED_REGION: derive_ultrasound_enhanced_region,
    CALIBRATION: derive_calibration,
    ECG: derive_ecg,
}
