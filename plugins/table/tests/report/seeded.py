"""A folder of DICOM files in which each finding is once, and good files beside them.

A seed is a series by what its images have that a good one has not. The patient, the study and the
series follow from its place among the seeds, where an image does not say its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLosslessSV1

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["GOOD", "SEEDS", "Seed", "write_folder", "write_series"]

CLASSES: Final = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "PT": "1.2.840.10008.5.1.4.1.1.128",
    "OT": "1.2.840.10008.5.1.4.1.1.7",
    "XA": "1.2.840.10008.5.1.4.1.1.12.1",
}
#: What only images of one modality have.
OF_MODALITY: Final[Mapping[str, Mapping[str, Any]]] = {
    "CT": {
        "ConvolutionKernel": "B30f",
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "RescaleType": "HU",
    },
    "PT": {
        "Units": "BQML",
        "CorrectedImage": ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"],
        "DecayCorrection": "START",
        "SeriesType": ["WHOLE BODY", "IMAGE"],
        "ActualFrameDuration": 300000,
        "FrameReferenceTime": 150000.0,
        "RescaleSlope": 1,
        "RescaleIntercept": 0,
    },
}
TRACER: Final = {
    "RadionuclideTotalDose": 368_080_000.0,
    "RadionuclideHalfLife": 6586.2,
    "RadiopharmaceuticalStartDateTime": "20250101100000",
}


def at(*places: float, **attributes: Any) -> tuple[dict[str, Any], ...]:
    """Slices at some places along the normal, in mm."""
    return tuple({"ImagePositionPatient": [0, 0, z], **attributes} for z in places)


def each(attributes: Mapping[str, Any], *others: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Four slices with some attributes; the last ones with others, too."""
    slices = [{**slice, **attributes} for slice in at(0, 2, 4, 6)]
    for slice, more in zip(reversed(slices), others, strict=False):
        slice.update(more)
    return tuple(slices)


class Seed(NamedTuple):
    """A series."""

    images: tuple[dict[str, Any], ...]
    modality: str = "CT"
    #: The findings that follow from that of the seed, where there are some.
    also: tuple[str, ...] = ()


GOOD: Final = (
    Seed(at(0, 2, 4, 6)),
    Seed(at(0, 2, 4, 6), "MR"),
    # The slopes of PET may differ.
    Seed(each({}, {"RescaleSlope": 2}), "PT"),
    Seed(each({"TransferSyntaxUID": ImplicitVRLittleEndian, "RescaleType": None})),
    Seed(
        (
            {
                "PhotometricInterpretation": "RGB",
                "SamplesPerPixel": 3,
                "PlanarConfiguration": 0,
                "BitsAllocated": 8,
                "BitsStored": 8,
                "HighBit": 7,
                "PixelData": bytes(48),
                "WindowCenter": None,
                "WindowWidth": None,
                "ImagePositionPatient": None,
                "ImageOrientationPatient": None,
            },
        ),
        "OT",
    ),
    Seed(
        (
            {
                "NumberOfFrames": 3,
                "PixelData": bytes(96),
                "ImagePositionPatient": None,
                "ImageOrientationPatient": None,
            },
        ),
        "XA",
    ),
    # A name of a trial is no identity; and an age may be in weeks.
    Seed(each({"PatientIdentityRemoved": "YES", "PatientName": "T-17", "PatientBirthDate": ""})),
    Seed(each({"PatientBirthDate": "20241020", "PatientAge": "010W"})),
)

