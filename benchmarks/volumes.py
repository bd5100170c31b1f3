"""What readers of volumes make of the reported series, and how long 300 slices take them.

``python benchmarks/volumes.py [READER ...]`` prints both. A reader that is not installed is left
out, with a line. Each slice has pixels of one value, its number, so that it is known again.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import sys
import warnings
from collections import Counter
from importlib.metadata import version
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pydicom
from measure import Row, Table, as_markdown, medians

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: How far the center of a slice may be from where its header has it, in mm.
_NEAR = 0.05
_SLICES, _SIZE = 300, 512
_REPORTED = Path(__file__).parents[1] / "plugins/volume/tests/reported_series.py"
_WHAT_IS_RIGHT = f"""\
Right: every slice is there, once, within {_NEAR} mm of its place, and no two of one place are in
one volume. Refused: an error, or nothing. metaprov-volume is asked with `missing="nan"`."""
_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


class Read(NamedTuple):
    """A volume as a reader gives it: the value, and the affine, of index (column, row, slice)."""

    array: np.ndarray
    affine_lps: np.ndarray

    def slices(self) -> Iterator[tuple[float, np.ndarray]]:
        """The value of each slice, and its center in the patient."""
        # Some give one slice without its axis.
        array = np.atleast_3d(self.array)
        columns, rows, slices = array.shape[:3]
        for k in range(slices):
            values = array[:, :, k]
            value = float(np.nanmedian(values)) if np.isfinite(values).any() else np.nan
            yield value, (self.affine_lps @ [(columns - 1) / 2, (rows - 1) / 2, k, 1])[:3]


# -- readers: from a folder to volumes


def _metaprov(folder: Path) -> list[Read]:
    import metaprov_volume

    found = []
    for geometry in metaprov_volume.volumes(folder):
        # Where slices are missing, the others are in their places.
        volume = metaprov_volume.read(geometry, missing="nan" if geometry.gaps else None)
        found.append(Read(volume.array.transpose(2, 1, 0), _affine_of(geometry)))
    return found


def _affine_of(geometry: Any) -> np.ndarray:
    if geometry.affine_lps is not None:
        return np.array(geometry.affine_lps)
    # One slice has no step.
    affine = np.eye(4)
    affine[:3, :2] = np.reshape(geometry.direction[:6], (2, 3)).T * geometry.spacing[:2]
    affine[:3, 3] = geometry.origin
    return affine


def _simple_itk(folder: Path) -> list[Read]:
    import SimpleITK as sitk  # noqa: N813 - its own name for itself

    found = []
    for uid in sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(folder)):
        names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder), uid)
        image = sitk.ReadImage(names if len(names) > 1 else names[0])
        found.append(Read(sitk.GetArrayFromImage(image).T, _affine_of_itk(image)))
    return found


def _affine_of_itk(image: Any) -> np.ndarray:
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) @ np.diag(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    return affine


def _highdicom(folder: Path) -> list[Read]:
    import highdicom

    files = [pydicom.dcmread(path) for path in sorted(folder.iterdir())]
    if len(files) == 1 and "NumberOfFrames" in files[0]:
        volume = highdicom.Image.from_dataset(files[0]).get_volume()
    else:
        volume = highdicom.get_volume_from_series(files)
    # Its index is slice, row, column.
    order = [2, 1, 0, 3]
    return [Read(volume.array.transpose(2, 1, 0), volume.affine[:, order])]


def _dicom2nifti(folder: Path) -> list[Read]:
    import dicom2nifti
    import nibabel

    with TemporaryDirectory() as written:
        dicom2nifti.convert_directory(str(folder), written, compression=False, reorient=False)
        images = [nibabel.load(path) for path in sorted(Path(written).iterdir())]
        if not images:
            raise ValueError("nothing was written")
        found = []
        for image in images:
            array = np.asarray(image.dataobj)
            arrays = [array] if array.ndim == 3 else np.moveaxis(array, 3, 0)
            found += [Read(each, _TO_LPS @ image.affine) for each in arrays]
    return found


def _monai(folder: Path) -> list[Read]:
    from monai.transforms import LoadImage

    image = LoadImage(reader="PydicomReader", image_only=True)(str(folder))
    return [Read(image.numpy(), _TO_LPS @ image.affine.numpy())]


def _torchio(folder: Path) -> list[Read]:
    import torchio

    image = torchio.ScalarImage(folder)
    image.load()
    return [Read(each, _TO_LPS @ image.affine) for each in image.data.numpy()]


def _dicom_numpy(folder: Path) -> list[Read]:
    import dicom_numpy

    array, affine = dicom_numpy.combine_slices(
        [pydicom.dcmread(path) for path in sorted(folder.iterdir())]
    )
    return [Read(array, affine)]


class Reader(NamedTuple):
    """A reader: the module that it is in, and how it reads a folder."""

    module: str
    read: Callable[[Path], list[Read]]


#: By the name of the distribution.
READERS = {
    "metaprov-volume": Reader("metaprov_volume", _metaprov),
    "SimpleITK": Reader("SimpleITK", _simple_itk),
    "highdicom": Reader("highdicom", _highdicom),
    "dicom2nifti": Reader("dicom2nifti", _dicom2nifti),
    "monai": Reader("monai", _monai),
    "torchio": Reader("torchio", _torchio),
    "dicom-numpy": Reader("dicom_numpy", _dicom_numpy),
}


# -- the judge


class Frame(NamedTuple):
    """A slice as its header has it: where its center is, and what its pixels may be read as."""

    center: np.ndarray
    values: tuple[float, ...]


def frames_of(folder: Path) -> list[Frame]:
    """Give the pixels of each slice of a folder one value, its own; where each slice is."""
    import metaprov_core
    from metaprov_modules import IMAGE_PLANE, MODALITY_LUT

    numbers = count(1)
    frames = []
    for path in sorted(folder.iterdir()):
        ds = pydicom.dcmread(path)
        of_frames = range(1, int(ds.get("NumberOfFrames", 1)) + 1)
        stored = [100 * next(numbers) for _ in of_frames]
        ds.PixelData = np.repeat(np.array(stored, "<u2"), ds.Rows * ds.Columns).tobytes()
        ds.save_as(path)
        for frame, value in zip(of_frames, stored, strict=True):
            image_id = f"dicomfile:{path}"
            if "NumberOfFrames" in ds:
                image_id += f"?frame={frame}"
            lut = metaprov_core.get(MODALITY_LUT, image_id)
            values = [value, value * float(ds.get("DoseGridScaling", 1))]
            if lut is not None and lut.rescale_slope is not None:
                values.append(value * lut.rescale_slope + lut.rescale_intercept)
            plane = metaprov_core.get(IMAGE_PLANE, image_id)
            frames.append(Frame(_center(plane), tuple(values)))
    return frames


def _center(plane: Any) -> np.ndarray:
    if plane is None or plane.image_position_patient is None or plane.pixel_spacing is None:
        return np.full(3, np.nan)
    between_rows, between_columns = plane.pixel_spacing
    along_row = np.array(plane.row_cosines) * between_columns * (plane.columns - 1) / 2
    along_column = np.array(plane.column_cosines) * between_rows * (plane.rows - 1) / 2
    return np.array(plane.image_position_patient) + along_row + along_column


def judged(read: Callable[[Path], list[Read]], folder: Path, frames: list[Frame]) -> str:
    """right: each slice is there once, in its place, and in a volume with none of its place."""
    try:
        with _quiet():
            volumes = read(folder)
    except Exception:
        return "refused"
    left = list(range(len(frames)))
    for volume in volumes:
        places: list[np.ndarray] = []
        for value, center in volume.slices():
            if np.isnan(value):
                continue  # nothing is claimed of it
            of_value = [n for n in left if np.isclose(frames[n].values, value, 1e-4, 0.01).any()]
            near = [n for n in of_value if np.linalg.norm(frames[n].center - center) <= _NEAR]
            if not near or any(np.linalg.norm(center - other) <= _NEAR for other in places):
                return "wrong"
            left.remove(near[0])
            places.append(center)
    if not volumes:
        return "refused"
    return "wrong" if left else "right"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Some readers write of what they are unsure, in C++ too."""
    logging.disable()
    with Path(os.devnull).open("w") as nothing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kept = os.dup(1), os.dup(2)
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept[0], 1)
            os.dup2(kept[1], 2)
            for each in kept:
                os.close(each)
            logging.disable(logging.NOTSET)


