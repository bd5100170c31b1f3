"""What is particular to positron emission tomography."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_core import MetadataType

from .table import Table, module_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "PET_IMAGE",
    "PET_ISOTOPE",
    "PET_SERIES",
    "PetImageModule",
    "PetIsotopeModule",
    "PetSeriesModule",
    "RadiopharmaceuticalInfo",
    "derive_pet_image",
    "derive_pet_isotope",
    "derive_pet_series",
]

_PET_SERIES = Table(
    "CorrectedImage", "Units", "DecayCorrection", "SUVType", "CountsSource", "SeriesType"
)


class PetSeriesModule(msgspec.Struct, frozen=True, gc=False, rename=_PET_SERIES.json_name):
    """What the pixels of a PET series measure, and how they are corrected (PS3.3 C.8.9.1)."""

    #: The corrections applied: "DECY", "ATTN", "SCAT" ...
    corrected_image: tuple[str | None, ...] | None = None
    #: The unit of the rescaled pixels: "BQML", "CNTS", "GML" ...
    units: str | None = None
    #: What decay is corrected to: "START", "ADMIN" or "NONE".
    decay_correction: str | None = None
    #: What a pixel in g/ml is normalised by: "BW", "LBM", "BSA" ...
    suv_type: str | None = None
    counts_source: str | None = None
    #: Two values, such as "WHOLE BODY" and "IMAGE".
    series_type: tuple[str, str] | None = None


_PET_IMAGE = Table("FrameReferenceTime", "ActualFrameDuration", "DecayFactor")


class PetImageModule(msgspec.Struct, frozen=True, gc=False, rename=_PET_IMAGE.json_name):
    """When a PET image was acquired (PS3.3 C.8.9.4)."""

    #: The time that the pixels are true for, in ms since that of the series.
    frame_reference_time: float | None = None
    #: How long it was acquired, in ms.
    actual_frame_duration: int | None = None
    #: What the pixels were multiplied by to correct them for decay.
    decay_factor: float | None = None


_RADIOPHARMACEUTICAL = Table(
    "Radiopharmaceutical",
    "RadiopharmaceuticalStartTime",
    "RadiopharmaceuticalStartDateTime",
    "RadiopharmaceuticalStopTime",
    "RadionuclideTotalDose",
    "RadionuclideHalfLife",
)


class RadiopharmaceuticalInfo(
    msgspec.Struct, frozen=True, gc=False, rename=_RADIOPHARMACEUTICAL.json_name
):
    """What was injected, when, and how much."""

    radiopharmaceutical: str | None = None
    #: ``HHMMSS.FFFFFF``, as far as the header says it, without a date.
    radiopharmaceutical_start_time: str | None = None
    #: ``YYYYMMDDHHMMSS.FFFFFF&ZZXX``, as far as the header says it.
    radiopharmaceutical_start_date_time: str | None = None
    radiopharmaceutical_stop_time: str | None = None
    #: In Bq for PET images; in MBq, by definition, for nuclear medicine and enhanced PET.
    radionuclide_total_dose: float | None = None
    #: In s.
    radionuclide_half_life: float | None = None
    #: The meaning of its code: "^18^Fluorine", say.
    radionuclide: str | None = None


_PET_ISOTOPE = Table("RadiopharmaceuticalInformationSequence")


class PetIsotopeModule(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The radiopharmaceutical of a PET image, the first one if there are several (C.8.9.2)."""

    radiopharmaceutical_info: RadiopharmaceuticalInfo | None = None


PET_SERIES: Final = MetadataType("petSeriesModule", PetSeriesModule)
PET_IMAGE: Final = MetadataType("petImageModule", PetImageModule)
PET_ISOTOPE: Final = MetadataType("petIsotopeModule", PetIsotopeModule)

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
