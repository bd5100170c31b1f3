"""Pictures that are made: without a place in the patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from made import Made
from made_images import image, of, written

if TYPE_CHECKING:
    from pathlib import Path


def projection(folder: Path) -> Made:
    """A radiograph: 0.2 mm at the detector, magnified 1.25 times."""
    stored = np.arange(64 * 64, dtype="<u2").reshape(64, 64)
    dataset = image("DX", "1.2.840.10008.5.1.4.1.1.1.1", stored, ImagerPixelSpacing=[0.2, 0.2])
    dataset.EstimatedRadiographicMagnificationFactor = 1.25
    return flat(dataset, stored, (0.16, 0.16), folder / "dx.dcm")


def calibrated(folder: Path) -> Made:
    """A radiograph with 0.4 mm in its header, where lengths are to be half as long."""
    stored = np.arange(64 * 64, dtype="<u2").reshape(64, 64)
    dataset = image("DX", "1.2.840.10008.5.1.4.1.1.1.1", stored, PixelSpacing=[0.4, 0.4])
    return flat(dataset, stored, (0.2, 0.2), folder / "dx.dcm")


def capture(folder: Path) -> Made:
    """A picture without any spacing."""
    stored = np.arange(64 * 64, dtype="<u2").reshape(64, 64)
    dataset = image("OT", "1.2.840.10008.5.1.4.1.1.7", stored)
    return flat(dataset, stored, (1, 1), folder / "sc.dcm")


def scaled_capture(folder: Path) -> Made:
    """A picture without any spacing, and with a scale."""
    return capture(folder)


def captures(folder: Path) -> Made:
    """Three pictures without any spacing, each brighter to the bottom."""
    made = [capture(folder / str(place)) for place in range(3)]
    image_ids = [each.image_ids[0] for each in made]
    return Made(image_ids, np.concatenate([each.values for each in made]), made[0].affine)


def ultrasound(folder: Path) -> Made:
    """A region of 0.02 cm between columns and 0.03 between rows."""
    stored = np.arange(128 * 128, dtype="<u2").reshape(128, 128)
    region = of(
        {
            "RegionLocationMinX0": 0,
            "RegionLocationMinY0": 0,
            "RegionLocationMaxX1": 127,
            "RegionLocationMaxY1": 127,
            "PhysicalDeltaX": 0.02,
            "PhysicalDeltaY": 0.03,
            "PhysicalUnitsXDirection": 3,
            "PhysicalUnitsYDirection": 3,
            "RegionSpatialFormat": 1,
            "RegionDataType": 1,
            "RegionFlags": 0,
        }
    )
    dataset = image("US", "1.2.840.10008.5.1.4.1.1.6.1", stored)
    dataset.SequenceOfUltrasoundRegions = [region]
    return flat(dataset, stored, (1, 1), folder / "us.dcm")


def palette(folder: Path) -> Made:
    """Indices into a palette of 16 bits that is in the header."""
    stored = np.tile(np.arange(64, dtype="u1"), (64, 1))
    dataset = image("US", "1.2.840.10008.5.1.4.1.1.6.1", stored)
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    ramp = np.arange(64, dtype="<u2") * 1024
    for colour, entries in [("Red", ramp), ("Green", ramp[::-1]), ("Blue", ramp * 0 + 0x8000)]:
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [64, 0, 16])
        setattr(dataset, f"{colour}PaletteColorLookupTableData", entries.astype("<u2").tobytes())
    return flat(dataset, stored, (1, 1), folder / "palette.dcm")


def colours(folder: Path) -> Made:
    """Red that grows by column, green that grows by row."""
    row, column = np.indices((64, 64), dtype="u1") * np.uint8(4)
    stored = np.stack([column, row, np.full_like(row, 128)], axis=-1)
    dataset = image("US", "1.2.840.10008.5.1.4.1.1.6.1", stored, SamplesPerPixel=3)
    return flat(dataset, row, (1, 1), folder / "colours.dcm")


def negative(folder: Path) -> Made:
    """A radiograph in which low values are bright."""
    stored = np.tile(np.arange(64, dtype="<u2") * 64, (64, 1))
    dataset = image("DX", "1.2.840.10008.5.1.4.1.1.1.1", stored, ImagerPixelSpacing=[1, 1])
    dataset.PhotometricInterpretation = "MONOCHROME1"
    return flat(dataset, stored, (1, 1), folder / "negative.dcm")


def flat(dataset, stored, spacing, path) -> Made:
    """An image without a place: it lies where Cornerstone puts it."""
    affine = np.diag([spacing[1], spacing[0], 1.0, 1.0])
    return Made([written(dataset, path)], stored[None].astype(float), affine)


PICTURES = {
    make.__name__: make
    for make in (
        projection,
        calibrated,
        capture,
        scaled_capture,
        captures,
        ultrasound,
        palette,
        colours,
        negative,
    )
}

#: What users said of them.
CALIBRATIONS = {
    "calibrated": {"scale": 2, "type": "Calibrated"},
    "scaled_capture": {"scale": 2},
}