# -- the tables


def measure(names: Sequence[str] = tuple(READERS), rounds: int = 3) -> list[Table | str]:
    there = [name for name in names if _is_there(READERS[name].module)]
    return [_outcomes(there, set(names).difference(there)), _times(there, rounds)]


def _is_there(module: str) -> bool:
    try:
        with _quiet():
            importlib.import_module(module)
    except ImportError:
        return False
    return True


def _write_reported(folder: Path) -> list[Path]:
    """The series that the tests of metaprov-volume are made of, but for a mosaic: no slice."""
    spec = importlib.util.spec_from_file_location("reported_series", _REPORTED)
    reported = importlib.util.module_from_spec(spec)
    sys.modules["reported_series"] = reported
    spec.loader.exec_module(reported)
    for name, series in reported.SERIES.items():
        if name != "mosaic":
            series.write(folder / name)
    return sorted(folder.iterdir())


def _outcomes(names: list[str], left_out: set[str]) -> str:
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    with TemporaryDirectory() as written:
        series = _write_reported(Path(written))
        for folder in series:
            frames = frames_of(folder)
            for name in names:
                found[name][judged(READERS[name].read, folder, frames)] += 1
    lines = [
        f"## Readers of volumes, given {len(series)} series of public reports",
        "",
        "| reader | right | refused | wrong |",
        "|---|---|---|---|",
    ]
    for name in names:
        numbers = (str(found[name][each]) for each in ("right", "refused", "wrong"))
        lines.append(f"| {name} {version(name)} | {' | '.join(numbers)} |")
    missing = f" Not installed: {', '.join(sorted(left_out))}." if left_out else ""
    return "\n".join([*lines, "", f"{_WHAT_IS_RIGHT}{missing}"])


