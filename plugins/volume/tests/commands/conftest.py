"""Folders with series of DICOM files."""

from __future__ import annotations

from pathlib import Path

import pytest

CLASSES = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "PT": "1.2.840.10008.5.1.4.1.1.128",
    "OT": "1.2.840.10008.5.1.4.1.1.7",
}


@pytest.fixture(scope="session")
def of_clinic(metaprov):
    """Run metaprov with a plugin whose volumes are not computed."""
    plugin = Path(__file__).with_name("clinic.py")
    return lambda *arguments: metaprov(*arguments, METAPROV_PLUGINS=str(plugin))


@pytest.fixture(scope="session")
def write_series():
    """Write a series, a file a slice; attributes of a slice count more than those of all."""

    for module in ("pydicom", "metaprov_dicom", "metaprov_volume.provider"):
        pytest.importorskip(module)

    def write(folder, slices, modality="CT", *, series="1", **attributes):
        folder.mkdir(parents=True, exist_ok=True)
        first = len(list(folder.iterdir())) + 1
        for number, of_slice in enumerate(slices, first):
            file = folder / f"{number:03}.dcm"
            uid = f"1.2.3.{series}.{number}"
            _write(file, uid, number, modality, series, {**attributes, **of_slice})

    return write


@pytest.fixture(scope="session")
def at():
    """Slices at some places along the normal, in mm."""
    return lambda *places: [{"ImagePositionPatient": [0, 0, z]} for z in places]


def _write(file, uid, number, modality, series, attributes):
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = CLASSES[modality]
    ds.SOPInstanceUID = uid
    ds.PatientID, ds.PatientName = "7", "Doe^Ann"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.3", f"1.2.3.{series}"
    ds.FrameOfReferenceUID = "1.2.4"
    ds.Modality, ds.SeriesNumber, ds.InstanceNumber = modality, int(series), number
    ds.StudyDate, ds.StudyDescription = "20260601", "Whole body"
    ds.SeriesDescription = f"Series of {modality}"
    ds.ImageOrientationPatient, ds.PixelSpacing = [1, 0, 0, 0, 1, 0], [0.75, 0.5]
    ds.Rows, ds.Columns, ds.SamplesPerPixel = 2, 3, 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 0
    ds.PixelData = bytes(12)
    for keyword, value in attributes.items():
        if value is None:
            del ds[keyword]
        else:
            setattr(ds, keyword, value)
    ds.save_as(file, enforce_file_format=True)
