"""Write a small PT series: python examples/pet_series.py FOLDER

A warm sphere in a cold phantom, 5 slices of 64 x 64, in Bq/ml. The tracer was given one half-life
before the scan, so that the factor to SUV is known: 70 kg * 1000 / (370 MBq / 2).
"""

import sys
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, PositronEmissionTomographyImageStorage, generate_uid

SLICES, SIZE, SPACING = 5, 64, 4.0
WEIGHT_KG, DOSE_BQ, HALF_LIFE_S = 70.0, 370e6, 6586.2
#: What scales the pixel values, in Bq/ml after rescaling, to SUV by body weight.
SUV_FACTOR = WEIGHT_KG * 1000 / (DOSE_BQ / 2)


def write_series(folder: Path) -> list[Path]:
    """Write the files of the series; returns their paths, from the feet to the head."""
    folder.mkdir(parents=True, exist_ok=True)
    series = {name: generate_uid() for name in ("Study", "Series", "FrameOfReference")}
    paths = []
    for number in range(SLICES):
        path = folder / f"pt-{number + 1}.dcm"
        slice_of(series, number, path).save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def slice_of(series: dict[str, str], number: int, path: Path) -> FileDataset:
    """One slice, with all that its geometry, its values and its SUV need."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = PositronEmissionTomographyImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)

    ds.SOPClassUID = meta.MediaStorageSOPClassUID
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = series["Study"], series["Series"]
    ds.FrameOfReferenceUID = series["FrameOfReference"]
    ds.Modality, ds.PatientID, ds.PatientName = "PT", "PHANTOM", "Phantom^Sphere"
    ds.PatientWeight, ds.PatientSex, ds.PatientSize = WEIGHT_KG, "F", 1.65
    ds.SeriesNumber, ds.InstanceNumber = 1, number + 1
    ds.SeriesDescription = "Sphere in a phantom"
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = "20260601"
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = "114946.200"

    ds.ImagePositionPatient = [-SIZE * SPACING / 2, -SIZE * SPACING / 2, number * SPACING]
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.PixelSpacing, ds.SliceThickness = [SPACING, SPACING], SPACING

    ds.Units, ds.DecayCorrection = "BQML", "START"
    ds.CorrectedImage = ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"]
    ds.SeriesType, ds.CountsSource = ["STATIC", "IMAGE"], "EMISSION"
    ds.FrameReferenceTime, ds.ActualFrameDuration = 0, 180000
    tracer = Dataset()
    tracer.Radiopharmaceutical = "FDG"
    tracer.RadiopharmaceuticalStartTime = "100000.000"
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = DOSE_BQ, HALF_LIFE_S
    ds.RadiopharmaceuticalInformationSequence = Sequence([tracer])

    activity = _activity(number)
    ds.RescaleSlope, ds.RescaleIntercept = activity.max() / 32767, 0
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows = ds.Columns = SIZE
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 1
    ds.PixelData = (activity / ds.RescaleSlope).round().astype("<i2").tobytes()
    return ds


def _activity(number: int) -> np.ndarray:
    """Bq/ml: SUV 1 in the phantom, SUV 4 in the sphere."""
    z, y, x = number - SLICES // 2, *np.mgrid[:SIZE, :SIZE] - SIZE / 2
    distance = np.hypot(np.hypot(x, y), z) * SPACING
    suv = np.where(distance < 20, 4.0, np.where(np.hypot(x, y) * SPACING < 100, 1.0, 0.0))
    return suv / SUV_FACTOR


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/pet_series.py FOLDER")
    print("\n".join(map(str, write_series(Path(sys.argv[1])))))
