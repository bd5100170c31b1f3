"""Images that are made: what every image has, and how it is written."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np


def image(modality: str, sop_class: str, pixels: np.ndarray, **attributes: Any) -> Dataset:
    """An image of these stored values; with SamplesPerPixel=3, colours are their last axis."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.Modality = sop_class, modality
    dataset.StudyInstanceUID = "1.2.3.4"
    dataset.PatientName, dataset.PatientID = "Made^Up", "1"
    is_coloured = attributes.get("SamplesPerPixel") == 3
    dataset.Rows, dataset.Columns = pixels.shape[-3:-1] if is_coloured else pixels.shape[-2:]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "RGB" if is_coloured else "MONOCHROME2"
    if is_coloured:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = 8 * pixels.itemsize
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.HighBit = dataset.BitsStored - 1
    # An even number of bytes.
    dataset.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    return dataset


def written(dataset: Dataset, path: Path, transfer_syntax: str = ExplicitVRLittleEndian) -> str:
    """Write an image, and give its id; UIDs that it lacks are made of the names of its path."""
    dataset.setdefault("SeriesInstanceUID", uid_of(path.parent.name))
    dataset.setdefault("SOPInstanceUID", uid_of(path.parent.name, path.name))
    dataset.file_meta.TransferSyntaxUID = transfer_syntax
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # What is wrong on purpose.
        warnings.simplefilter("ignore")
        dataset.save_as(path, enforce_file_format=True)
    return f"dicomfile:{path}"


def uid_of(*names: str) -> UID:
    """A UID that is the same in every run."""
    return generate_uid(entropy_srcs=names)


def of(attributes: dict[str, Any]) -> Dataset:
    """A dataset of attributes by keyword."""
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset
