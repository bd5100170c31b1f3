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
        meaning(
            'The corrections applied: "DECY", "ATTN", "SCAT" ...',
            attribute="CorrectedImage (0028,0051)",
        ),
    ] = None
    units: Annotated[
        str | None,
        meaning(
            'The unit of the rescaled pixels: "BQML", "CNTS", "GML" ...',
            attribute="Units (0054,1001)",
        ),
    ] = None
    decay_correction: Annotated[
        str | None,
        meaning(
            'What decay is corrected to: "START", "ADMIN" or "NONE".',
            attribute="DecayCorrection (0054,1102)",
        ),
    ] = None
    suv_type: Annotated[
        str | None,
        meaning(
            'What a pixel in g/ml is normalised by: "BW", "LBM", "BSA" ...',
            attribute="SUVType (0054,1006)",
        ),
    ] = None
    counts_source: Annotated[
        str | None, meaning('"EMISSION" or "TRANSMISSION".', attribute="CountsSource (0054,1002)")
    ] = None
    series_type: Annotated[
        tuple[str, str] | None,
        meaning(
            'Two values, such as "WHOLE BODY" and "IMAGE".', attribute="SeriesType (0054,1000)"
        ),
    ] = None


class PetImageModule(Answer, frozen=True):
    """When a PET image was acquired (PS3.3 C.8.9.4)."""

    frame_reference_time: Annotated[
        float | None,
        meaning(
            "Time that the pixels are true for, since that of the series.",
            "ms",
            attribute="FrameReferenceTime (0054,1300)",
        ),
    ] = None
    actual_frame_duration: Annotated[
        int | None,
        meaning("How long it was acquired.", "ms", attribute="ActualFrameDuration (0018,1242)"),
    ] = None
    decay_factor: Annotated[
        float | None,
        meaning(
            "What the pixels were multiplied by to correct them for decay.",
            attribute="DecayFactor (0054,1321)",
        ),
    ] = None


class RadiopharmaceuticalInfo(Answer, frozen=True):
    """What was injected, when, and how much (PS3.3 C.8.9.2)."""

    radiopharmaceutical: Annotated[
        str | None, meaning("Its name.", attribute="Radiopharmaceutical (0018,0031)")
    ] = None
    radiopharmaceutical_start_time: Annotated[
        str | None,
        meaning(
            "When the injection began, without a date: HHMMSS.FFFFFF.",
            attribute="RadiopharmaceuticalStartTime (0018,1072)",
        ),
    ] = None
    radiopharmaceutical_start_date_time: Annotated[
        str | None,
        meaning(
            "When the injection began: YYYYMMDDHHMMSS.FFFFFF&ZZXX.",
            attribute="RadiopharmaceuticalStartDateTime (0018,1078)",
        ),
    ] = None
    radiopharmaceutical_stop_time: Annotated[
        str | None,
        meaning(
            "When the injection ended, without a date: HHMMSS.FFFFFF.",
            attribute="RadiopharmaceuticalStopTime (0018,1073)",
        ),
    ] = None
    radionuclide_total_dose: Annotated[
        float | None,
        meaning(
            "Dose; by definition in MBq for nuclear medicine and enhanced PET.",
            "Bq",
            attribute="RadionuclideTotalDose (0018,1074)",
        ),
    ] = None
    radionuclide_half_life: Annotated[
        float | None, meaning("Half-life.", "s", attribute="RadionuclideHalfLife (0018,1075)")
    ] = None
    radionuclide: Annotated[
        str | None,
        meaning(
            'The meaning of its code: "^18^Fluorine", say.',
            attribute="RadionuclideCodeSequence (0054,0300)",
        ),
    ] = None


class PetIsotopeModule(Answer, frozen=True):
    """The radiopharmaceutical of a PET image, the first one of several (PS3.3 C.8.9.2)."""

    radiopharmaceutical_info: Annotated[
        RadiopharmaceuticalInfo | None,
        meaning(
            "What was injected.", attribute="RadiopharmaceuticalInformationSequence (0054,0016)"
        ),
    ] = None


PET_SERIES: Final = MetadataType("petSeriesModule", PetSeriesModule)
PET_IMAGE: Final = MetadataType("petImageModule", PetImageModule)
PET_ISOTOPE: Final = MetadataType("petIsotopeModule", PetIsotopeModule)
