"""What the rules need of one image: a `PetHeader`, read from any instance by the tables below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .enhanced import enhanced_frame
from .meaning import meaning
from .private import private_values
from .reading import AttributeTable, OfSameItems
from .sop_classes import ENHANCED_PET
from .values import number, text, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reading import Values

__all__ = ["Nuclide", "PetHeader", "named", "pet_header"]


class Nuclide(NamedTuple):
    """A coded radionuclide: the first item of RadionuclideCodeSequence (0054,0300)."""

    code: str | None
    #: CodingSchemeDesignator (0008,0102): "SRT", "SCT" ...
    scheme: str | None
    #: CodeMeaning (0008,0104).
    called: str | None


class PetHeader(NamedTuple):
    """The header values of one PET image; None where one is absent, empty, or not a number.

    Dates and times are as written, without padding; `metaprov_scaling.suv.dicom_time` reads them. A
    value that should be a text and is not is its class in brackets, such as ``<list>``.
    """

    sop_class_uid: str | None = None
    units: str | None = None
    corrected_image: frozenset[str] = frozenset()
    #: In kg, if the header is right.
    patient_weight: float | None = None
    patient_sex: str | None = None
    #: In m, if the header is right.
    patient_size: float | None = None
    decay_correction: str | None = None
    series_date: str | None = None
    series_time: str | None = None
    suv_type: str | None = None
    manufacturer: str | None = None
    decay_correction_datetime: str | None = None
    acquisition_date: str | None = None
    acquisition_time: str | None = None
    acquisition_datetime: str | None = None
    timezone: str | None = None
    #: In ms.
    frame_reference_time: float | None = None
    #: In ms.
    actual_frame_duration: float | None = None
    #: ``{"DYNAMIC", "IMAGE"}``, say.
    series_type: frozenset[str] = frozenset()
    decay_factor: float | None = None
    rescale_slope: float | None = None
    rescale_intercept: float | None = None
    #: The number of different items of (0054,0016); the next five values are those of the first.
    tracers: int = 0
    #: In Bq, if the header is right.
    dose: float | None = None
    #: In s.
    half_life: float | None = None
    start_datetime: str | None = None
    start_time: str | None = None
    nuclide: Nuclide | None = None
    #: Philips (7053,1000): pixel values times this are SUV by body weight.
    suv_scale_factor: float | None = None
    #: Philips (7053,1009): pixel values times this are Bq/ml.
    activity_scale_factor: float | None = None
    #: GE (0009,100D): the time to which the series is decay corrected.
    ge_datetime: str | None = None
    #: Siemens (0071,1022): the time to which the series is decay corrected.
    siemens_datetime: str | None = None
    #: GE (0009,103B): when the tracer was administered.
    ge_start: str | None = None
    #: Whether an image of an enhanced class has functional groups, without which it has no frames.
    has_functional_groups: bool = False
    #: Enhanced PET: the time that its frame stands for, where decay is not corrected.
    frame_reference_datetime: str | None = None
    #: Enhanced PET: whether the duration of a frame is a sum of portions.
    is_gated: bool = False
    #: Enhanced PET: whether the dose is in MBq, if the header is right.
    is_dose_in_megabecquerel: bool = False


def _nuclide(codes: Any) -> Nuclide | None:
    if not isinstance(codes, Sequence) or not codes or not isinstance(codes[0], Mapping):
        return None
    return Nuclide(
        text(codes[0].get("CodeValue")),
        text(codes[0].get("CodingSchemeDesignator")),
        text(codes[0].get("CodeMeaning")),
    )


# In the order of the fields of PetHeader.
_ROOT: Final[tuple[tuple[str, Callable[[Any], Any]], ...]] = (
    ("SOPClassUID", text),
    ("Units", text),
    ("CorrectedImage", texts),
    ("PatientWeight", number),
    ("PatientSex", text),
    ("PatientSize", number),
    ("DecayCorrection", text),
    ("SeriesDate", text),
    ("SeriesTime", text),
    ("SUVType", text),
    ("Manufacturer", text),
    ("DecayCorrectionDateTime", text),
    ("AcquisitionDate", text),
    ("AcquisitionTime", text),
    ("AcquisitionDateTime", text),
    ("TimezoneOffsetFromUTC", text),
    ("FrameReferenceTime", number),
    ("ActualFrameDuration", number),
    ("SeriesType", texts),
    ("DecayFactor", number),
    ("RescaleSlope", number),
    ("RescaleIntercept", number),
)
_TRACER: Final[tuple[tuple[str, Callable[[Any], Any]], ...]] = (
    ("RadionuclideTotalDose", number),
    ("RadionuclideHalfLife", number),
    ("RadiopharmaceuticalStartDateTime", text),
    ("RadiopharmaceuticalStartTime", text),
    ("RadionuclideCodeSequence", _nuclide),
)
_TRACER_FIELDS: Final = ("dose", "half_life", "start_datetime", "start_time", "nuclide")
_TRACER_TABLE: Final = AttributeTable(_TRACER)
_NO_TRACER: Final = (None,) * len(_TRACER)

_TAGS: Final = {
    "AcquisitionDate": "(0008,0022)",
    "AcquisitionDateTime": "(0008,002A)",
    "AcquisitionTime": "(0008,0032)",
    "ActualFrameDuration": "(0018,1242)",
    "AttenuationCorrected": "(0018,9759)",
    "CorrectedImage": "(0028,0051)",
    "DecayCorrected": "(0018,9758)",
    "DecayCorrection": "(0054,1102)",
    "DecayCorrectionDateTime": "(0018,9701)",
    "DecayFactor": "(0054,1321)",
    "DoseGridScaling": "(3004,000E)",
    "FrameAcquisitionDateTime": "(0018,9074)",
    "FrameReferenceDateTime": "(0018,9151)",
    "FrameReferenceTime": "(0054,1300)",
    "Modality": "(0008,0060)",
    "Manufacturer": "(0008,0070)",
    "PatientSex": "(0010,0040)",
    "PatientSize": "(0010,1020)",
    "PatientWeight": "(0010,1030)",
    "RadionuclideCodeSequence": "(0054,0300)",
    "RadionuclideHalfLife": "(0018,1075)",
    "RadionuclideTotalDose": "(0018,1074)",
    "RadiopharmaceuticalInformationSequence": "(0054,0016)",
    "RadiopharmaceuticalStartDateTime": "(0018,1078)",
    "RadiopharmaceuticalStartTime": "(0018,1072)",
    "RealWorldValueMappingSequence": "(0040,9096)",
    "RescaleIntercept": "(0028,1052)",
    "RescaleSlope": "(0028,1053)",
    "SOPClassUID": "(0008,0016)",
    "SUVType": "(0054,1006)",
    "SeriesDate": "(0008,0021)",
    "SeriesTime": "(0008,0031)",
    "SharedFunctionalGroupsSequence": "(5200,9229)",
    "TimezoneOffsetFromUTC": "(0008,0201)",
    "Units": "(0054,1001)",
}


def named(keyword: str) -> str:
    """An attribute as sentences name it: ``PatientWeight (0010,1030)``."""
    tag = _TAGS.get(keyword)
    return keyword if tag is None else f"{keyword} {tag}"


def pet_header(instance: Mapping[str, Any], frame: int = 1) -> PetHeader:
    """The values that count, of an instance by DICOM keyword from any source.

    Private tags are 8 upper-case hex digits (``"7053100D"``), sequences are lists of mappings. Of
    (Legacy Converted) Enhanced PET they are those of one frame: the instance is the root overlaid
    by the functional groups of the frame, as hosts answer it; or it is the root itself, and
    ``frame``, counted from 1, says which.
    """
    enhanced = enhanced_frame(instance, frame)
    if enhanced is None:
        return _header(instance, (instance,))
    header = _header(enhanced, enhanced.layers)
    return header._replace(
        tracers=max(header.tracers, enhanced.agents),
        has_functional_groups=enhanced.has_functional_groups,
        frame_reference_datetime=enhanced.reference,
        is_gated=enhanced.is_gated,
        is_dose_in_megabecquerel=header.sop_class_uid == ENHANCED_PET,
    )


def _header(values: Values, with_private: Sequence[Mapping[str, Any]]) -> PetHeader:
    """The values by the tables; private ones of the first instance that has each of them."""
    *root, tracer = _ROOT_TABLE.read(values)
    private = private_values(with_private[0])
    for instance in with_private[1:]:
        of_instance = private_values(instance)
        private = tuple(map(_first_known, private, of_instance))
    return PetHeader(*root, *tracer, *private)


def _first_known(one: Any, other: Any) -> Any:
    return other if one is None else one


def _tracer(items: Any) -> tuple[Any, ...]:
    """The number of different tracers, and the values of the first."""
    if not isinstance(items, Sequence) or not items:
        return 0, *_NO_TRACER
    if len(items) == 1 and isinstance(items[0], Mapping):
        return 1, *_values_of(items[0])
    given = [item for item in items if isinstance(item, Mapping) and item]
    first = _values_of(given[0]) if given else _NO_TRACER
    return len({_tracer_meaning(item) for item in given}), *first


_ROOT_TABLE: Final = AttributeTable(
    (*_ROOT, ("RadiopharmaceuticalInformationSequence", OfSameItems(_tracer)))
)


def _values_of(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(_TRACER_TABLE.read(item))


def _tracer_meaning(item: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(map(meaning, _TRACER_FIELDS, _values_of(item)))
