"""The image plane: where a frame lies, and how far apart its pixels are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.data import get_testdata_file

from metaprov_dicom import IMAGE_PLANE

if TYPE_CHECKING:
    from metaprov_core import Host

Ask = Callable[..., Any]


def test_plane_of_a_real_image(host: Host) -> None:
    plane = host.require(IMAGE_PLANE, get_testdata_file("CT_small.dcm", download=False))
    assert plane.image_position_patient == (-158.135803, -179.035797, -75.699997)
    assert plane.image_orientation_patient == (1, 0, 0, 0, 1, 0)
    assert (plane.row_cosines, plane.column_cosines) == ((1, 0, 0), (0, 1, 0))
    assert plane.pixel_spacing == (0.661468, 0.661468)
    assert (plane.rows, plane.columns, plane.slice_thickness) == (128, 128, 5.0)
    assert (plane.slice_location, plane.spacing_between_slices) == (-77.2040634155, 5.0)
    assert plane.pixel_spacing_calibration is None


def test_row_spacing_comes_first(ask: Ask) -> None:
    plane = ask(IMAGE_PLANE, PixelSpacing=(0.5, 0.7))
    assert (plane.row_pixel_spacing, plane.column_pixel_spacing) == (0.5, 0.7)


def test_nothing_is_made_up(ask: Ask) -> None:
    plane = ask(IMAGE_PLANE, Rows=4)
    assert plane.rows == 4
    assert [value for value in plane.__rich_repr__() if value[1] is not None] == [("rows", 4)]


DX = "1.2.840.10008.5.1.4.1.1.1.1"
DETECTOR = {"ImagerPixelSpacing": (0.2, 0.4)}
PIXELS = {"PixelSpacing": (0.1, 0.3)}
FAR = {"DistanceSourceToDetector": 2000.0}


@pytest.mark.parametrize(
    ("attributes", "spacing", "calibration"),
    [
        ({}, None, None),
        (PIXELS, (0.1, 0.3), "Unknown"),
        (DETECTOR, (0.2, 0.4), "Proj"),
        (DETECTOR | {"PixelSpacing": (0.2, 0.4)}, (0.2, 0.4), "Proj"),
        (DETECTOR | {"PixelSpacing": (0.3, 0.3)}, (0.3, 0.3), "Proj"),
        (DETECTOR | PIXELS, (0.1, 0.3), "ERMF"),
        (DETECTOR | PIXELS | {"PixelSpacingCalibrationType": "GEOMETRY"}, (0.1, 0.3), "ERMF"),
        (DETECTOR | PIXELS | {"PixelSpacingCalibrationType": "FIDUCIAL"}, (0.1, 0.3), "Calibrated"),
        (PIXELS | {"PixelSpacingCalibrationType": "OTHER"}, (0.1, 0.3), "Unknown"),
        (DETECTOR | {"PixelSpacingCalibrationType": "FIDUCIAL"}, (0.2, 0.4), "Proj"),
        (DETECTOR | {"EstimatedRadiographicMagnificationFactor": 1.25}, (0.16, 0.32), "ERMF"),
        (DETECTOR | {"EstimatedRadiographicMagnificationFactor": 1.0}, (0.2, 0.4), "Proj"),
        (DETECTOR | FAR | {"DistanceSourceToPatient": 1000.0}, (0.1, 0.2), "ERMF"),
        (DETECTOR | FAR | {"DistanceSourceToEntrance": 1000.0}, (0.1, 0.2), "ERMF"),
        (
            DETECTOR | FAR | {"DistanceSourceToPatient": 1000.0, "DistanceSourceToEntrance": 500.0},
            (0.1, 0.2),
            "ERMF",
        ),
        (DETECTOR | FAR | {"DistanceSourceToPatient": 0.0}, (0.2, 0.4), "Proj"),
        (DETECTOR | FAR | {"DistanceSourceToPatient": 2500.0}, (0.2, 0.4), "Proj"),
        (DETECTOR | FAR, (0.2, 0.4), "Proj"),
    ],
)
def test_spacing_of_projections(
    ask: Ask, attributes: dict[str, Any], spacing: tuple[float, float] | None, calibration: str
) -> None:
    plane = ask(IMAGE_PLANE, SOPClassUID=DX, Rows=1, **attributes)
    assert plane.pixel_spacing == (None if spacing is None else pytest.approx(spacing))
    assert plane.pixel_spacing_calibration == calibration


def test_the_spacing_of_other_images_is_as_it_is(ask: Ask) -> None:
    plane = ask(
        IMAGE_PLANE, SOPClassUID="1.2.840.10008.5.1.4.1.1.2", ImagerPixelSpacing=(0.2, 0.2), Rows=1
    )
    assert plane.pixel_spacing is None
    assert plane.pixel_spacing_calibration is None


AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
TILTED = (1.0, 0.0, 0.0, 0.0, 0.6, 0.8)


def nuclear(kind: str = "RECON TOMO", **attributes: Any) -> dict[str, Any]:
    return {
        "Modality": "NM",
        "ImageType": ("ORIGINAL", "PRIMARY", kind),
        "NumberOfFrames": 4,
        "SpacingBetweenSlices": -2.0,
        "DetectorInformationSequence": (
            {"ImageOrientationPatient": AXIAL, "ImagePositionPatient": (1.0, 2.0, 3.0)},
            {"ImageOrientationPatient": AXIAL, "ImagePositionPatient": (9.0, 9.0, 9.0)},
        ),
        **attributes,
    }


@pytest.mark.parametrize(("frame", "z"), [(None, 3.0), (1, 3.0), (2, 1.0), (4, -3.0)])
def test_slices_of_nuclear_medicine_follow_the_spacing_with_its_sign(
    ask: Ask, frame: int | None, z: float
) -> None:
    plane = ask(IMAGE_PLANE, frame, **nuclear("RECON TOMO"))
    assert plane.image_orientation_patient == AXIAL
    assert plane.image_position_patient == (1.0, 2.0, z)


@pytest.mark.parametrize("frame", [1, 2, 4])
def test_which_slice_a_gated_frame_is_only_the_slice_vector_says(ask: Ask, frame: int) -> None:
    """It was taken for the next slice of one volume, and lay outside of it."""
    plane = ask(IMAGE_PLANE, frame, **nuclear("RECON GATED TOMO"))
    assert plane.image_orientation_patient == AXIAL
    assert plane.image_position_patient is None


@pytest.mark.parametrize("kind", ["RECON TOMO", "RECON GATED TOMO"])
def test_the_slice_vector_says_the_slice_of_a_frame(ask: Ask, kind: str) -> None:
    gated = nuclear(kind, SliceVector=(1, 2, 1, 2))
    assert ask(IMAGE_PLANE, 3, **gated).image_position_patient == (1.0, 2.0, 3.0)
    assert ask(IMAGE_PLANE, 4, **gated).image_position_patient == (1.0, 2.0, 1.0)
    short = nuclear(SliceVector=(1, 2))
    assert ask(IMAGE_PLANE, 3, **short).image_position_patient is None


def test_the_detector_vector_says_the_detector_of_a_frame(ask: Ask) -> None:
    two = nuclear(DetectorVector=(1, 2, 3, 0), SliceVector=(1, 1, 1, 1))
    assert ask(IMAGE_PLANE, 2, **two).image_position_patient == (9.0, 9.0, 9.0)
    for frame in (1, 3, 4):
        assert ask(IMAGE_PLANE, frame, **two).image_position_patient == (1.0, 2.0, 3.0)


def test_the_root_comes_before_the_detector(ask: Ask) -> None:
    root = nuclear(ImageOrientationPatient=TILTED, ImagePositionPatient=(0.0, 0.0, 0.0))
    plane = ask(IMAGE_PLANE, 2, **root)
    assert plane.image_orientation_patient == TILTED
    assert plane.image_position_patient == pytest.approx((0.0, 1.6, -1.2))


def test_without_spacing_only_the_first_slice_has_a_position(ask: Ask) -> None:
    unknown = nuclear(SpacingBetweenSlices=None)
    assert ask(IMAGE_PLANE, 1, **unknown).image_position_patient == (1.0, 2.0, 3.0)
    assert ask(IMAGE_PLANE, 2, **unknown).image_position_patient is None


@pytest.mark.parametrize("frame", [1, 2])
def test_other_nuclear_frames_lie_nowhere(ask: Ask, frame: int) -> None:
    plane = ask(IMAGE_PLANE, frame, **nuclear("WHOLE BODY", Rows=3))
    assert plane.rows == 3
    assert plane.image_orientation_patient is None
    assert plane.row_cosines is None
    assert plane.image_position_patient is None


def test_one_nuclear_frame_lies_where_its_detector_is(ask: Ask) -> None:
    plane = ask(IMAGE_PLANE, **nuclear("STATIC", NumberOfFrames=1))
    assert plane.image_position_patient == (1.0, 2.0, 3.0)


def dose(**attributes: Any) -> dict[str, Any]:
    return {
        "Modality": "RTDOSE",
        "ImageOrientationPatient": AXIAL,
        "ImagePositionPatient": (1.0, 2.0, 3.0),
        "NumberOfFrames": 3,
        **attributes,
    }


@pytest.mark.parametrize(
    ("attributes", "frame", "position"),
    [
        ({"NumberOfFrames": 1}, 1, (1.0, 2.0, 3.0)),
        ({}, 1, None),
        ({"GridFrameOffsetVector": (0.0, 5.0, 10.0)}, 1, (1.0, 2.0, 3.0)),
        ({"GridFrameOffsetVector": (0.0, 5.0, 10.0)}, 3, (1.0, 2.0, 13.0)),
        (
            {"GridFrameOffsetVector": (0.0, 5.0, 10.0), "ImageOrientationPatient": TILTED},
            2,
            (1.0, -2.0, 6.0),
        ),
        ({"GridFrameOffsetVector": (0.0, 5.0, 10.0), "ImageOrientationPatient": None}, 2, None),
        ({"GridFrameOffsetVector": (3.0, 8.0, 13.0)}, 2, (1.0, 2.0, 8.0)),
        (
            {
                "GridFrameOffsetVector": (3.0, 8.0),
                "ImageOrientationPatient": (-1.0, 0.0, 0.0, 0.0, -1.0, 0.0),
            },
            2,
            (1.0, 2.0, 8.0),
        ),
        ({"GridFrameOffsetVector": (3.0, 8.0, 13.0), "ImageOrientationPatient": TILTED}, 2, None),
        ({"GridFrameOffsetVector": (4.0, 8.0, 13.0)}, 2, None),
        # Numbers that were rounded are the same within 0.0001.
        ({"GridFrameOffsetVector": (3.000003, 8.0, 13.0)}, 1, (1.0, 2.0, 3.000003)),
        ({"GridFrameOffsetVector": (2.99991, 8.0, 13.0)}, 2, (1.0, 2.0, 8.0)),
        ({"GridFrameOffsetVector": (3.0001, 8.0, 13.0)}, 1, (1.0, 2.0, 3.0001)),
        ({"GridFrameOffsetVector": (3.0002, 8.0, 13.0)}, 1, None),
        (
            {
                "GridFrameOffsetVector": (3.0, 8.0),
                "ImageOrientationPatient": (1.0, 0.00005, 0.0, -0.00005, 1.0, 0.0),
            },
            2,
            (1.0, 2.0, 8.0),
        ),
        (
            {
                "GridFrameOffsetVector": (3.0, 8.0),
                "ImageOrientationPatient": (1.0, 0.001, 0.0, -0.001, 1.0, 0.0),
            },
            2,
            None,
        ),
        ({"GridFrameOffsetVector": (0.0, 5.0)}, 3, None),
        ({"GridFrameOffsetVector": (0.0, None, 10.0)}, 2, None),
    ],
)
def test_position_of_a_dose_frame(
    ask: Ask, attributes: dict[str, Any], frame: int, position: tuple[float, ...] | None
) -> None:
    plane = ask(IMAGE_PLANE, frame, Rows=1, **dose(**attributes))
    assert plane.image_position_patient == (None if position is None else pytest.approx(position))


def test_frames_of_other_images_without_groups_lie_in_one_plane(ask: Ask) -> None:
    for frame in (1, 2):
        plane = ask(
            IMAGE_PLANE,
            frame,
            Modality="US",
            NumberOfFrames=2,
            ImagePositionPatient=(1.0, 2.0, 3.0),
        )
        assert plane.image_position_patient == (1.0, 2.0, 3.0)


STORAGE = "1.2.840.10008.5.1.4.1.1"


@pytest.mark.parametrize("sop_class", ["12.1.1", "12.2.1"])
def test_enhanced_angiography_is_calibrated_in_the_centre_of_the_beam(
    ask: Ask, sop_class: str
) -> None:
    image = {
        "SOPClassUID": f"{STORAGE}.{sop_class}",
        "NumberOfFrames": 2,
        "ImagerPixelSpacing": (0.2, 0.2),
        "SharedFunctionalGroupsSequence": (),
    }
    calibrated = image | {"ObjectPixelSpacingInCenterOfBeam": (0.13, 0.14)}
    plane = ask(IMAGE_PLANE, **calibrated)
    assert plane.pixel_spacing == (0.13, 0.14)
    assert (plane.row_pixel_spacing, plane.column_pixel_spacing) == (0.13, 0.14)
    assert plane.pixel_spacing_calibration == "ERMF"
    plane = ask(IMAGE_PLANE, **image)
    assert (plane.pixel_spacing, plane.pixel_spacing_calibration) == ((0.2, 0.2), "Proj")


def test_the_calibration_may_be_that_of_a_frame(
    host: Host, write: Callable[..., str], item: Callable[..., Any]
) -> None:
    frames = [
        item(ProjectionPixelCalibrationSequence=[item(ObjectPixelSpacingInCenterOfBeam=[each] * 2)])
        for each in (0.125, 0.25)
    ]
    image = write(
        SOPClassUID=f"{STORAGE}.12.1.1",
        ImagerPixelSpacing=[0.2, 0.2],
        PerFrameFunctionalGroupsSequence=frames,
    )
    for number, spacing in ((1, 0.125), (2, 0.25)):
        plane = host.require(IMAGE_PLANE, f"{image}?frame={number}")
        assert plane.pixel_spacing == (spacing, spacing)


@pytest.mark.parametrize(
    ("sop_class", "attributes", "spacing", "calibration"),
    [
        ("481.1", {"ImagePlanePixelSpacing": (0.4, 0.5)}, (0.4, 0.5), "Proj"),
        (
            "481.1",
            {"ImagePlanePixelSpacing": (0.4, 0.5), "PixelSpacing": (1.0, 1.0)},
            (0.4, 0.5),
            "Proj",
        ),
        ("481.1", {"PixelSpacing": (1.0, 1.0)}, (1.0, 1.0), None),
        ("481.1", {}, None, None),
        ("7", {"NominalScannedPixelSpacing": (0.1, 0.2)}, (0.1, 0.2), "Unknown"),
        ("7.4", {"NominalScannedPixelSpacing": (0.1, 0.2)}, (0.1, 0.2), "Unknown"),
        (
            "7.2",
            {"NominalScannedPixelSpacing": (0.1, 0.2), "PixelSpacing": (0.3, 0.3)},
            (0.3, 0.3),
            "Unknown",
        ),
        ("7", {"NominalScannedPixelSpacing": (0.1,)}, None, None),
        ("2", {"NominalScannedPixelSpacing": (0.1, 0.2)}, None, None),
        ("2", {"ImagePlanePixelSpacing": (0.1, 0.2)}, None, None),
    ],
)
def test_spacing_that_another_attribute_says(
    ask: Ask,
    sop_class: str,
    attributes: dict[str, Any],
    spacing: tuple[float, ...] | None,
    calibration: str | None,
) -> None:
    plane = ask(IMAGE_PLANE, SOPClassUID=f"{STORAGE}.{sop_class}", Rows=1, **attributes)
    assert (plane.pixel_spacing, plane.pixel_spacing_calibration) == (spacing, calibration)
