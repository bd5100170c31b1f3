"""The series of ``metaprov demo``: five slices of CT, MR and PET each, as scanners write them."""

from __future__ import annotations

from io import BytesIO
from struct import pack
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    PositronEmissionTomographyImageStorage,
    generate_uid,
)

from .phantom import (
    DOSE_BQ,
    FIELD_OF_VIEW,
    HALF_LIFE_S,
    SIZE_M,
    SLICES,
    SPACING,
    SUV_FACTOR,
    WEIGHT_KG,
    matter_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .phantom import Matter

__all__ = ["FILES", "encoded", "image_of"]

_DATE: Final = "20260601"
_INJECTED: Final = "100000.000"
#: One half-life later.
_SCANNED: Final = "114946.200"

_STUDY: Final = {
    "PatientName": "Phantom^Demo",
    "PatientID": "DEMO",
    "PatientBirthDate": "",
    "PatientSex": "F",
    "PatientWeight": WEIGHT_KG,
    "PatientSize": SIZE_M,
    "StudyID": "1",
    "StudyDate": _DATE,
    "StudyTime": _INJECTED,
    "StudyDescription": "Phantom of metaprov demo",
    "AccessionNumber": "",
    "ReferringPhysicianName": "",
    "Manufacturer": "metaprov",
    "PatientPosition": "HFS",
    "PositionReferenceIndicator": "",
}
_PIXELS: Final = {
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsAllocated": 16,
    "BitsStored": 16,
    "HighBit": 15,
    "PixelRepresentation": 1,
}

#: Stored values are thousandths of SUV. A DS has 16 characters.
_BQML_PER_STORED: Final = f"{1 / SUV_FACTOR / 1000:.14f}"[:16]


class _Series(NamedTuple):
    """A series of the study."""

    modality: str
    sop_class: str
    number: int
    description: str
    #: How many pixels a row has, and a column.
    size: int
    stored: Callable[[Matter], int]
    attributes: Mapping[str, Any]


_SERIES: Final[Mapping[str, _Series]] = {
    "ct": _Series(
        "CT",
        CTImageStorage,
        1,
        "CT of a phantom",
        128,
        lambda matter: matter.hu,
        {
            "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
            "KVP": 120,
            "RescaleIntercept": 0,
            "RescaleSlope": 1,
            "RescaleType": "HU",
            "WindowCenter": 40,
            "WindowWidth": 400,
        },
    ),
    "mr": _Series(
        "MR",
        MRImageStorage,
        2,
        "MR of a phantom",
        128,
        lambda matter: matter.signal,
        {
            "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
            "ScanningSequence": "SE",
            "SequenceVariant": "NONE",
            "ScanOptions": "",
            "MRAcquisitionType": "2D",
            "RepetitionTime": 500,
            "EchoTime": 15,
            "EchoTrainLength": 1,
            "WindowCenter": 450,
            "WindowWidth": 900,
        },
    ),
    "pet": _Series(
        "PT",
        PositronEmissionTomographyImageStorage,
        3,
        "PET of a phantom",
        64,
        lambda matter: round(matter.suv * 1000),
        {
            "ImageType": ["ORIGINAL", "PRIMARY"],
            "Units": "BQML",
            "CountsSource": "EMISSION",
            "SeriesType": ["STATIC", "IMAGE"],
            "NumberOfSlices": SLICES,
            "CorrectedImage": ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"],
            "DecayCorrection": "START",
            "FrameReferenceTime": 0,
            "ActualFrameDuration": 180_000,
            "RescaleIntercept": 0,
            "RescaleSlope": _BQML_PER_STORED,
            # In what rescaling gives, up to SUV 5.
            "WindowCenter": f"{2.5 / SUV_FACTOR:.6g}",
            "WindowWidth": f"{5 / SUV_FACTOR:.6g}",
        },
    ),
}

#: The files, by folder and number of the slice: ``ct/1.dcm``.
FILES: Final = tuple(f"{name}/{number}.dcm" for name in _SERIES for number in range(1, SLICES + 1))


def encoded(file: str) -> bytes:
    """What is in one of the files (PS3.10)."""
    content = BytesIO()
    image_of(file).save_as(content, enforce_file_format=True)
    return content.getvalue()


def image_of(file: str) -> Dataset:
    """One slice, with all that its geometry, its values and SUV need.

    The same file has the same UIDs in every folder: it is a copy of the same image.
    """
    name, number = file.removesuffix(".dcm").split("/")
    series, place = _SERIES[name], int(number) - 1
    image = Dataset()
    for keyword, value in {**_STUDY, **_PIXELS, **series.attributes}.items():
        setattr(image, keyword, value)
    image.SOPClassUID, image.SOPInstanceUID = series.sop_class, _uid(file)
    image.StudyInstanceUID, image.SeriesInstanceUID = _uid("study"), _uid(name)
    image.FrameOfReferenceUID = _uid("frame of reference")
    image.Modality, image.SeriesNumber = series.modality, series.number
    image.SeriesDescription = series.description
    image.InstanceNumber = image.AcquisitionNumber = place + 1
    image.SeriesDate = image.AcquisitionDate = image.ContentDate = _DATE
    image.SeriesTime = image.AcquisitionTime = image.ContentTime = _SCANNED
    if name == "pet":
        image.ImageIndex = place + 1
        image.RadiopharmaceuticalInformationSequence = Sequence([_tracer()])
    _place(image, series.size, place)
    image.PixelData = _pixels(series, place)
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    return image


def _uid(what: str) -> str:
    return generate_uid(entropy_srcs=["metaprov demo", what])


def _tracer() -> Dataset:
    """What was injected (PS3.3 C.8.9.2)."""
    tracer = Dataset()
    tracer.Radiopharmaceutical = "FDG"
    tracer.RadiopharmaceuticalStartTime = _INJECTED
    tracer.RadiopharmaceuticalStartDateTime = _DATE + _INJECTED
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = DOSE_BQ, HALF_LIFE_S
    return tracer


def _place(image: Dataset, size: int, place: int) -> None:
    """Say where a slice lies: the middle of the phantom is the origin."""
    spacing = FIELD_OF_VIEW / size
    image.Rows = image.Columns = size
    image.PixelSpacing = [spacing, spacing]
    image.SliceThickness = SPACING
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    first = _first(size)
    image.ImagePositionPatient = [first, first, _z(place)]
    image.SliceLocation = _z(place)


def _pixels(series: _Series, place: int) -> bytes:
    first, spacing = _first(series.size), FIELD_OF_VIEW / series.size
    middles = [first + spacing * number for number in range(series.size)]
    z = _z(place)
    values = [series.stored(matter_at(x, y, z)) for y in middles for x in middles]
    return pack(f"<{len(values)}h", *values)


def _first(size: int) -> float:
    """The middle of the first pixel, in mm from that of the phantom."""
    return -FIELD_OF_VIEW * (1 - 1 / size) / 2


def _z(place: int) -> float:
    return SPACING * (place - SLICES // 2)