def _write_slices(folder: Path) -> None:
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    pixels = np.random.default_rng(7).integers(0, 4096, (_SIZE, _SIZE), "<u2")
    for number in range(_SLICES):
        ds = pydicom.Dataset()
        ds.file_meta = pydicom.dataset.FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, f"1.2.3.4.{number}"
        ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = "1.2", "1.2.3", "1.9"
        ds.Modality, ds.InstanceNumber, ds.SeriesNumber = "CT", number, 1
        ds.ImagePositionPatient, ds.PixelSpacing = [0, 0, number], [0.75, 0.75]
        ds.ImageOrientationPatient, ds.SliceThickness = [1, 0, 0, 0, 1, 0], 1
        ds.Rows = ds.Columns = _SIZE
        ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
        ds.RescaleSlope, ds.RescaleIntercept = 1, -1024
        ds.PixelData = np.roll(pixels, number).tobytes()
        ds.save_as(folder / f"{number:03}.dcm", enforce_file_format=True)


def _times(names: list[str], rounds: int) -> Table:
    with TemporaryDirectory() as written, _quiet():
        folder = Path(written)
        _write_slices(folder)
        cases = {name: lambda name=name: READERS[name].read(folder) for name in names}
        seconds = medians(cases, rounds)
    reference = seconds["metaprov-volume"]
    rows = [Row(name, took, reference, "metaprov") for name, took in seconds.items()]
    return Table(f"Reading {_SLICES} slices of {_SIZE} x {_SIZE}, not compressed", "s", rows)


if __name__ == "__main__":
    for table in measure(sys.argv[1:] or tuple(READERS)):
        print(table if isinstance(table, str) else as_markdown(table), end="\n\n")
