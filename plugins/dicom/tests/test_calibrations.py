"""Calibrations that users add, and the planes that follow from them."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from metaprov_core import Host, MetadataNotFoundError, MetadataReadError, hookimpl
from metaprov_core.testing import ProviderConformanceTests
from metaprov_dicom import (
    CALIBRATED_PIXEL_SPACING,
    CALIBRATION,
    IMAGE_PLANE,
    INSTANCE,
    CalibratedPixelSpacing,
    ImagePlaneModule,
)
from metaprov_dicom.plugins.added import AddedInstances
from metaprov_dicom.plugins.calibrations import Calibrations
from metaprov_dicom.plugins.modules import DicomModules

XRAY = "test:/xray"
HEADER = {
    "00080018": {"vr": "UI", "Value": ["1.2.3"]},
    "00280010": {"vr": "US", "Value": [512]},
    "00280030": {"vr": "DS", "Value": [0.5, 0.4]},
}
WITHOUT_SPACING = {"00280010": {"vr": "US", "Value": [512]}}
PLANES = "dicom-calibrated-planes"


@pytest.fixture
def host() -> Host:
    host = Host()
    host.register(DicomModules(), "dicom-modules")
    host.register(Calibrations(), "dicom-calibrations")
    host.register(AddedInstances(), "dicom-added")
    host.add(INSTANCE, XRAY, HEADER)
    return host


def names_of(host: Host) -> set[str]:
    return {record.name for record in host.plugins()}


@pytest.mark.parametrize(
    ("given", "spacing", "calibration"),
    [
        ({"rowPixelSpacing": 0.25, "columnPixelSpacing": 0.2}, (0.25, 0.2), "User"),
        ({"row_pixel_spacing": 0.25, "column_pixel_spacing": 0.2}, (0.25, 0.2), "User"),
        (CalibratedPixelSpacing(row_pixel_spacing=0.25), (0.25, 0.4), "User"),
        ({"columnPixelSpacing": 0.2}, (0.5, 0.2), "User"),
        ({"scale": 2}, (0.25, 0.2), "User"),
        ({"rowPixelSpacing": 1, "scale": 2}, (0.5, 0.2), "User"),
        ({"rowPixelSpacing": 1, "columnPixelSpacing": 2, "scale": 0.5}, (2, 4), "User"),
        ({"scale": 2, "type": "ERMF"}, (0.25, 0.2), "ERMF"),
        ({"scale": 2, "type": ""}, (0.25, 0.2), "User"),
        ({"type": "Calibrated"}, (0.5, 0.4), "Calibrated"),
        ({"type": "Uncalibrated"}, None, "Uncalibrated"),
        ({"type": "Uncalibrated", "rowPixelSpacing": 1, "scale": 3}, None, "Uncalibrated"),
        ({"aspect": 2}, (0.5, 0.4), None),
        ({"tooltip": "by a coin"}, (0.5, 0.4), None),
        ({}, (0.5, 0.4), None),
    ],
)
def test_the_spacing_is_the_one_given_or_the_headers_by_the_scale(
    host: Host, given: Any, spacing: tuple[float, float] | None, calibration: str | None
) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, given)
    plane = host.require(IMAGE_PLANE, XRAY)

    assert plane.pixel_spacing == spacing
    assert (plane.row_pixel_spacing, plane.column_pixel_spacing) == (spacing or (None, None))
    assert plane.pixel_spacing_calibration == calibration
    assert plane.rows == 512


def test_explain_says_which_spacing_is_in_place_of_which(host: Host) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    said = str(host.explain(IMAGE_PLANE, XRAY))

    assert "spacing by user: 0.25 x 0.2 in place of 0.5 x 0.4" in said
    assert f"{PLANES}:plane (wrapper)" in said


def test_explain_says_that_there_is_no_spacing_any_more(host: Host) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"type": "Uncalibrated"})

    said = str(host.explain(IMAGE_PLANE, XRAY))
    assert "spacing by user: none in place of 0.5 x 0.4" in said


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"scale": 2}, "between rows and between columns"),
        ({"rowPixelSpacing": 0.2}, "between columns"),
        ({"columnPixelSpacing": 0.2, "scale": 2}, "between rows"),
    ],
)
def test_a_scale_of_no_spacing_makes_none(host: Host, given: Any, missing: str) -> None:
    host.add(INSTANCE, XRAY, WITHOUT_SPACING)
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, given)

    assert host.require(IMAGE_PLANE, XRAY) == ImagePlaneModule(rows=512)
    assert (
        f"calibrated by user, without a spacing {missing}, which the header does not have either"
    ) in str(host.explain(IMAGE_PLANE, XRAY))


def test_an_image_without_spacing_has_the_one_given(host: Host) -> None:
    host.add(INSTANCE, XRAY, WITHOUT_SPACING)
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"rowPixelSpacing": 0.2, "columnPixelSpacing": 0.1})

    assert host.require(IMAGE_PLANE, XRAY).pixel_spacing == (0.2, 0.1)
    assert "0.2 x 0.1 in place of none" in str(host.explain(IMAGE_PLANE, XRAY))


@pytest.mark.parametrize("scale", [1e-320, 1e308 * 1.7])
def test_a_scale_that_leaves_no_spacing_is_not_applied(host: Host, scale: float) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"columnPixelSpacing": 1e-16, "scale": scale})

    explanation = host.explain(IMAGE_PLANE, XRAY)
    assert explanation.answer.pixel_spacing == (0.5, 0.4)
    assert "of which no spacing is left" in str(explanation)


@pytest.mark.parametrize("number", [0, -1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["scale", "aspect", "rowPixelSpacing", "columnPixelSpacing"])
def test_what_is_no_factor_is_refused(host: Host, name: str, number: float) -> None:
    with pytest.raises(ValueError, match="is a finite number greater than 0"):
        host.add(CALIBRATED_PIXEL_SPACING, XRAY, {name: number})

    assert host.get(CALIBRATED_PIXEL_SPACING, XRAY) is None
    assert host.require(IMAGE_PLANE, XRAY).pixel_spacing == (0.5, 0.4)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rowSpacing": 1}, r"did you mean row_pixel_spacing\?"),
        ({"scale": "2"}, "scale: Expected `float | null`, got `str`"),
        ({"type": "user"}, "type: Invalid enum value 'user'"),
        (CalibratedPixelSpacing(scale="2"), "scale: Expected `float | null`"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_calibration_is_refused_with_the_reason(
    host: Host, wrong: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        host.add(CALIBRATED_PIXEL_SPACING, XRAY, wrong)


@pytest.mark.parametrize("wrong", [2, "2", [1, 2], object()])
def test_what_has_no_fields_is_refused(host: Host, wrong: Any) -> None:
    with pytest.raises(TypeError, match="CalibratedPixelSpacing"):
        host.add(CALIBRATED_PIXEL_SPACING, XRAY, wrong)


@pytest.mark.parametrize(
    ("calibrated", "asked"),
    [
        ("test:/xray", "test:/xray?frame=1"),
        ("test:/xray?frame=1", "test:/xray"),
        ("dicomfile:/x%20ray.dcm", "/x%20ray.dcm"),
        ("file:///x%20ray.dcm", "dicomfile:/x ray.dcm?frame=1"),
        ("wadors:https://pacs/instances/7", "wadors:https://pacs/instances/7/frames/1"),
    ],
)
def test_a_calibration_is_that_of_all_frames_and_all_spellings(
    host: Host, calibrated: str, asked: str
) -> None:
    host.add(INSTANCE, asked, HEADER)
    host.add(CALIBRATED_PIXEL_SPACING, calibrated, {"scale": 2})

    assert host.require(IMAGE_PLANE, asked).pixel_spacing == (0.25, 0.2)
    host.clear(CALIBRATED_PIXEL_SPACING, asked)
    assert host.require(IMAGE_PLANE, calibrated).pixel_spacing == (0.5, 0.4)


def test_the_last_calibration_counts_and_others_keep_their_spacing(host: Host) -> None:
    host.add(INSTANCE, "test:/other", HEADER)
    before = host.require(IMAGE_PLANE, XRAY)
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 4})

    assert host.require(IMAGE_PLANE, XRAY).pixel_spacing == (0.125, 0.1)
    assert host.require(IMAGE_PLANE, "test:/other").pixel_spacing == (0.5, 0.4)
    assert before.pixel_spacing == (0.5, 0.4)


def test_a_calibration_alone_makes_no_plane(host: Host) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, "test:/unknown", {"rowPixelSpacing": 1})

    assert host.get(IMAGE_PLANE, "test:/unknown") is None


def test_a_plane_of_another_class_is_left_as_it_is_with_a_note(host: Host) -> None:
    host.register(lambda type: {"rows": 4} if type == IMAGE_PLANE else None, "mapping")
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    explanation = host.explain(IMAGE_PLANE, XRAY)

    assert explanation.answer == {"rows": 4}
    assert "calibrated, but the plane is a dict: left as it is" in str(explanation)


def test_regions_are_those_of_calibration_module(host: Host) -> None:
    region = {"physicalDeltaX": 0.02, "physicalDeltaY": 0.03}
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"sequenceOfUltrasoundRegions": [region]})
    (answered,) = host.require(CALIBRATION, XRAY).sequence_of_ultrasound_regions or ()

    assert (answered.physical_delta_x, answered.physical_delta_y) == (0.02, 0.03)
    assert host.require(IMAGE_PLANE, XRAY).pixel_spacing == (0.5, 0.4)
    host.clear(CALIBRATED_PIXEL_SPACING, XRAY)
    assert host.get(CALIBRATION, XRAY) is None


# -- the wrapper comes and goes


def test_a_plane_costs_nothing_more_where_nothing_is_calibrated(host: Host) -> None:
    with_plugin = [provider.name for provider in host.call_order(IMAGE_PLANE, XRAY)]
    host.unregister("dicom-calibrations")

    assert [provider.name for provider in host.call_order(IMAGE_PLANE, XRAY)] == with_plugin


def test_planes_are_wrapped_only_while_there_is_a_calibration(host: Host) -> None:
    assert PLANES not in names_of(host)
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    assert PLANES in names_of(host)
    host.add(CALIBRATED_PIXEL_SPACING, "test:/other", {"scale": 2})
    host.clear(CALIBRATED_PIXEL_SPACING, XRAY)
    assert PLANES in names_of(host)
    host.clear()
    assert PLANES not in names_of(host)
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    assert PLANES in names_of(host)


def test_what_is_refused_wraps_no_plane(host: Host) -> None:
    with pytest.raises(ValueError, match="scale"):
        host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 0})

    assert PLANES not in names_of(host)


def test_threads_that_add_and_clear_at_once_each_have_what_they_added(host: Host) -> None:
    images = [f"test:/{number}" for number in range(4)]
    for image_id in images:
        host.add(INSTANCE, image_id, HEADER)

    def spacings(image_id: str) -> list[Any]:
        seen: list[Any] = []
        for _ in range(25):
            host.add(CALIBRATED_PIXEL_SPACING, image_id, {"scale": 2})
            seen.append(host.require(IMAGE_PLANE, image_id).pixel_spacing)
            host.clear(CALIBRATED_PIXEL_SPACING, image_id)
            seen.append(host.require(IMAGE_PLANE, image_id).pixel_spacing)
        return seen

    with ThreadPoolExecutor(len(images)) as pool:
        for seen in pool.map(spacings, images):
            assert seen == [(0.25, 0.2), (0.5, 0.4)] * 25
    assert PLANES not in names_of(host)


def test_the_wrapper_leaves_with_its_plugin(host: Host) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    host.unregister("dicom-calibrations")

    assert PLANES not in names_of(host)
    assert host.require(IMAGE_PLANE, XRAY).pixel_spacing == (0.5, 0.4)


def test_a_host_with_a_calibration_closes(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    host.close()

    assert caplog.text == ""


def test_a_host_that_looks_again_for_plugins_goes_on_without_a_wrapper_of_nothing() -> None:
    with Host(discover=True) as host:
        host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
        host.refresh()
        wrapped = host.get(CALIBRATED_PIXEL_SPACING, XRAY) is not None
        assert (PLANES in names_of(host)) is wrapped


def test_once_all_is_cleared_the_host_goes_to_other_processes() -> None:
    with Host(discover=True) as host:
        host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
        with pytest.raises(ValueError, match="add"):
            pickle.dumps(host)
        host.clear()
        with pickle.loads(pickle.dumps(host)) as other:
            assert "dicom-calibrations" in names_of(other)


def test_each_host_has_calibrations_of_its_own(host: Host) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    other = Host()
    other.register(Calibrations())

    assert other.get(CALIBRATED_PIXEL_SPACING, XRAY) is None


# -- others are told


class Listener:
    """What a plugin hears of changes."""

    def __init__(self) -> None:
        self.heard: list[tuple[str | None, str | None]] = []

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        self.heard.append((type, image_id))


def test_who_derives_from_planes_hears_of_a_calibration(host: Host) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 2})
    listener = Listener()
    host.register(listener)
    listener.heard.clear()
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 3})
    host.clear(CALIBRATED_PIXEL_SPACING, XRAY)

    assert listener.heard.count((IMAGE_PLANE, XRAY)) == 2
    assert listener.heard.count((CALIBRATION, XRAY)) == 2


# -- by SOPInstanceUID


def test_a_uid_is_that_of_an_image_wherever_it_is(host: Host) -> None:
    host.add(INSTANCE, "test:/copy", HEADER)
    host.add(INSTANCE, "test:/other", WITHOUT_SPACING)
    host.add(CALIBRATED_PIXEL_SPACING, "urn:oid:1.2.3", {"scale": 2})

    assert host.require(CALIBRATED_PIXEL_SPACING, "urn:oid:1.2.3").scale == 2
    for image_id in (XRAY, "test:/copy"):
        assert host.require(IMAGE_PLANE, image_id).pixel_spacing == (0.25, 0.2)
    assert host.get(CALIBRATED_PIXEL_SPACING, "test:/other") is None
    assert host.get(CALIBRATED_PIXEL_SPACING, "test:/unknown") is None


def test_the_calibration_of_an_id_counts_before_that_of_its_uid(host: Host) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, "urn:oid:1.2.3", {"scale": 2})
    host.add(CALIBRATED_PIXEL_SPACING, XRAY, {"scale": 4})

    assert host.require(IMAGE_PLANE, XRAY).pixel_spacing == (0.125, 0.1)


@pytest.mark.parametrize("cleared", [XRAY, "test:/copy", "urn:oid:1.2.3", None])
def test_a_calibration_by_uid_is_cleared_by_any_id_of_the_image(
    host: Host, cleared: str | None
) -> None:
    host.add(INSTANCE, "test:/copy", HEADER)
    host.add(CALIBRATED_PIXEL_SPACING, "urn:oid:1.2.3", {"scale": 2})
    listener = Listener()
    host.register(listener)
    host.clear(CALIBRATED_PIXEL_SPACING, cleared)

    assert host.require(IMAGE_PLANE, XRAY).pixel_spacing == (0.5, 0.4)
    assert (IMAGE_PLANE, None) in listener.heard


def test_an_image_that_cannot_be_read_can_be_cleared(host: Host) -> None:
    def gone(type: str, image_id: str) -> None:
        if type == INSTANCE and image_id == "test:/gone":
            raise MetadataReadError(image_id, "it is gone")

    host.register(gone)
    host.add(CALIBRATED_PIXEL_SPACING, "urn:oid:1.2.3", {"scale": 2})
    host.add(CALIBRATED_PIXEL_SPACING, "test:/gone", {"scale": 2})
    host.clear(CALIBRATED_PIXEL_SPACING, "test:/gone")

    with pytest.raises(MetadataReadError):
        host.get(CALIBRATED_PIXEL_SPACING, "test:/gone")
    assert host.require(IMAGE_PLANE, XRAY).pixel_spacing == (0.25, 0.2)


def test_other_types_are_not_taken(host: Host) -> None:
    with pytest.raises(MetadataNotFoundError):
        host.add(IMAGE_PLANE, XRAY, {})


def test_installed_it_is_found() -> None:
    with Host(discover=True, only=["dicom-calibrations"]) as host:
        (record,) = [each for each in host.plugins() if each.status == "active"]
        assert record.types == ("calibratedPixelSpacing",)


class TestCalibrationsKeepTheContract(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self) -> Calibrations:
        return Calibrations()

    @pytest.fixture
    def added(self) -> dict[tuple[str, str], object]:
        return {
            (CALIBRATED_PIXEL_SPACING, "dicomfile:/xray.dcm"): CalibratedPixelSpacing(scale=2.0)
        }
