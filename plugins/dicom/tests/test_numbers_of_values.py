"""How many values there are, and decimals where whole numbers should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from pydicom import Dataset
from pydicom.datadict import dictionary_VM, tag_for_keyword

from metaprov_dicom import CINE, GENERAL_IMAGE, IMAGE_PLANE, INSTANCE
from metaprov_dicom.json_model.elements import instance_from_json
from metaprov_dicom.values.multiplicity import fits

if TYPE_CHECKING:
    from metaprov_core import Host
    from metaprov_dicom.instance.instance import Instance

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

Routes = Callable[..., dict[str, "Instance"]]

CT = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2")
SERIES = (0x0020000E, "UI", b"1.2.3")


@pytest.mark.parametrize(
    ("tag", "vr", "data", "value"),
    [
        # what is too much and empty: ImagePositionPatient, SliceThickness, PatientName ...
        (0x00200032, "DS", b"1\\2\\3\\", (1.0, 2.0, 3.0)),
        (0x00200032, "DS", b"1\\2\\3\\ \\", (1.0, 2.0, 3.0)),
        (0x00180050, "DS", b"5\\", 5.0),
        (0x00200013, "IS", b"7\\", 7),
        (0x00100010, "PN", b"Doe^Ann\\", "Doe^Ann"),
        (0x0020000D, "UI", b"1.2.3\\", "1.2.3"),
        (0x00180050, "UT", b"5\\", 5.0),
        # not all that is empty, and not what is not empty
        (0x00200032, "DS", b"1\\2\\", (1.0, 2.0, None)),
        (0x00200032, "DS", b"1\\2\\3\\4", (1.0, 2.0, 3.0, 4.0)),
        (0x00200032, "DS", b"\\1\\2\\3", (None, 1.0, 2.0, 3.0)),
        (0x00180050, "DS", b"\\5", (None, 5.0)),
        # any number may be there
        (0x00281050, "DS", b"40\\400\\", (40.0, 400.0, None)),
        (0x00080008, "CS", b"ORIGINAL\\PRIMARY\\", ("ORIGINAL", "PRIMARY", None)),
        (0x00091001, "DS", b"40\\", (40.0, None)),
    ],
)
def test_empty_values_at_the_end_are_dropped_where_the_number_fits_then(
    by_every_route: Routes, tag: int, vr: str, data: bytes, value: object
) -> None:
    key = f"{tag:08X}"
    for route, instance in by_every_route((tag, vr, data), decodes=vr != "IS").items():
        # pydicom makes no JSON of an empty number.
        if key in instance or "JSON" not in route:
            assert instance[key] == value, route


def test_json_may_have_them_too() -> None:
    json = {"00200032": {"vr": "DS", "Value": [1, 2, 3, None]}}
    assert instance_from_json(json)["ImagePositionPatient"] == (1.0, 2.0, 3.0)


def test_the_modules_follow(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(
        CT, (0x00180050, "DS", b"5\\"), (0x00200032, "DS", b"1\\2\\3\\"), (0x00200013, "IS", b"7\\")
    )
    plane = host.require(IMAGE_PLANE, image)
    assert plane.image_position_patient == (1.0, 2.0, 3.0)
    assert plane.slice_thickness == 5.0
    assert host.require(GENERAL_IMAGE, image).instance_number == 7


@pytest.mark.parametrize(
    ("keyword", "vm", "fitting", "others"),
    [
        ("Rows", "1", {1}, {2}),
        ("ImagePositionPatient", "3", {3}, {1, 2, 4}),
        ("ImageType", "2-n", {2, 3, 9}, {1}),
        ("WindowCenter", "1-n", {1, 2, 9}, set()),
        ("ContourData", "3-3n", {3, 6, 9}, {1, 2, 4, 5}),
        ("AcquisitionIndex", "1-n", {1, 2}, set()),
        ("TimeRange", "2", {2}, {1, 3}),
        ("SubjectArea", "2-4", {2, 3, 4}, {1, 5}),
        ("VerticesOfThePolygonalShutter", "2-2n", {2, 4}, {1, 3}),
        ("PhysicalDetectorSize", "2", {2}, {1, 3}),
    ],
)
def test_how_many_values_fit(keyword: str, vm: str, fitting: set[int], others: set[int]) -> None:
    tag = tag_for_keyword(keyword)
    assert tag is not None
    assert dictionary_VM(tag) == vm
    assert all(fits(tag, count) for count in fitting)
    assert not any(fits(tag, count) for count in others)


@pytest.mark.parametrize("data", [b"29.97 ", b" 29.97"])
def test_decimals_of_a_whole_number_are_kept(
    host: Host, write_elements: Callable[..., str], data: bytes
) -> None:
    # Before, they were None: the rates of cine loops were lost (pydicom#1661).
    image = write_elements(CT, (0x00180040, "IS", data), (0x00180050, "DS", b"1"), SERIES)
    assert "CineRate (0018,0040): '29.97' is not a whole number" in str(
        host.explain("cineModule", image)
    )
    assert host.require(INSTANCE, image)["CineRate"] == 29.97
    assert host.require(CINE, image).cine_rate == 29.97


@pytest.mark.parametrize(("value", "rate"), [("30", 30.0), ("30.0", 30.0), (29.97, 29.97)])
def test_the_rate_of_a_cine_loop_is_a_float(host: Host, value: object, rate: float) -> None:
    json = {"00180040": {"vr": "IS", "Value": [value]}}
    host.add(INSTANCE, "demo:1", json)
    answer = host.require(CINE, "demo:1").cine_rate
    assert (answer, type(answer)) == (rate, float)


def test_the_rate_is_a_float_on_the_fast_path_too(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(CT, (0x00180040, "IS", b"30"), SERIES)
    for _ in range(2):
        answer = host.require(CINE, image).cine_rate
        assert (answer, type(answer)) == (30.0, float)
        host.clear()


def test_fields_that_are_whole_are_none_where_there_are_decimals(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(CT, (0x00200013, "IS", b"1.5 "), (0x00181152, "IS", b"14.5"))
    assert "InstanceNumber (0020,0013) is not understood: 1.5" in str(
        host.explain("generalImageModule", image)
    )
    assert host.require(GENERAL_IMAGE, image).instance_number is None
    instance = host.require(INSTANCE, image)
    assert (instance["InstanceNumber"], instance["Exposure"]) == (1.5, 14.5)


def test_decimals_of_data_sets(host: Host) -> None:
    dataset = Dataset()
    dataset.add_new(0x00180040, "DS", "29.97")
    host.add(INSTANCE, "demo:1", dataset)
    assert host.require(CINE, "demo:1").cine_rate == 29.97
