"""What is particular to positron emission tomography."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = [
    "PET_IMAGE",
    "PET_ISOTOPE",
    "PET_SERIES",
    "PetImageModule",
    "PetIsotopeModule",
    "PetSeriesModule",
    "RadiopharmaceuticalInfo",
]


class PetSeriesModule(Answer, frozen=True):
    """What the pixels of a PET series measure, and how they are corrected (PS3.3 C.8.9.1)."""

    corrected_image: Annotated[
        tuple[str | None, ...] | None,
        meaning('The corrections applied: "DECY", "ATTN", "SCAT" ...'),
    ] = None
    units: Annotated[
        str | None, meaning('The unit of the rescaled pixels: "BQML", "CNTS", "GML" ...')
    ] = None
    decay_correction: Annotated[
        str | None, meaning('What decay is corrected to: "START", "ADMIN" or "NONE".')
    ] = None
    suv_type: Annotated[
        str | None, meaning('What a pixel in g/ml is normalised by: "BW", "LBM", "BSA" ...')
    ] = None
    counts_source: Annotated[str | None, meaning('"EMISSION" or "TRANSMISSION".')] = None
    series_type: Annotated[
        tuple[str, str] | None, meaning('Two values, such as "WHOLE BODY" and "IMAGE".')
    ] = None


class PetImageModule(Answer, frozen=True):
    """When a PET image was acquired (PS3.3 C.8.9.4)."""

    frame_reference_time: Annotated[
        float | None, meaning("Time that the pixels are true for, since that of the series.", "ms")
    ] = None
    actual_frame_duration: Annotated[int | None, meaning("How long it was acquired.", "ms")] = None
    decay_factor: Annotated[
        float | None, meaning("What the pixels were multiplied by to correct them for decay.")
    ] = None


class RadiopharmaceuticalInfo(Answer, frozen=True):
    """What was injected, when, and how much."""

    radiopharmaceutical: Annotated[str | None, meaning("Its name.")] = None
    radiopharmaceutical_start_time: Annotated[
        str | None, meaning("When the injection began, without a date: HHMMSS.FFFFFF.")
    ] = None
    radiopharmaceutical_start_date_time: Annotated[
        str | None, meaning("When the injection began: YYYYMMDDHHMMSS.FFFFFF&ZZXX.")
    ] = None
    radiopharmaceutical_stop_time: Annotated[
        str | None, meaning("When the injection ended, without a date: HHMMSS.FFFFFF.")
    ] = None
    radionuclide_total_dose: Annotated[
        float | None,
        meaning("Dose; by definition in MBq for nuclear medicine and enhanced PET.", "Bq"),
    ] = None
    radionuclide_half_life: Annotated[float | None, meaning("Half-life.", "s")] = None
    radionuclide: Annotated[
        str | None, meaning('The meaning of its code: "^18^Fluorine", say.')
    ] = None


class PetIsotopeModule(Answer, frozen=True):
    """The radiopharmaceutical of a PET image, the first one if there are several (C.8.9.2)."""

    radiopharmaceutical_info: Annotated[
        RadiopharmaceuticalInfo | None, meaning("What was injected.")
    ] = None


PET_SERIES: Final = MetadataType("petSeriesModule", PetSeriesModule)
PET_IMAGE: Final = MetadataType("petImageModule", PetImageModule)
PET_ISOTOPE: Final = MetadataType("petIsotopeModule", PetIsotopeModule)
