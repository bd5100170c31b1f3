"""Series as public reports describe them, small, with the volumes that they are.

Each has pixels by which a voxel is known again: those of slice ``n`` of a file are
``1000 * number + 100 * n + 10 * row + column``, modulo 65536, where the number is that of the file.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pydicom import Dataset
from pydicom import Sequence as Items
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    NuclearMedicineImageStorage,
    PositronEmissionTomographyImageStorage,
    RTDoseStorage,
    generate_uid,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

__all__ = ["SERIES", "Expected", "ReportedSeries"]

ROWS, COLUMNS = 6, 9
SPACING = (0.8, 0.6)
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORNER = (-12.0, -34.0, 5.0)
CLASSES = {
    "CT": CTImageStorage,
    "MR": MRImageStorage,
    "PT": PositronEmissionTomographyImageStorage,
    "NM": NuclearMedicineImageStorage,
    "RTDOSE": RTDoseStorage,
}


class Expected(NamedTuple):
    """One volume of a series, as far as it matters."""

    images: int
    #: From slice to slice, mm; None where there is no affine.
    step: float | None
    regular: bool = True
    orthogonal: bool = True
    #: How many slices are missing in each gap; None where that is not known.
    missing: tuple[int | None, ...] = ()
    #: How many images each repeated position has.
    duplicates: tuple[int, ...] = ()
    #: How many images are beside the lattice.
    off: int = 0
    #: The attribute that sets it apart, and its value, or its place where values differ.
    group: tuple[str, Any] | None = None
    notes: tuple[str, ...] = ()


class ReportedSeries(NamedTuple):
    #: Where it was reported.
    report: str
    make: Callable[[], Sequence[Dataset]]
    expected: tuple[Expected, ...]

    def write(self, folder: Path) -> list[Path]:
        """Write its files, ``000.dcm`` and so on; return their paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for number, ds in enumerate(self.make()):
            _give_pixels(ds, number)
            path = folder / f"{number:03}.dcm"
            ds.save_as(path, enforce_file_format=True)
            paths.append(path)
        return paths


def _give_pixels(ds: Dataset, number: int) -> None:
    frames = int(ds.get("NumberOfFrames", 1))
    frame, row, column = np.indices((frames, ds.Rows, ds.Columns))
    values = 1000 * number + 100 * frame + 10 * row + column
    ds.PixelData = (values % 65536).astype("<u2").tobytes()


def _image(modality: str = "CT", **attributes: Any) -> Dataset:
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = CLASSES[modality]
    ds.SOPInstanceUID = generate_uid()
    ds.Modality = modality
    ds.PatientID = "phantom"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = "1.2.3", "1.2.3.4", "1.2.9"
    ds.SeriesDescription, ds.SeriesNumber, ds.InstanceNumber = "reported", 3, 1
    ds.SliceThickness = 2
    ds.ImageOrientationPatient, ds.ImagePositionPatient = list(AXIAL), list(CORNER)
    ds.PixelSpacing = list(SPACING)
    ds.Rows, ds.Columns = ROWS, COLUMNS
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 0
    if modality in ("CT", "PT"):
        ds.RescaleSlope, ds.RescaleIntercept = 1, -1024 if modality == "CT" else 0
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def _at(*distances: float, modality: str = "CT", **attributes: Any) -> list[Dataset]:
    """Axial images at some heights, in the order of their instance numbers."""
    x, y, z = CORNER
    return [
        _image(
            modality,
            InstanceNumber=number,
            ImagePositionPatient=[x, y, round(z + distance, 6)],
            **attributes,
        )
        for number, distance in enumerate(distances, 1)
    ]


def _numbered(images: Iterable[Dataset]) -> list[Dataset]:
    images = list(images)
    for number, ds in enumerate(images, 1):
        ds.InstanceNumber = number
    return images


def _each(images: Sequence[Dataset], keyword: str, values: Iterable[Any]) -> list[Dataset]:
    for ds, value in zip(images, values, strict=True):
        setattr(ds, keyword, value)
    return list(images)


def _by(keyword: str, *values: Any, modality: str = "MR", step: float = 3.0) -> list[Dataset]:
    """Four slices for each value; None: without the attribute."""
    images = []
    for value in values:
        group = _at(0, step, 2 * step, 3 * step, modality=modality)
        if value is not None:
            for ds in group:
                setattr(ds, keyword, value)
        images += group
    return _numbered(images)


