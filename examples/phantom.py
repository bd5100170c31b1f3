"""Write a PET/CT of a made-up thorax: python examples/phantom.py FOLDER

Two series of one study: 40 slices of CT in HU, and 50 slices of PT in Bq/ml, with all that SUV
needs. Three slices of a second reconstruction of the CT are missing, as happens in archives.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    PositronEmissionTomographyImageStorage,
    generate_uid,
)


class Part(NamedTuple):
    """An ellipsoid of the body: where (mm: left, back, head), and what fills it."""

    center: tuple[float, float, float]
    radii: tuple[float, float, float]
    hu: float
    suv: float


LONG = 1e3  # Through all slices.
#: Later ones lie in earlier ones.
BODY = (
    Part((0, 0, 0), (170, 115, LONG), -95, 0.4),  # fat
    Part((0, 0, 0), (155, 100, LONG), 55, 0.9),  # muscle
    Part((-75, -8, 20), (54, 74, 120), -840, 0.35),  # lungs
    Part((75, -8, 20), (54, 74, 120), -840, 0.35),
    Part((28, -38, -15), (42, 36, 45), 48, 4.2),  # heart
    Part((30, -40, -15), (24, 19, 28), 150, 1.5),
    Part((24, 38, 0), (11, 11, LONG), 160, 1.4),  # aorta
    Part((0, 62, 0), (20, 16, LONG), 330, 1.6),  # spine
    Part((0, 80, 0), (9, 9, LONG), 60, 0.7),
    Part((0, -2, 40), (8, 9, 90), -980, 0.1),  # trachea
    Part((-70, -20, 8), (9, 9, 9), 40, 9.5),  # lesions
    Part((-12, -12, 30), (8, 8, 10), 50, 6.2),
)
WEIGHT_KG, SIZE_M, DOSE_BQ, HALF_LIFE_S, WAITED_S = 70.0, 1.68, 350e6, 6586.2, 3600
#: What scales Bq/ml to SUV by body weight.
SUV_FACTOR = WEIGHT_KG * 1000 / (DOSE_BQ * 0.5 ** (WAITED_S / HALF_LIFE_S))
STUDY, FRAME_OF_REFERENCE = generate_uid(), generate_uid()


def write_phantom(folder: Path) -> None:
    """Write the folders ct, ct-gaps and pt."""
    random = np.random.default_rng(1)
    hu = ct_values(random)
    for name, number, missing in (("ct", 2, ()), ("ct-gaps", 3, (12, 13, 27))):
        series = series_of("CT", number, f"Thorax 5.0 mm, {name}")
        kept = [place for place in range(len(hu)) if place not in missing]
        write(folder / name, [ct_slice(hu, place, series) for place in kept])
    activity = pt_values(random) / SUV_FACTOR
    series = series_of("PT", 4, "Thorax, attenuation corrected")
    series.update(injection())
    write(folder / "pt", [pt_slice(activity, place, series) for place in range(len(activity))])


def ct_values(random: np.random.Generator) -> np.ndarray:
    """HU: 40 slices of 320 x 320."""
    shape, spacing = (40, 320, 320), (5.0, 1.2, 1.2)
    values = filled(shape, spacing, "hu", -1000)
    x, y, z = places(shape, spacing)
    around = np.arctan2(y / 92, x / 146)
    ribs = (np.abs(np.hypot(x / 146, y / 92) - 1) < 0.045) & (np.sin(14 * around + z / 14) > -0.1)
    values[ribs] = 420
    noise = random.normal(0, 40, shape)
    return smooth(values, (1, 2), 1) + smooth(noise, (1, 2), 1)


def pt_values(random: np.random.Generator) -> np.ndarray:
    """SUV: 50 slices of 128 x 128."""
    shape = (50, 128, 128)
    values = smooth(filled(shape, (4.0, 3.2, 3.2), "suv", 0), (0, 1, 2), 4)
    noise = smooth(random.normal(0, 0.3, shape), (0, 1, 2), 2)
    return np.clip(values + noise * np.sqrt(values), 0, None)


def filled(
    shape: tuple[int, ...], spacing: tuple[float, ...], what: str, outside: float
) -> np.ndarray:
    """The parts of the body, on a grid around its middle."""
    values = np.full(shape, float(outside))
    at = places(shape, spacing)
    for part in BODY:
        distance = sum(
            ((axis - middle) / radius) ** 2
            for axis, middle, radius in zip(at, part.center, part.radii, strict=True)
        )
        values[distance < 1] = getattr(part, what)
    return values


def places(shape: tuple[int, ...], spacing: tuple[float, ...]) -> list[np.ndarray]:
    """Millimetres to the left, the back and the head."""
    grid = np.meshgrid(
        *((np.arange(n) - (n - 1) / 2) * mm for n, mm in zip(shape, spacing, strict=True)),
        indexing="ij",
        sparse=True,
    )
    return grid[::-1]


def smooth(values: np.ndarray, axes: tuple[int, ...], times: int) -> np.ndarray:
    for axis in axes * times:
        values = (np.roll(values, 1, axis) + 2 * values + np.roll(values, -1, axis)) / 4
    return values


def series_of(modality: str, number: int, description: str) -> Dataset:
    """What all images of a series have."""
    ds = Dataset()
    ds.PatientName, ds.PatientID, ds.PatientSex = "Phantom^Thorax", "PH-001", "F"
    ds.PatientWeight, ds.PatientSize = WEIGHT_KG, SIZE_M
    ds.StudyInstanceUID, ds.StudyDescription = STUDY, "PET/CT of the thorax"
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = "20260114"
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = "090000"
    ds.Modality, ds.SeriesNumber, ds.SeriesDescription = modality, number, description
    ds.SeriesInstanceUID, ds.FrameOfReferenceUID = generate_uid(), FRAME_OF_REFERENCE
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    return ds


def injection() -> Dataset:
    """What SUV is computed from."""
    ds, tracer = Dataset(), Dataset()
    tracer.Radiopharmaceutical = "Fluorodeoxyglucose"
    tracer.RadiopharmaceuticalStartTime = "080000"
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = DOSE_BQ, HALF_LIFE_S
    ds.RadiopharmaceuticalInformationSequence = Sequence([tracer])
    ds.Units, ds.DecayCorrection, ds.CorrectedImage = "BQML", "START", ["ATTN", "DECY"]
    return ds


def ct_slice(hu: np.ndarray, place: int, series: Dataset) -> Dataset:
    stored = np.clip(np.round(hu[place] + 1024), 0, 4095).astype("<u2")
    ds = image_of(series, CTImageStorage, stored)
    ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = 1, -1024, "HU"
    ds.WindowCenter, ds.WindowWidth = 40, 400
    return placed(ds, hu.shape, (5.0, 1.2, 1.2), place)


def pt_slice(activity: np.ndarray, place: int, series: Dataset) -> Dataset:
    slope = float(f"{activity[place].max() / 60000:.6g}")  # A slope of its own, as scanners do.
    stored = np.round(activity[place] / slope).astype("<u2")
    ds = image_of(series, PositronEmissionTomographyImageStorage, stored)
    ds.RescaleSlope, ds.RescaleIntercept = slope, 0
    return placed(ds, activity.shape, (4.0, 3.2, 3.2), place)


def image_of(series: Dataset, sop_class: str, stored: np.ndarray) -> Dataset:
    ds = Dataset()
    ds.update(series)
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, generate_uid()
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = stored.shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 0
    ds.PixelData = stored.tobytes()
    return ds


def placed(ds: Dataset, shape: tuple[int, ...], spacing: tuple[float, ...], place: int) -> Dataset:
    offset = (np.array([0, 0, place]) - (np.array(shape[::-1]) - 1) / 2) * spacing[::-1]
    ds.InstanceNumber, ds.ImagePositionPatient = place + 1, offset.round(3).tolist()
    ds.PixelSpacing, ds.SliceThickness = list(spacing[1:]), spacing[0]
    return ds


def write(folder: Path, slices: list[Dataset]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for ds in slices:
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.save_as(folder / f"{ds.InstanceNumber:03}.dcm", enforce_file_format=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/phantom.py FOLDER")
    write_phantom(Path(sys.argv[1]))
