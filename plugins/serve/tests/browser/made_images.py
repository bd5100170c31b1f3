"""Images that are made: how they are written, and what their pixels are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

if TYPE_CHECKING:
    from pathlib import Path


class Made(NamedTuple):
    """The images of a series, and what their pixels are worth."""

    image_ids: list[str]
    #: In SUV, Gy or HU: slice, row, column.
    values: np.ndarray
    #: From column, row, slice to the patient, in mm.
    affine: np.ndarray

    def index_of(self, world: list[float]) -> np.ndarray:
        """Column, row and slice of a point, as fractions."""
        return (np.linalg.inv(self.affine) @ [*world, 1])[:3]

    def world_of(self, column: float, row: float, slice_: float = 0) -> list[float]:
        """The point of the patient that an index is."""
        return (self.affine @ [column, row, slice_, 1])[:3].tolist()


def image(modality, sop_class, pixels, **attributes) -> Dataset:
    """An image of 16 bits, with what every image has."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class, generate_uid()
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3.4", f"1.2.3.4.{ord(modality[0])}"
    dataset.Modality, dataset.PatientName, dataset.PatientID = modality, "Made^Up", "1"
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    dataset.BitsAllocated = dataset.BitsStored = 8 * pixels.itemsize
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, 0
    dataset.PixelData = pixels.tobytes()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset


def written(dataset: Dataset, path: Path) -> str:
    """Writes an image, and gives its id."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.save_as(path, enforce_file_format=True)
    return f"dicomfile:{path}"


def of(attributes: dict) -> Dataset:
    """A dataset of attributes by keyword."""
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return dataset
