"""Write PET series whose SUV are known: python reference_objects.py FOLDER

A phantom as IBSI's: SUV 1 with a warm sphere of 4 and a cold one of 0.2, one series for each way in
which a header can say what its pixels are. The factors follow from the rules by hand, here, and not
from the code that they test.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    PositronEmissionTomographyImageStorage,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OBJECTS", "ReferenceObject", "write"]

SLICES: Final = 4
SIZE: Final = 16
WEIGHT, HEIGHT = 70.0, 1.75
DOSE, HALF_LIFE = 368_080_000.0, 6586.2
GA68: Final = 4057.7
ROOT: Final = "1.2.826.0.1.3680043.8.498.1"


def bq_to_suv(uptake: float, half_life: float = HALF_LIFE) -> float:
    """What scales Bq/ml to SUV by body weight, so many s after the administration."""
    return 1000 * WEIGHT / (DOSE * 2 ** (-uptake / half_life))


def mean_time(duration: float, half_life: float = HALF_LIFE) -> float:
    """When the activity of a frame is its mean, in s after its start."""
    rate = math.log(2) / half_life
    return math.log(rate * duration / (1 - math.exp(-rate * duration))) / rate


class ReferenceObject(NamedTuple):
    """One series."""

    name: str
    #: What of the header is not plain, for the slice of this number.
    header: Callable[[int], dict[str, Any]]
    #: What scales its rescaled pixels to SUV, for the slice of this number.
    factor: Callable[[int], float]
    #: The kind of SUV that the factor is for.
    kind: str = "suvbw"


def plain(**header: Any) -> Callable[[int], dict[str, Any]]:
    return lambda _: header


def same(factor: float) -> Callable[[int], float]:
    return lambda _: factor


ONE_HOUR: Final = same(bq_to_suv(3600))
LATE: Final = {"SeriesTime": "113000"}
MIDNIGHT: Final = {
    **dict.fromkeys(("SeriesDate", "AcquisitionDate"), "20250102"),
    **dict.fromkeys(("SeriesTime", "AcquisitionTime"), "003000"),
}
ONLY_TIME: Final = {"RadiopharmaceuticalStartDateTime": None}

OBJECTS: Final = (
    ReferenceObject("plain", plain(), ONE_HOUR),
    ReferenceObject("slope-by-slice", lambda i: {"slope": 2.0 + i}, ONE_HOUR),
    ReferenceObject("gml", plain(Units="GML"), same(1.0)),
    ReferenceObject("gml-lbm", plain(Units="GML", SUVType="LBM"), same(1.0), "suvlbm"),
    ReferenceObject(
        "gml-james128", plain(Units="GML", SUVType="LBMJAMES128"), same(1.0), "suvlbm_james128"
    ),
    ReferenceObject("gml-janma", plain(Units="GML", SUVType="LBMJANMA"), same(1.0), "suvlbm_janma"),
    ReferenceObject("gml-ibw", plain(Units="GML", SUVType="IBW"), same(1.0), "suvibw"),
    ReferenceObject("cm2ml", plain(Units="CM2ML", SUVType="BSA"), same(1.0), "suvbsa"),
    ReferenceObject(
        "counts-suv-factor",
        lambda i: {"Units": "CNTS", "70531000": f"{5e-4 * (i + 1):.6f}"},
        lambda i: 5e-4 * (i + 1),
    ),
    ReferenceObject(
        "counts-activity-factor",
        lambda i: {"Units": "CNTS", "70531009": f"{2.5 + i:.6f}"},
        lambda i: bq_to_suv(3600) * (2.5 + i),
    ),
    ReferenceObject("dose-in-mbq", plain(RadionuclideTotalDose=DOSE / 1e6), ONE_HOUR),
    ReferenceObject("weight-in-g", plain(PatientWeight=1000 * WEIGHT), ONE_HOUR),
    ReferenceObject("admin", plain(DecayCorrection="ADMIN"), same(bq_to_suv(0))),
    ReferenceObject(
        "none",
        lambda i: {
            "DecayCorrection": "NONE",
            "CorrectedImage": ["NORM", "ATTN", "SCAT"],
            "AcquisitionTime": f"11{5 * i:02d}00",
        },
        lambda i: bq_to_suv(3600 + 300 * i + mean_time(300)),
    ),
    ReferenceObject(
        "said-reference",
        plain(**LATE, DecayCorrectionDateTime="20250101105000"),
        same(bq_to_suv(3000)),
    ),
    ReferenceObject(
        "ge-private", plain(**LATE, **{"0009100D": "20240714105000.00"}), same(bq_to_suv(3000))
    ),
    ReferenceObject(
        "siemens-private",
        plain(**LATE, **{"00711022": "20250101105000.000000"}),
        same(bq_to_suv(3000)),
    ),
    ReferenceObject(
        "back-computed",
        lambda i: {
            **LATE,
            "AcquisitionTime": f"11{5 * i:02d}00",
            "FrameReferenceTime": 1000 * (600 + 300 * i + mean_time(300)),
        },
        same(bq_to_suv(3000)),
    ),
    ReferenceObject(
        "back-computed-ge",
        lambda i: {
            **LATE,
            "Manufacturer": "GE MEDICAL SYSTEMS",
            "AcquisitionTime": f"11{5 * i:02d}00",
            "FrameReferenceTime": 1000 * (600 + 300 * i),
        },
        same(bq_to_suv(3000)),
    ),
    ReferenceObject(
        "earliest-acquisition",
        lambda i: {
            **LATE,
            "AcquisitionTime": f"11{5 * (SLICES - i):02d}00",
            "FrameReferenceTime": 0,
        },
        same(bq_to_suv(3600 + 300)),
    ),
    ReferenceObject("only-datetime", plain(RadiopharmaceuticalStartTime=None), ONE_HOUR),
    ReferenceObject("only-time", plain(**ONLY_TIME), ONE_HOUR),
    ReferenceObject(
        "midnight", plain(**ONLY_TIME, **MIDNIGHT, RadiopharmaceuticalStartTime="233000"), ONE_HOUR
    ),
    ReferenceObject(
        "shifted-date", plain(RadiopharmaceuticalStartDateTime="20230612100000"), ONE_HOUR
    ),
    ReferenceObject(
        "other-timezone",
        plain(
            RadiopharmaceuticalStartDateTime="20250101090000+0000", TimezoneOffsetFromUTC="+0100"
        ),
        ONE_HOUR,
    ),
    ReferenceObject("gallium", plain(RadionuclideHalfLife=GA68), same(bq_to_suv(3600, GA68))),
)


def write(reference: ReferenceObject, folder: Path) -> list[Path]:
    """Write the files of a series; returns their paths, slice by slice."""
    folder.mkdir(parents=True, exist_ok=True)
    number = OBJECTS.index(reference) + 1
    paths = []
    for index in range(SLICES):
        path = folder / f"{reference.name}-{index + 1}.dcm"
        header = dict(reference.header(index))
        slope = header.pop("slope", None)
        dataset = _dataset(f"{ROOT}.{number}", index, header, path)
        _set_pixels(dataset, phantom(index) / reference.factor(index), slope)
        dataset.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def phantom(index: int) -> np.ndarray:
    """The SUV of a slice."""
    suv = np.ones((SIZE, SIZE))
    suv[2:6, 2:6] = 4.0
    suv[9:14, 9 : 12 + index % 2] = 0.2
    return suv


def _dataset(series: str, index: int, header: dict[str, Any], path: Path) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = PositronEmissionTomographyImageStorage
    meta.MediaStorageSOPInstanceUID = f"{series}.{index + 1}"
    # Every other slice implicit: there is no VR of a private attribute there.
    meta.TransferSyntaxUID = ImplicitVRLittleEndian if index % 2 else ExplicitVRLittleEndian
    ds = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID = meta.MediaStorageSOPClassUID
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = f"{ROOT}.0", series
    ds.Modality, ds.Manufacturer, ds.InstanceNumber = "PT", "Synthetic", index + 1
    ds.SeriesDescription = path.stem.rpartition("-")[0]
    ds.PatientWeight, ds.PatientSize, ds.PatientSex = WEIGHT, HEIGHT, "M"
    ds.SeriesDate = ds.AcquisitionDate = "20250101"
    ds.SeriesTime = ds.AcquisitionTime = "110000"
    ds.ActualFrameDuration, ds.FrameReferenceTime = 300_000, 150_000
    ds.CorrectedImage = ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"]
    ds.Units, ds.DecayCorrection = "BQML", "START"
    tracer = Dataset()
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = DOSE, HALF_LIFE
    tracer.RadiopharmaceuticalStartDateTime = "20250101100000"
    tracer.RadiopharmaceuticalStartTime = "100000"
    ds.RadiopharmaceuticalInformationSequence = [tracer]
    for name, value in header.items():
        _set(tracer if name in _OF_TRACER else ds, name, value)
    return ds


_OF_TRACER: Final = frozenset(
    {
        "RadionuclideTotalDose",
        "RadionuclideHalfLife",
        "RadiopharmaceuticalStartDateTime",
        "RadiopharmaceuticalStartTime",
    }
)
_PRIVATE: Final = {
    "70531000": ("Philips PET Private Group", "DS"),
    "70531009": ("Philips PET Private Group", "DS"),
    "0009100D": ("GEMS_PETD_01", "DT"),
    "00711022": ("SIEMENS MED PT", "DT"),
}


def _set(dataset: Dataset, name: str, value: Any) -> None:
    if value is None:
        del dataset[name]
    elif name in _PRIVATE:
        creator, vr = _PRIVATE[name]
        block = dataset.private_block(int(name[:4], 16), creator, create=True)
        block.add_new(int(name[6:], 16), vr, value)
    elif isinstance(value, float):
        setattr(dataset, name, f"{value:.10g}")
    else:
        setattr(dataset, name, value)


def _set_pixels(dataset: Dataset, rescaled: np.ndarray, slope: float | None) -> None:
    slope = float(f"{rescaled.max() / 30_000 if slope is None else slope:.8g}")
    dataset.RescaleSlope, dataset.RescaleIntercept = f"{slope:.8g}", 0
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows = dataset.Columns = SIZE
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = 1
    dataset.PixelData = (rescaled / slope).round().astype("<i2").tobytes()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python reference_objects.py FOLDER")
    for each in OBJECTS:
        print(*write(each, Path(sys.argv[1]) / each.name), sep="\n")  # noqa: T201
