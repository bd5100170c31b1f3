"""Two studies in files, with what searches, frames and bulk data are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from made_images import image, written
from pydicom import Dataset
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

if TYPE_CHECKING:
    from pathlib import Path

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
US_MULTIFRAME = "1.2.840.10008.5.1.4.1.1.3.1"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"

NATIVE, IMPLICIT, COMPRESSED, COLOURS = "1.2.1.1", "1.2.1.2", "1.2.1.3", "1.2.2.1"
ENHANCED = "1.2.1.4"
LONG_TEXT = "Äpfel und " * 200
LUT_DATA = list(range(600))
#: Explicit VR, so that its VR is known.
PRIVATE = bytes(range(256)) * 5


def made_studies(folder: Path) -> None:
    """A CT study with three series of 3, 1 and 1 images, and a US study with one of 3 frames."""
    for number in (3, 1, 2):
        written(ct(NATIVE, number), folder / "ct" / f"{number}.dcm")
    written(
        ct(IMPLICIT, 1, Modality="MR", SOPClassUID=MR), folder / "mr.dcm", ImplicitVRLittleEndian
    )
    compressed = ct(COMPRESSED, 1, SeriesDescription="compressed")
    compressed.compress(RLELossless, generate_instance_uid=False)
    written(compressed, folder / "rle.dcm", RLELossless)
    written(us(), folder / "us.dcm")


def ct(series: str, number: int, **attributes: Any) -> Dataset:
    dataset = _image("CT", CT, pixels_of(number), "1.2.1", series, number, BitsStored=12)
    dataset.PatientName, dataset.PatientID = "Müller^Änne=山田^太郎", "P7"
    dataset.StudyDate, dataset.StudyTime, dataset.StudyID = "20200229", "101530.5", "17"
    dataset.StudyDescription, dataset.AccessionNumber = "Thorax", "A-1"
    dataset.SeriesNumber, dataset.InstanceNumber = int(series[-1]), number
    dataset.PixelSpacing = [0.5, 0.75]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.ImagePositionPatient = [0, 0, float(number)]
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
    dataset.ImageComments = LONG_TEXT
    lut = Dataset()
    lut.LUTDescriptor, lut.LUTExplanation = [600, 0, 16], "a table"
    lut.add_new("LUTData", "US", LUT_DATA)
    dataset.VOILUTSequence = [lut]
    dataset.private_block(0x0011, "metaprov tests", create=True).add_new(1, "OB", PRIVATE)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def enhanced() -> Dataset:
    """An enhanced MR image of two frames, each with a place of its own."""
    dataset = ct(ENHANCED, 1, SOPClassUID=ENHANCED_MR, Modality="MR", NumberOfFrames=2)
    del dataset.ImagePositionPatient
    dataset.PixelData = pixels_of(1).tobytes() + pixels_of(2).tobytes()
    shared, measures = Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [0.5, 0.75], 2
    shared.PixelMeasuresSequence = [measures]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = [_at(z) for z in (10, 20)]
    return dataset


def _at(z: float) -> Dataset:
    groups, position = Dataset(), Dataset()
    position.ImagePositionPatient = [0, 0, z]
    groups.PlanePositionSequence = [position]
    return groups


def pixels_of(number: int) -> np.ndarray:
    """Those of the images of the CT study: (rows, columns)."""
    return (np.arange(35, dtype="<u2") * 10 + number).reshape(5, 7)


def us() -> Dataset:
    dataset = _image("US", US_MULTIFRAME, colours(), "1.2.2", COLOURS, 1, SamplesPerPixel=3)
    dataset.PatientName, dataset.PatientID = "Smith^John", "P8"
    dataset.StudyDate, dataset.StudyTime = "20210310", "090000"
    dataset.StudyDescription = "Abdomen"
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.NumberOfFrames = 1, 1, 3
    return dataset


def colours() -> np.ndarray:
    """Those of the US image: (frames, rows, columns, samples)."""
    return np.arange(135, dtype=np.uint8).reshape(3, 3, 5, 3)


def _image(modality, sop_class, pixels, study, series, number, **attributes: Any) -> Dataset:
    dataset = image(modality, sop_class, pixels, **attributes)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
    dataset.SOPInstanceUID = f"{series}.{number}"
    return dataset
