"""Series that are made: a ball, and a bar towards the patient's left, in many geometries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from made import Made
from made_images import image, of, written

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom.dataset import Dataset

AXIAL = (1, 0, 0, 0, 1, 0)
SAGITTAL = (0, 1, 0, 0, 0, -1)

#: Center of the ball, in mm (LPS), and its radius.
BALL = np.array([6.0, -4.0, 10.0])
RADIUS = 9.0

WEIGHT, DOSE, HALF_LIFE = 70.0, 3.5e8, 6586.2
#: Seconds from the injection to the series.
WAITED = 3600


def affine_of(orientation, spacing, step, shape) -> np.ndarray:
    """Of a grid around the origin; spacing between rows, then columns."""
    row, column = np.array(orientation[:3], float), np.array(orientation[3:], float)
    normal = np.cross(row, column)
    slices, rows, columns = shape
    axes = np.column_stack([row * spacing[1], column * spacing[0], normal * step])
    affine = np.identity(4)
    affine[:3, :3] = axes
    affine[:3, 3] = -axes @ (np.array([columns, rows, slices]) - 1) / 2
    return affine


def body(affine, shape) -> np.ndarray:
    """0 to 1: a slope over all, the ball 1, and the bar 0.8."""
    slices, rows, columns = np.indices(shape)
    points = np.stack([columns, rows, slices, np.ones(shape)], axis=-1) @ affine.T[:, :3]
    offset = points - BALL
    values = 0.1 + 0.1 * (points - points.min()) @ [0.5, 0.3, 0.2] / np.ptp(points)
    bar = (offset[..., 0] > 0) & (np.abs(offset[..., 1]) < 3.5) & (np.abs(offset[..., 2]) < 5)
    values[bar] = 0.8
    values[np.linalg.norm(offset, axis=-1) < RADIUS] = 1
    return values


def plane(affine, orientation, spacing, place) -> dict:
    """The attributes of the place of a slice."""
    return {
        "ImageOrientationPatient": list(orientation),
        "ImagePositionPatient": (affine @ [0, 0, place, 1])[:3].round(6).tolist(),
        "PixelSpacing": list(spacing),
        "SliceThickness": 3.0,
        "FrameOfReferenceUID": "1.2.3.5",
        "InstanceNumber": place + 1,
    }


def pet(folder: Path, **attributes) -> Made:
    """24 slices in Bq/ml, each with a slope of its own, and a window in Bq/ml."""
    shape, spacing = (24, 40, 48), (4.0, 4.0)
    affine = affine_of(AXIAL, spacing, 3.0, shape)
    activity = body(affine, shape) * 30_000
    factor = WEIGHT * 1000 / (DOSE * 0.5 ** (WAITED / HALF_LIFE))
    image_ids, values = [], np.empty(shape)
    for place in range(shape[0]):
        slope = float(f"{0.5 + 0.037 * place:.6g}")
        stored = np.round(activity[place] / slope).astype("<u2")
        values[place] = stored * slope * factor
        dataset = image("PT", "1.2.840.10008.5.1.4.1.1.128", stored, **radioactive(), **attributes)
        dataset.RescaleSlope, dataset.RescaleIntercept = slope, 0
        dataset.WindowCenter, dataset.WindowWidth = 15_000, 30_000
        dataset.update(of(plane(affine, AXIAL, spacing, place)))
        image_ids.append(written(dataset, folder / f"pt{place:02}.dcm"))
    return Made(image_ids, values, affine)


def pet_exact(folder: Path) -> Made:
    """The same, with a window from edge to edge."""
    return pet(folder, VOILUTFunction="LINEAR_EXACT")


def radioactive() -> dict:
    """What SUV is computed of."""
    injected = of(
        {
            "RadiopharmaceuticalStartTime": "080000",
            "RadionuclideTotalDose": DOSE,
            "RadionuclideHalfLife": HALF_LIFE,
        }
    )
    return {
        "PatientWeight": WEIGHT,
        "Units": "BQML",
        "DecayCorrection": "START",
        "CorrectedImage": ["ATTN", "DECY"],
        "SeriesDate": "20200102",
        "SeriesTime": "090000",
        "AcquisitionDate": "20200102",
        "AcquisitionTime": "090000",
        "RadiopharmaceuticalInformationSequence": [injected],
    }


def ct(folder: Path, **attributes) -> Made:
    """12 axial slices in HU."""
    shape, spacing = (12, 64, 80), (1.0, 1.0)
    affine = affine_of(AXIAL, spacing, 3.0, shape)
    stored = np.round(body(affine, shape) * 2000).astype("<u2")
    image_ids = []
    for place in range(shape[0]):
        dataset = image("CT", "1.2.840.10008.5.1.4.1.1.2", stored[place], **attributes)
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
        dataset.WindowCenter, dataset.WindowWidth = 0, 2000
        dataset.update(of(plane(affine, AXIAL, spacing, place)))
        image_ids.append(written(dataset, folder / f"ct{place:02}.dcm"))
    return Made(image_ids, stored - 1024.0, affine)


def mr(folder: Path) -> Made:
    """12 sagittal slices, 3.0 mm between rows and 0.8 between columns."""
    return without_scale(folder, SAGITTAL, (3.0, 0.8), (12, 24, 128))


def oblique(folder: Path) -> Made:
    """14 slices that lie along no axis of the patient."""
    turned = np.linalg.qr([[1, 0.3, 0.2], [0.25, 1, 0.3], [0, 0, 1]])[0]
    row, column = turned[:, 0] * np.sign(turned[0, 0]), turned[:, 1] * np.sign(turned[1, 1])
    return without_scale(folder, (*row, *column), (1.5, 1.0), (14, 48, 64))


def sigmoid(folder: Path) -> Made:
    """Slices that are to be shown through an S."""
    window = {"WindowCenter": 500, "WindowWidth": 400, "VOILUTFunction": "SIGMOID"}
    return without_scale(folder, AXIAL, (2.0, 2.0), (3, 32, 32), **window)


def without_scale(folder, orientation, spacing, shape, **attributes) -> Made:
    """Slices of MR, 4 mm apart, whose pixels are what is stored."""
    affine = affine_of(orientation, spacing, 4.0, shape)
    stored = np.round(body(affine, shape) * 1000).astype("<u2")
    image_ids = []
    for place in range(shape[0]):
        dataset = image("MR", "1.2.840.10008.5.1.4.1.1.4", stored[place], **attributes)
        dataset.update(of(plane(affine, orientation, spacing, place)))
        image_ids.append(written(dataset, folder / f"mr{place:02}.dcm"))
    return Made(image_ids, stored.astype(float), affine)


def enhanced(folder: Path) -> Made:
    """A CT of 12 frames, each with a slope of its own."""
    shape, spacing = (12, 48, 56), (1.5, 1.5)
    affine = affine_of(AXIAL, spacing, 3.0, shape)
    stored = np.round(body(affine, shape) * 1500).astype("<u2")
    slopes = [1 + 0.125 * place for place in range(shape[0])]
    dataset = image("CT", "1.2.840.10008.5.1.4.1.1.2.1", stored)
    dataset.NumberOfFrames, dataset.FrameOfReferenceUID = shape[0], "1.2.3.5"
    measures = of({"PixelSpacing": list(spacing), "SliceThickness": 3.0})
    turned = of({"ImageOrientationPatient": list(AXIAL)})
    dataset.SharedFunctionalGroupsSequence = [
        of({"PixelMeasuresSequence": [measures], "PlaneOrientationSequence": [turned]})
    ]
    dataset.PerFrameFunctionalGroupsSequence = [
        frame_groups((affine @ [0, 0, place, 1])[:3], slope) for place, slope in enumerate(slopes)
    ]
    image_id = written(dataset, folder / "enhanced.dcm")
    frames = [f"{image_id}?frame={place + 1}" for place in range(shape[0])]
    return Made(frames, stored * np.reshape(slopes, (-1, 1, 1)) - 1000, affine)


def frame_groups(position, slope) -> Dataset:
    """What is a frame's own."""
    scale = {"RescaleSlope": slope, "RescaleIntercept": -1000, "RescaleType": "HU"}
    window = {"WindowCenter": 250, "WindowWidth": 2500}
    return of(
        {
            "PlanePositionSequence": [of({"ImagePositionPatient": position.round(6).tolist()})],
            "PixelValueTransformationSequence": [of(scale)],
            "FrameVOILUTSequence": [of(window)],
        }
    )