def _groups(keyword: str, *values: Any, step: float = 3.0, **more: Any) -> tuple[Expected, ...]:
    return tuple(Expected(4, step, group=(keyword, value), **more) for value in values)


def _gantry_tilt(degrees: float) -> list[Dataset]:
    # The table moves along z; the images lean.
    lean = math.radians(degrees)
    cosines = [1, 0, 0, 0, round(math.cos(lean), 9), round(-math.sin(lean), 9)]
    return _at(0, 2, 4, 6, 8, ImageOrientationPatient=cosines)


def _sagittal() -> list[Dataset]:
    images = _at(0, 0, 0, 0, 0, modality="MR", ImageOrientationPatient=[0, 1, 0, 0, 0, -1])
    for number, ds in enumerate(images):
        ds.ImagePositionPatient = [20.0 - 2.5 * number, -30.0, 40.0]
    return images


def _localizer() -> list[Dataset]:
    images = []
    for cosines, direction in (
        ([1, 0, 0, 0, 1, 0], (0, 0, 1)),
        ([1, 0, 0, 0, 0, -1], (0, 1, 0)),
        ([0, 1, 0, 0, 0, -1], (1, 0, 0)),
    ):
        for number in (-1, 0, 1):
            position = [10.0 * number * each for each in direction]
            images.append(
                _image("MR", ImageOrientationPatient=cosines, ImagePositionPatient=position)
            )
    return _numbered(images)


def _scout_in_series() -> list[Dataset]:
    scout = _image(
        ImageOrientationPatient=[1, 0, 0, 0, 0, -1], Rows=12, Columns=12, PixelSpacing=[1.5, 1.5]
    )
    return _numbered([scout, *_at(0, 2, 4, 6, 8)])


def _opposite_normals() -> list[Dataset]:
    turned = _at(0, 2, 4, ImageOrientationPatient=[-1, 0, 0, 0, 1, 0])
    return _numbered([*_at(0, 2, 4), *turned])


def _orientation_jitter() -> list[Dataset]:
    images = _at(0, 2, 4, 6, 8, modality="MR")
    for number, ds in enumerate(images):
        ds.ImageOrientationPatient = [1, 0, number * 4e-6, 0, 1, 0]
    return images


def _in_plane_shift() -> list[Dataset]:
    images = _at(0, 2, 4, 6, 8, 10)
    x, y, z = images[3].ImagePositionPatient
    images[3].ImagePositionPatient = [x + 7, y, z]
    return images


def _mixed_pixel_spacing() -> list[Dataset]:
    return _numbered([*_at(0, 2, 4), *_at(6, 8, 10, PixelSpacing=[1.6, 1.2])])


def _cardiac() -> list[Dataset]:
    # Each slice has phases of its own times.
    images = []
    for place, start in enumerate((0, 3, 7)):
        for phase in range(4):
            (ds,) = _at(8 * place, modality="MR", TriggerTime=start + 45 * phase)
            images.append(ds)
    return _numbered(images)


def _incomplete() -> list[Dataset]:
    images = _by("TemporalPositionIdentifier", 1, 2, 3)
    # Of the third time two slices in the middle are left.
    return [ds for ds in images if ds.InstanceNumber not in (10, 12)]


def _thin_thick() -> list[Dataset]:
    images = _at(0, 2, 4, 6, 12, 18)
    return _each(images, "SliceThickness", (2, 2, 2, 2, 6, 6))


def _enhanced(sop_class: str, modality: str, frames: Sequence[Dataset], **shared: Any) -> Dataset:
    ds = _image("CT" if modality == "CT" else "MR", SOPClassUID=sop_class)
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        delattr(ds, keyword)
    ds.NumberOfFrames = len(frames)
    measures = Dataset()
    measures.PixelSpacing, measures.SliceThickness = list(SPACING), 2
    group = Dataset()
    group.PixelMeasuresSequence = Items([measures])
    for keyword, value in shared.items():
        setattr(group, keyword, value)
    ds.SharedFunctionalGroupsSequence = Items([group])
    ds.PerFrameFunctionalGroupsSequence = Items(frames)
    return ds


def _frame(
    position: Sequence[float], cosines: Sequence[float] = AXIAL, stack: str = "1", **more: Any
) -> Dataset:
    frame, place, orientation, content = Dataset(), Dataset(), Dataset(), Dataset()
    place.ImagePositionPatient = list(position)
    orientation.ImageOrientationPatient = list(cosines)
    content.StackID = stack
    frame.PlanePositionSequence = Items([place])
    frame.PlaneOrientationSequence = Items([orientation])
    frame.FrameContentSequence = Items([content])
    for keyword, value in more.items():
        setattr(frame, keyword, value)
    return frame


