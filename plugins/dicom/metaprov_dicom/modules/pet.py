"""What is particular to positron emission tomography."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_modules import (
    PetImageModule,
    PetIsotopeModule,
    PetSeriesModule,
    RadiopharmaceuticalInfo,
)

from .table import Table, module_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["derive_pet_image", "derive_pet_isotope", "derive_pet_series"]

_PET_SERIES = Table(
    "CorrectedImage", "Units", "DecayCorrection", "SUVType", "CountsSource", "SeriesType"
)

_PET_IMAGE = Table("FrameReferenceTime", "ActualFrameDuration", "DecayFactor")

_RADIOPHARMACEUTICAL = Table(
    "Radiopharmaceutical",
    "RadiopharmaceuticalStartTime",
    "RadiopharmaceuticalStartDateTime",
    "RadiopharmaceuticalStopTime",
    "RadionuclideTotalDose",
    "RadionuclideHalfLife",
)

_PET_ISOTOPE = Table("RadiopharmaceuticalInformationSequence")

derive_pet_series = module_of(PetSeriesModule, _PET_SERIES)
derive_pet_image = module_of(PetImageModule, _PET_IMAGE)

_NUCLIDE = Table("RadionuclideCodeSequence")
_CODE = Table("CodeMeaning")


def derive_pet_isotope(instance: Mapping[str, Any], _frame: int) -> PetIsotopeModule | None:
    """The PET isotope module of an instance."""
    (info, *_) = _PET_ISOTOPE.read(instance).get("radiopharmaceutical_information_sequence", ({},))
    fields = _RADIOPHARMACEUTICAL.read(info)
    (code, *_) = _NUCLIDE.read(info).get("radionuclide_code_sequence", ({},))
    radionuclide = _CODE.read(code).get("code_meaning")
    if not fields and radionuclide is None:
        return None
    return PetIsotopeModule(RadiopharmaceuticalInfo(**fields, radionuclide=radionuclide))
