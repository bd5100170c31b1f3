"""A host with what is installed, and small DICOM files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from metaprov_core import Host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: One slice of CT, whose place follows from its number.
SLICE = {
    "SOPClassUID": CTImageStorage,
    "PatientID": "7",
    "PatientName": "Ward^Seven",
    "StudyInstanceUID": "1.2.3",
    "StudyDate": "20260601",
    "SeriesInstanceUID": "1.2.3.1",
    "SeriesNumber": 1,
    "Modality": "CT",
    "Manufacturer": "Maker",
    "FrameOfReferenceUID": "1.2.3.9",
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PixelSpacing": [0.5, 0.75],
    "SliceThickness": 2,
    "RescaleSlope": 1,
    "RescaleIntercept": -1024,
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "Rows": 4,
    "Columns": 5,
    "BitsAllocated": 16,
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
}


def write_slice(path: Path, number: int = 1, **changes: Any) -> Path:
    """Write a slice, with other values; None takes an attribute away."""
    uid = changes.pop("SOPInstanceUID", f"1.2.3.1.{number}")
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(str(path), Dataset(), file_meta=meta, preamble=b"\0" * 128)
    of_number = {"InstanceNumber": number, "ImagePositionPatient": [-10, -20, number * 2.0]}
    values = {**SLICE, **of_number, "SOPInstanceUID": uid, "PixelData": bytes(40), **changes}
    for keyword, value in values.items():
        if value is not None:
            setattr(dataset, keyword, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture
def slice_at() -> Callable[..., Path]:
    return write_slice


@pytest.fixture
def host() -> Iterator[Host]:
    with Host(discover=True) as host:
        yield host
        # Plugins keep for their process what was added.
        host.clear()
