"""Calibrated planes, in a host with this plugin, metaprov-dicom's, and headers given by hand."""

from __future__ import annotations

import pytest
from metaprov_calibration import CALIBRATION, Calibration
from metaprov_calibration.provider import Calibrations

import metaprov_core
from metaprov_core import Host, MetadataNotFoundError, hookimpl
from metaprov_core.testing import ProviderConformanceTests
from metaprov_dicom import IMAGE_PLANE
from metaprov_dicom.plugins.modules import DicomModules

HEADER = {"PixelSpacing": [0.5, 0.5], "Rows": 512, "Columns": 400, "NumberOfFrames": 3}


def headers(type, image_id):
    # Frames are of one image; the checks of the contract ask for some that no image has.
    return HEADER if type == "instance" and not image_id.startswith("conformance:") else None


@pytest.fixture
def host():
    host = Host()
    host.register(headers)
    host.register(DicomModules(), "dicom-modules")
    host.register(Calibrations(), "calibration")
    return host


def test_a_plane_without_calibration_is_that_of_the_header(host):
    assert host.get(IMAGE_PLANE, "/xray.dcm").pixel_spacing == (0.5, 0.5)


def test_a_calibrated_plane_has_the_spacing_of_its_user_and_says_so(host):
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.2))
    plane = host.get(IMAGE_PLANE, "/xray.dcm")

    assert plane.pixel_spacing == (0.25, 0.2)
    assert (plane.row_pixel_spacing, plane.column_pixel_spacing) == (0.25, 0.2)
    assert plane.pixel_spacing_calibration == "User"


def test_all_but_the_spacing_stays(host):
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.2))
    plane = host.get(IMAGE_PLANE, "/xray.dcm")

    assert (plane.rows, plane.columns) == (512, 400)


def test_a_calibration_added_after_the_first_question_counts(host):
    host.get(IMAGE_PLANE, "/xray.dcm")
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))

    assert host.get(IMAGE_PLANE, "/xray.dcm").pixel_spacing == (0.25, 0.25)


def test_the_last_calibration_counts(host):
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.3, 0.3))

    assert host.get(IMAGE_PLANE, "/xray.dcm").pixel_spacing == (0.3, 0.3)


def test_a_cleared_calibration_gives_way_to_the_header(host):
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))
    host.clear(CALIBRATION, "/xray.dcm")

    assert host.get(IMAGE_PLANE, "/xray.dcm").pixel_spacing == (0.5, 0.5)
    assert host.get(CALIBRATION, "/xray.dcm") is None


def test_other_images_keep_their_spacing(host):
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))

    assert host.get(IMAGE_PLANE, "/other.dcm").pixel_spacing == (0.5, 0.5)


@pytest.mark.parametrize(
    ("calibrated", "asked"),
    [
        ("/xray.dcm", "/xray.dcm?frame=3"),
        ("/xray.dcm?frame=2", "/xray.dcm?frame=3"),
        ("/xray.dcm?frame=2", "/xray.dcm"),
        ("dicomfile:/x%20ray.dcm", "/x%20ray.dcm"),
        ("file:///x%20ray.dcm", "dicomfile:/x ray.dcm?frame=1"),
        ("wadors:https://pacs/instances/7", "wadors:https://pacs/instances/7/frames/2"),
    ],
)
def test_a_calibration_is_one_of_all_frames_and_all_spellings(host, calibrated, asked):
    host.add(CALIBRATION, calibrated, Calibration(0.25, 0.25))

    assert host.get(IMAGE_PLANE, asked).pixel_spacing == (0.25, 0.25)
    host.clear(CALIBRATION, asked)
    assert host.get(IMAGE_PLANE, calibrated).pixel_spacing == (0.5, 0.5)


def test_the_answer_that_was_wrapped_is_not_altered(host):
    before = host.get(IMAGE_PLANE, "/xray.dcm")
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))
    host.get(IMAGE_PLANE, "/xray.dcm")
    host.unregister("calibration")

    assert before.pixel_spacing == (0.5, 0.5)
    assert host.get(IMAGE_PLANE, "/xray.dcm").pixel_spacing == (0.5, 0.5)


def test_who_derives_from_planes_hears_of_a_calibration(host):
    class Listener:
        heard = ()

        @hookimpl
        def metadata_changed(self, type, image_id):
            self.heard = (*self.heard, (type, image_id))

    listener = Listener()
    host.register(listener)
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))

    assert ("imagePlaneModule", "/xray.dcm") in listener.heard


def test_the_names_of_cornerstone_are_taken_as_well(host):
    host.add(CALIBRATION, "/xray.dcm", {"rowPixelSpacing": 0.25, "columnPixelSpacing": 0.2})

    assert host.get(CALIBRATION, "/xray.dcm") == Calibration(0.25, 0.2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rowPixelSpacing": 0, "columnPixelSpacing": 0.2},
        {"rowPixelSpacing": 0.2, "columnPixelSpacing": float("nan")},
        {"rowPixelSpacing": "0.2", "columnPixelSpacing": 0.2},
        {"scale": 0.5},
    ],
)
def test_what_is_no_spacing_is_refused(host, wrong):
    with pytest.raises(ValueError, match=r"(row|column)_?[pP]ixel_?[sS]pacing"):
        host.add(CALIBRATION, "/xray.dcm", wrong)

    assert host.get(IMAGE_PLANE, "/xray.dcm").pixel_spacing == (0.5, 0.5)


def test_a_calibration_alone_makes_no_plane():
    host = Host()
    host.register(Calibrations())
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))

    assert host.get(IMAGE_PLANE, "/xray.dcm") is None


def test_a_plane_of_an_unknown_class_is_left_as_it_is_and_explain_says_so():
    host = Host()
    host.register(lambda type: {"rows": 4} if type == IMAGE_PLANE else None, "mapping")
    host.register(Calibrations(), "calibration")
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))
    explanation = host.explain(IMAGE_PLANE, "/xray.dcm")

    assert explanation.answer == {"rows": 4}
    assert "calibrated, but the plane is a dict: left as it is" in str(explanation)


def test_other_types_are_not_taken(host):
    with pytest.raises(MetadataNotFoundError):
        host.add("imagePlaneModule", "/xray.dcm", {})


def test_each_host_has_calibrations_of_its_own(host):
    host.add(CALIBRATION, "/xray.dcm", Calibration(0.25, 0.25))
    other = Host()
    other.register(Calibrations())

    assert other.get(CALIBRATION, "/xray.dcm") is None


def test_installed_it_is_found():
    names = {record.name: record.status for record in metaprov_core.plugins()}

    assert names["calibration"] == "active"


class TestCalibrationsKeepTheContract(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self):
        return Calibrations()

    @pytest.fixture
    def sources(self):
        return [headers, DicomModules()]

    @pytest.fixture
    def added(self):
        return {(CALIBRATION, "dicomfile:/xray.dcm"): Calibration(0.25, 0.2)}

    untried_types = (IMAGE_PLANE,)
