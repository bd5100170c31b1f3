"""Corrected planes, in a host with this plugin, metaprov-dicom's, and headers given by hand."""

from __future__ import annotations

import pytest
from metaprov_calibration.provider import FACTORS, MeasuredScanners

import metaprov_core
from metaprov_core import Host
from metaprov_core.testing import ProviderConformanceTests
from metaprov_dicom import CALIBRATED_PIXEL_SPACING, IMAGE_PLANE, ImagePlaneModule
from metaprov_dicom.plugins.calibrations import Calibrations
from metaprov_dicom.plugins.modules import DicomModules

FILM = {"PixelSpacing": [0.2, 0.1], "Rows": 512, "DeviceSerialNumber": "FS-1"}
HEADERS = {
    "test:/film": FILM,
    "test:/other": {**FILM, "DeviceSerialNumber": "CT-7"},
    "test:/unknown": {"PixelSpacing": [0.2, 0.1]},
    "test:/unmeasured": {"Rows": 512, "DeviceSerialNumber": "FS-1"},
}


def headers(type, image_id):
    return HEADERS.get(image_id) if type == "instance" else None


@pytest.fixture
def host():
    host = Host()
    host.register(headers)
    host.register(DicomModules(), "dicom-modules")
    host.register(MeasuredScanners({"FS-1": 1.5}), "calibration")
    return host


def test_a_plane_of_a_measured_scanner_has_the_true_spacing(host):
    plane = host.get(IMAGE_PLANE, "test:/film")

    assert plane.pixel_spacing == pytest.approx((0.3, 0.15))
    assert (plane.row_pixel_spacing, plane.column_pixel_spacing) == plane.pixel_spacing
    assert plane.pixel_spacing_calibration == "Calibrated"
    assert plane.rows == 512


def test_explain_says_what_was_changed(host):
    explanation = str(host.explain(IMAGE_PLANE, "test:/film"))

    assert "scanner FS-1: spacing 0.3 x 0.15, 1.5 times the header's" in explanation


@pytest.mark.parametrize("image_id", ["test:/other", "test:/unknown", "test:/unmeasured"])
def test_any_other_plane_is_passed_on_as_it_is(host, image_id):
    corrected = host.get(IMAGE_PLANE, image_id)
    host.unregister("calibration")

    assert host.get(IMAGE_PLANE, image_id) == corrected


def test_the_answer_that_was_wrapped_is_not_altered(host):
    host.get(IMAGE_PLANE, "test:/film")
    host.unregister("calibration")

    assert host.get(IMAGE_PLANE, "test:/film").pixel_spacing == (0.2, 0.1)


def test_where_there_is_no_plane_none_is_made(host):
    assert host.get(IMAGE_PLANE, "test:/absent") is None


def test_a_plane_of_another_class_is_passed_on(host):
    host.register(lambda type: {"rows": 4} if type == IMAGE_PLANE else None, "mapping")

    assert host.get(IMAGE_PLANE, "test:/film") == {"rows": 4}


def test_what_a_user_measured_counts_above_it(host):
    host.register(Calibrations(), "dicom-calibrations")
    host.add(CALIBRATED_PIXEL_SPACING, "test:/film", {"rowPixelSpacing": 0.25, "scale": 2})

    assert host.get(IMAGE_PLANE, "test:/film").pixel_spacing == pytest.approx((0.125, 0.075))


def test_every_factor_is_one():
    assert all(0.5 < factor < 2 for factor in FACTORS.values())


def test_installed_it_is_found():
    names = {record.name: record.status for record in metaprov_core.plugins()}

    assert names["calibration"] == "active"


class TestItKeepsTheContract(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self):
        return MeasuredScanners({"FS-1": 1.5})

    @pytest.fixture
    def sources(self):
        return [headers, DicomModules()]

    @pytest.fixture
    def answers(self):
        spacing = (0.2 * 1.5, 0.1 * 1.5)
        corrected = ImagePlaneModule(
            rows=512,
            pixel_spacing=spacing,
            row_pixel_spacing=spacing[0],
            column_pixel_spacing=spacing[1],
            pixel_spacing_calibration="Calibrated",
        )
        return {(IMAGE_PLANE, "test:/film"): corrected}