SEEDS: Final[Mapping[str, Seed]] = {
    "missingSlices": Seed(at(0, 2, 4, 8, 10)),
    "unevenSpacing": Seed(at(0, 2, 4, 6, 9.3, 11.3)),
    "samePosition": Seed(
        tuple({**slice, "InstanceNumber": 1} for slice in at(0, 2, 2, 4)),
    ),
    "tilted": Seed(
        tuple({"ImagePositionPatient": [0, z * 0.267949, z]} for z in (0, 2, 4, 6)),
    ),
    "grouped": Seed((*at(0, 2, 4, EchoTime=10), *at(0, 2, 4, EchoTime=80)), "MR"),
    "mixedOrientation": Seed(
        (*at(0, 2, 4), {"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}),
    ),
    "mixedSize": Seed(each({}, {"Rows": 2, "PixelData": bytes(16)})),
    "mixedRescale": Seed(each({}, {"RescaleIntercept": -1000})),
    "mixedKernel": Seed(each({}, {"ConvolutionKernel": "B70f"})),
    "duplicateSopInstanceUid": Seed(
        each({}, {"SOPInstanceUID": "1.2.9.1"}, {"SOPInstanceUID": "1.2.9.1"}),
    ),
    "patientDiffers": Seed(each({}, {"PatientSex": "F"})),
    "studyOfSeveralPatients": Seed(each({}, {"PatientID": "another"})),
    "seriesOfSeveralStudies": Seed(each({}, {"StudyInstanceUID": "1.2.9.2"})),
    "ptWithoutSuv": Seed(each({"CorrectedImage": ["DECY"]}), "PT"),
    "ptWithoutWeight": Seed(each({"PatientWeight": None}), "PT", also=("ptWithoutSuv",)),
    "ptWithoutSexOrSize": Seed(each({"PatientSize": None}), "PT"),
    "ptUnits": Seed(each({"Units": "GML"}), "PT"),
    "burnedInAnnotation": Seed(each({}, {"BurnedInAnnotation": "YES"})),
    "identityLeft": Seed(each({"PatientIdentityRemoved": "YES"})),
    "privateCreators": Seed(each({"private": "ACME 1.1"})),
    "lossy": Seed(each({"LossyImageCompression": "01"})),
    "localizer": Seed(each({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]})),
    "derived": Seed(each({"ImageType": ["DERIVED", "PRIMARY", "AXIAL"]})),
    "monochrome1": Seed(each({"PhotometricInterpretation": "MONOCHROME1"})),
    "noWindow": Seed(each({"WindowCenter": None, "WindowWidth": None})),
    "dateOrder": Seed(each({"SeriesDate": "20241231"})),
    "ageDiffers": Seed(each({"PatientAge": "030Y"})),
    "unknownCharset": Seed(each({"SpecificCharacterSet": "LATIN1"})),
    "framesDiffer": Seed(
        (
            {
                "NumberOfFrames": 3,
                "TransferSyntaxUID": JPEGLosslessSV1,
                "PerFrameFunctionalGroupsSequence": 2,
            },
        ),
        "XA",
    ),
    "truncated": Seed(
        each({"Rows": 64, "Columns": 64, "PixelData": bytes(8192)}, {"cut off": 2000}),
    ),
}


def write_folder(folder: Path, seeds: Iterable[Seed] = (*GOOD, *SEEDS.values())) -> None:
    """Write a folder with a folder for each seed, numbered."""
    for number, seed in enumerate(seeds, 1):
        write_series(folder / f"{number:02}", seed, number)


def write_series(folder: Path, seed: Seed, number: int = 1) -> None:
    """Write the files of a seed."""
    folder.mkdir(parents=True)
    for place, attributes in enumerate(seed.images, 1):
        _write(folder / f"{place:03}.dcm", _good(seed.modality, number, place), attributes)


def _good(modality: str, number: int, place: int) -> dict[str, Any]:
    return {
        "SOPClassUID": CLASSES[modality],
        "SOPInstanceUID": f"1.2.3.{number}.1.{place}",
        "SeriesInstanceUID": f"1.2.3.{number}.1",
        "StudyInstanceUID": f"1.2.3.{number}",
        "FrameOfReferenceUID": f"1.2.4.{number}",
        "SpecificCharacterSet": "ISO_IR 100",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "Modality": modality,
        "Manufacturer": "Acme",
        "PatientID": f"P{number}",
        "PatientName": f"Doe^Ann{number}",
        "PatientBirthDate": "19641020",
        "PatientSex": "M",
        "PatientAge": "060Y",
        "PatientWeight": 70.0,
        "PatientSize": 1.75,
        "StudyDate": "20250101",
        "SeriesDate": "20250101",
        "SeriesTime": "110000",
        "AcquisitionDate": "20250101",
        "AcquisitionTime": "110000",
        "ContentDate": "20250101",
        "SeriesNumber": 1,
        "SeriesDescription": f"{modality} of {number}",
        "InstanceNumber": place,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [0.75, 0.5],
        "SliceThickness": 2,
        "Rows": 4,
        "Columns": 4,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
        "WindowCenter": 40,
        "WindowWidth": 400,
        "PixelData": bytes(32),
        **OF_MODALITY.get(modality, {}),
    }


def _write(file: Path, good: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    attributes = {**good, **changes}
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = attributes.pop("TransferSyntaxUID", ExplicitVRLittleEndian)
    creator = attributes.pop("private", None)
    cut_off = attributes.pop("cut off", 0)
    items = attributes.pop("PerFrameFunctionalGroupsSequence", None)
    for keyword, value in attributes.items():
        if value is not None:
            setattr(ds, keyword, value)
    if creator:
        ds.private_block(0x0009, creator, create=True).add_new(1, "LO", "something")
    if items:
        ds.PerFrameFunctionalGroupsSequence = [Dataset() for _ in range(items)]
    if ds.Modality == "PT":
        ds.RadiopharmaceuticalInformationSequence = [Dataset()]
        for keyword, value in TRACER.items():
            setattr(ds.RadiopharmaceuticalInformationSequence[0], keyword, value)
    if ds.file_meta.TransferSyntaxUID.is_encapsulated:
        from pydicom.encaps import encapsulate

        ds.PixelData = encapsulate([bytes(8)] * 2)
        ds["PixelData"].VR = "OB"
    ds.save_as(file, enforce_file_format=True)
    if cut_off:
        file.write_bytes(file.read_bytes()[:-cut_off])