def dose(folder: Path) -> Made:
    """A dose of 12 frames, in Gy."""
    shape, spacing, scaling = (12, 32, 40), (3.0, 3.0), 0.001
    affine = affine_of(AXIAL, spacing, 3.0, shape)
    stored = np.round(body(affine, shape) * 58_000 + 2000).astype("<u2")
    dataset = image("RTDOSE", "1.2.840.10008.5.1.4.1.1.481.2", stored)
    dataset.update(of(plane(affine, AXIAL, spacing, 0)))
    dataset.NumberOfFrames, dataset.FrameIncrementPointer = shape[0], (0x3004, 0x000C)
    dataset.GridFrameOffsetVector = [3.0 * place for place in range(shape[0])]
    dataset.DoseGridScaling, dataset.DoseUnits = scaling, "GY"
    dataset.DoseType, dataset.DoseSummationType = "PHYSICAL", "PLAN"
    dataset.WindowCenter, dataset.WindowWidth = 30_000, 60_000
    image_id = written(dataset, folder / "dose.dcm")
    frames = [f"{image_id}?frame={place + 1}" for place in range(shape[0])]
    return Made(frames, stored * scaling, affine)


SERIES = {
    make.__name__: make for make in (pet, pet_exact, ct, mr, oblique, sigmoid, enhanced, dose)
}