def _diffusion(b: float) -> Items:
    item = Dataset()
    item.DiffusionBValue = b
    return Items([item])


def _enhanced_ct() -> list[Dataset]:
    frames = [_frame((-1, -2, 3 * n)) for n in range(5)]
    return [_enhanced(EnhancedCTImageStorage, "CT", frames)]


def _enhanced_packages() -> list[Dataset]:
    heights = [0, 6, 12, 3, 9, 15]
    frames = [_frame((-1, -2, height)) for height in heights]
    return [_enhanced(EnhancedMRImageStorage, "MR", frames)]


def _enhanced_two_stacks() -> list[Dataset]:
    axial = [_frame((-1, -2, 3 * n)) for n in range(3)]
    sagittal = [_frame((4 * n, -2, 9), [0, 1, 0, 0, 0, -1], "2") for n in range(4)]
    return [_enhanced(EnhancedMRImageStorage, "MR", [*axial, *sagittal])]


def _enhanced_dwi() -> list[Dataset]:
    frames = [
        _frame((-1, -2, 3 * n), MRDiffusionSequence=_diffusion(b))
        for n in range(4)
        for b in (0, 800)
    ]
    return [_enhanced(EnhancedMRImageStorage, "MR", frames)]


def _nuclear(frames: int, **attributes: Any) -> Dataset:
    ds = _image("NM", NumberOfFrames=frames, PixelSpacing=[4, 4], **attributes)
    detector = Dataset()
    detector.ImageOrientationPatient, detector.ImagePositionPatient = list(AXIAL), [-20, -30, 90]
    del ds.ImageOrientationPatient, ds.ImagePositionPatient
    ds.DetectorInformationSequence = Items([detector])
    return ds


def _nm_negative() -> list[Dataset]:
    return [
        _nuclear(
            5,
            ImageType=["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"],
            SpacingBetweenSlices=-3.5,
        )
    ]


def _nm_gated() -> list[Dataset]:
    return [
        _nuclear(
            8,
            ImageType=["ORIGINAL", "PRIMARY", "RECON GATED TOMO", "EMISSION"],
            SpacingBetweenSlices=3.5,
            TimeSlotVector=[1, 1, 1, 1, 2, 2, 2, 2],
            SliceVector=[1, 2, 3, 4, 1, 2, 3, 4],
        )
    ]


def _dose(offsets: Sequence[float]) -> list[Dataset]:
    return [
        _image(
            "RTDOSE",
            NumberOfFrames=len(offsets),
            GridFrameOffsetVector=list(offsets),
            DoseGridScaling=1e-4,
            DoseUnits="GY",
            DoseType="PHYSICAL",
            DoseSummationType="PLAN",
        )
    ]


def _mosaic() -> list[Dataset]:
    ds = _image("MR", Rows=12, Columns=18, SpacingBetweenSlices=3.6)
    ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]
    block = ds.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0A, "US", 3)
    return [ds]


def _no_position() -> list[Dataset]:
    images = _at(0, 2, 4)
    for ds in images:
        del ds.ImagePositionPatient
    return images


def _two_runs() -> list[Dataset]:
    return _each(_at(0, 2, 4, 6, 8), "AcquisitionNumber", (1, 1, 1, 2, 2))


def _mixed_frames_of_reference() -> list[Dataset]:
    uids = ["1.2.9"] * 3 + ["1.2.8"] * 3
    return _each(_at(0, 2, 4, 6, 8, 10), "FrameOfReferenceUID", uids)


def _ranked(keyword: str) -> list[Dataset]:
    images = _numbered([*_at(0, 3, 6, 9, modality="MR"), *_at(0, 3, 6, 9, modality="MR")])
    times = [f"10{minute:02}{second:02}" for minute in (0, 1) for second in (0, 7, 3, 11)]
    return _each(images, keyword, times)


EVEN = (Expected(6, 2.0),)
REGULAR6 = (0, 2, 4, 6, 8, 10)

