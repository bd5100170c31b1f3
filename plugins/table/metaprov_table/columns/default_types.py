"""The types that a table has where none are named: what the findings rest on."""

from __future__ import annotations

from typing import Final

from metaprov_modules import (
    FRAME,
    GENERAL_IMAGE,
    GENERAL_SERIES,
    GENERAL_STUDY,
    IMAGE_PIXEL,
    IMAGE_PLANE,
    MODALITY_LUT,
    PATIENT,
    PATIENT_STUDY,
    PET_ISOTOPE,
    PET_SERIES,
    SCALING,
    TRANSFER_SYNTAX,
    VOI_LUT,
)

from .private_creators import PRIVATE_CREATORS

__all__ = ["DEFAULT_TYPES"]

DEFAULT_TYPES: Final[tuple[str, ...]] = (
    PATIENT,
    PATIENT_STUDY,
    GENERAL_STUDY,
    GENERAL_SERIES,
    GENERAL_IMAGE,
    IMAGE_PLANE,
    IMAGE_PIXEL,
    MODALITY_LUT,
    VOI_LUT,
    TRANSFER_SYNTAX,
    PET_SERIES,
    PET_ISOTOPE,
    FRAME,
    "Manufacturer",
    "ManufacturerModelName",
    "SpecificCharacterSet",
    "BurnedInAnnotation",
    "PatientIdentityRemoved",
    "ConvolutionKernel",
    "AcquisitionNumber",
    "EchoNumbers",
    "TemporalPositionIdentifier",
    "DiffusionBValue",
    PRIVATE_CREATORS,
    SCALING,
)