SERIES = {
    "axial": ReportedSeries("an even stack", lambda: _at(*REGULAR6), EVEN),
    "missing_slice": ReportedSeries(
        "ITK #441, Slicer #951",
        lambda: _at(0, 2, 4, 8, 10),
        (Expected(5, 2.0, regular=False, missing=(1,)),),
    ),
    "interleaved": ReportedSeries("imageio PR #349", lambda: _at(0, 4, 8, 2, 6, 10), EVEN),
    "descending": ReportedSeries(
        "med-imagetools #296, dicom-numpy #9", lambda: _at(10, 8, 6, 4, 2, 0), EVEN
    ),
    "gantry_tilt": ReportedSeries(
        "Cornerstone3D #227, dcm2niix #253, heudiconv #409, TotalSegmentator #610",
        lambda: _gantry_tilt(18),
        (Expected(5, 2.0, orthogonal=False),),
    ),
    "tilt_02deg": ReportedSeries(
        "the tolerance of a tilt",
        lambda: _gantry_tilt(0.2),
        (Expected(5, 2.0, orthogonal=False),),
    ),
    "sagittal": ReportedSeries("rt-utils #92, z-rad PR #287", _sagittal, (Expected(5, 2.5),)),
    "duplicate_slice": ReportedSeries(
        "OHIF #3360, dcm2niix #168",
        lambda: _at(0, 2, 4, 4, 6, 8),
        (Expected(6, 2.0, regular=False, duplicates=(2,), notes=("positionsRepeated",)),),
    ),
    "time_4d": ReportedSeries(
        "OHIF #2113",
        lambda: _by("TemporalPositionIdentifier", 1, 2),
        _groups("TemporalPositionIdentifier", 1, 2),
    ),
    "bvalue_4d": ReportedSeries(
        "OHIF #5876, dwv #493",
        lambda: _by("DiffusionBValue", 0, 400, 800),
        _groups("DiffusionBValue", 0, 400, 800),
    ),
    "bvalue_absent_for_b0": ReportedSeries(
        "OHIF PR #5734",
        lambda: _by("DiffusionBValue", None, 800),
        _groups("DiffusionBValue", None, 800),
    ),
    "echo_4d": ReportedSeries(
        "dwv #493", lambda: _by("EchoTime", 11, 75), _groups("EchoTime", 11, 75)
    ),
    "cardiac_4d": ReportedSeries(
        "highdicom #369, Cornerstone3D PR #2551",
        _cardiac,
        tuple(Expected(3, 8.0, group=("TriggerTime", phase)) for phase in range(4)),
    ),
    "pet_dynamic": ReportedSeries(
        "dcm2niix #407, Cornerstone3D PR #438",
        lambda: _by("FrameReferenceTime", 5000, 20000, modality="PT"),
        _groups("FrameReferenceTime", 5000, 20000),
    ),
    "localizer": ReportedSeries("dcm2niix #140, OHIF #3360", _localizer, (Expected(3, 10.0),) * 3),
    "scout_in_series": ReportedSeries(
        "OHIF #3360",
        _scout_in_series,
        (Expected(5, 2.0), Expected(1, None, notes=("singleSlice",))),
    ),
    "thin_thick": ReportedSeries(
        "dcm2niix #22, dicom2nifti #58",
        _thin_thick,
        (Expected(6, None, regular=False, missing=(None, None), notes=("slicesUneven",)),),
    ),
    "rounding": ReportedSeries(
        "dcm2niix #248, dicom2nifti #36",
        lambda: _at(0, 1.6, 3.2, 4.8, 6.401, 8.001, 9.601),
        (Expected(7, 1.6002),),
    ),
    "mixed_rescale": ReportedSeries(
        "scanners of PET",
        lambda: _each(_at(*REGULAR6, modality="PT"), "RescaleSlope", (1, 2, 3, 2, 1, 1)),
        (Expected(6, 2.0, notes=("rescaleVaries",)),),
    ),
    "mixed_frame_of_reference": ReportedSeries(
        "PS3.3 C.7.4.1", _mixed_frames_of_reference, (Expected(3, 2.0),) * 2
    ),
    "mixed_pixel_spacing": ReportedSeries(
        "OHIF PR #3499", _mixed_pixel_spacing, (Expected(3, 2.0),) * 2
    ),
    "thickness_not_spacing": ReportedSeries(
        "Horos #386, ITK PR #112, BRAINSTools #334",
        lambda: _at(0, 3.3, 6.6, 9.9, modality="MR", SliceThickness=3),
        (Expected(4, 3.3),),
    ),
    "single_slice": ReportedSeries(
        "Cornerstone3D PR #2485", lambda: _at(0), (Expected(1, None, notes=("singleSlice",)),)
    ),
    "incomplete_4d": ReportedSeries(
        "dcm2niix #379, #830",
        _incomplete,
        (
            *_groups("TemporalPositionIdentifier", 1, 2),
            Expected(
                2,
                3.0,
                regular=False,
                missing=(1,),
                group=("TemporalPositionIdentifier", 3),
                notes=("otherGroupsHave",),
            ),
        ),
    ),
    "dual_energy": ReportedSeries(
        "series of dual source CT", lambda: _by("KVP", 80, 140), _groups("KVP", 80, 140)
    ),
    "magnitude_phase": ReportedSeries(
        "Cornerstone3D PR #1055",
        lambda: _by("ImageType", ["ORIGINAL", "PRIMARY", "M"], ["ORIGINAL", "PRIMARY", "P"]),
        _groups("ImageType", ("ORIGINAL", "PRIMARY", "M"), ("ORIGINAL", "PRIMARY", "P")),
    ),
    "no_position": ReportedSeries("Cornerstone3D PR #435", _no_position, ()),
    "orientation_jitter": ReportedSeries(
        "highdicom PR #405", _orientation_jitter, (Expected(5, 2.0, notes=("orientationVaries",)),)
    ),
    "in_plane_shift": ReportedSeries(
        "OHIF PR #3499", _in_plane_shift, (Expected(6, 2.0, regular=False, off=1),)
    ),
    "time_by_acquisition_time": ReportedSeries(
        "functional MR",
        lambda: _ranked("AcquisitionTime"),
        _groups("AcquisitionTime", 0, 1),
    ),
    "phases_by_acquisition_number": ReportedSeries(
        "CT of several phases",
        lambda: _by("AcquisitionNumber", 4, 5, modality="CT"),
        _groups("AcquisitionNumber", 4, 5),
    ),
    "acquisition_number_runs": ReportedSeries("dcm2niix #232", _two_runs, (Expected(5, 2.0),)),
    "echo_time_jitter": ReportedSeries(
        "dcm2niix #463",
        lambda: _each(_at(*REGULAR6, modality="MR"), "EchoTime", (9, 9.01, 9, 9.02, 9, 9)),
        EVEN,
    ),
    "enhanced_ct": ReportedSeries("MONAI #8468", _enhanced_ct, (Expected(5, 3.0),)),
    "enhanced_packages": ReportedSeries("dcm2niix #839", _enhanced_packages, (Expected(6, 3.0),)),
    "enhanced_two_stacks": ReportedSeries(
        "PS3.3 C.7.6.16.2.2.4", _enhanced_two_stacks, (Expected(3, 3.0), Expected(4, 4.0))
    ),
    "enhanced_dwi": ReportedSeries(
        "dcm2niix #809",
        _enhanced_dwi,
        (
            Expected(4, 3.0, group=("DiffusionBValue", 0)),
            Expected(4, 3.0, group=("DiffusionBValue", 800)),
        ),
    ),
    "nm_negative": ReportedSeries(
        "OHIF #4352, dcm2niix #885, Slicer #3457", _nm_negative, (Expected(5, 3.5),)
    ),
    "nm_gated": ReportedSeries(
        "Cornerstone3D PR #2523",
        _nm_gated,
        tuple(Expected(4, 3.5, group=("TimeSlotVector", slot)) for slot in (1, 2)),
    ),
    "dose_relative": ReportedSeries(
        "dicompyler-core #284", lambda: _dose((0, 4, 8, 12)), (Expected(4, 4.0),)
    ),
    "dose_absolute": ReportedSeries(
        "dicompyler-core #284", lambda: _dose((5, 9, 13, 17)), (Expected(4, 4.0),)
    ),
    "dose_descending": ReportedSeries(
        "PS3.3 C.8.8.3.2", lambda: _dose((0, -4, -8, -12)), (Expected(4, 4.0),)
    ),
    "dose_uneven": ReportedSeries(
        "PS3.3 C.8.8.3.2",
        lambda: _dose((0, 4, 8, 16)),
        (Expected(4, 4.0, regular=False, missing=(1,)),),
    ),
    "mosaic": ReportedSeries("ITK PR #112, dcm2niix #40", _mosaic, (Expected(1, 3.6),)),
    "opposite_normals": ReportedSeries(
        "orientations of two hands", _opposite_normals, (Expected(3, 2.0),) * 2
    ),
    "all_twice": ReportedSeries(
        "dcm2niix #168",
        lambda: _numbered([*_at(0, 2, 4), *_at(0, 2, 4)]),
        tuple(
            Expected(3, 2.0, group=("InstanceNumber", rank), notes=("groupsAssumed",))
            for rank in (0, 1)
        ),
    ),
}
