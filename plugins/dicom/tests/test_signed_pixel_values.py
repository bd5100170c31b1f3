"""Stored values in a header have the sign of the pixels, whatever VR is stated (C.7.5.1.1.2).

Before, the stated VR decided: three CTs of GE state US for a padding of -2000, which was 63536.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from pydicom import Dataset

from metaprov_dicom import IMAGE_PIXEL, INSTANCE
from metaprov_dicom.json_model.elements import instance_from_json

if TYPE_CHECKING:
    from metaprov_core import Host
    from metaprov_dicom.instance.instance import Instance

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

Routes = Callable[..., dict[str, "Instance"]]

UNSIGNED, SIGNED = ((0x00280103, "US", struct.pack("<H", sign)) for sign in (0, 1))
KEYWORDS = {
    0x00280106: "SmallestImagePixelValue",
    0x00280107: "LargestImagePixelValue",
    0x00280120: "PixelPaddingValue",
    0x00280121: "PixelPaddingRangeLimit",
}


@pytest.mark.parametrize(("tag", "keyword"), KEYWORDS.items())
@pytest.mark.parametrize(
    ("pixels", "vr", "data", "value"),
    [
        (SIGNED, "US", struct.pack("<H", 63536), -2000),
        (SIGNED, "SS", struct.pack("<h", -2000), -2000),
        (SIGNED, "US", struct.pack("<H", 1000), 1000),
        (SIGNED, "OW", struct.pack("<H", 63536), -2000),
        (SIGNED, "IS", b"63536 ", -2000),
        (SIGNED, "UL", struct.pack("<I", 63536), 63536),
        (SIGNED, "UL", struct.pack("<i", -2000), -2000),
        (UNSIGNED, "SS", struct.pack("<h", -2000), 63536),
        (UNSIGNED, "US", struct.pack("<H", 63536), 63536),
        (UNSIGNED, "UN", struct.pack("<h", -2000), 63536),
        (UNSIGNED, "LO", b"-2000 ", 63536),
    ],
)
def test_the_pixels_have_the_sign_that_these_values_have(
    by_every_route: Routes, tag: int, keyword: str, pixels: object, vr: str, data: bytes, value: int
) -> None:
    for route, instance in by_every_route(pixels, (tag, vr, data)).items():
        assert instance[keyword] == value, route


@pytest.mark.parametrize(("vr", "value"), [("US", 63536), ("SS", -2000)])
def test_where_nothing_says_the_sign_the_stated_vr_does(
    by_every_route: Routes, vr: str, value: int
) -> None:
    padding = (0x00280120, vr, struct.pack("<h", -2000))
    for route, instance in by_every_route(padding).items():
        assert instance["PixelPaddingValue"] == value, route


def test_other_attributes_have_the_sign_of_their_vr(by_every_route: Routes) -> None:
    rows = (0x00280010, "US", struct.pack("<H", 63536))
    for route, instance in by_every_route(SIGNED, rows).items():
        assert instance["Rows"] == 63536, route


def test_an_item_has_its_own_pixels_or_those_of_what_it_is_in(
    by_every_route: Routes, encoded: Callable[..., bytes]
) -> None:
    padding = encoded(0x00280120, "US", struct.pack("<H", 63536))
    unsigned = encoded(0x00280103, "US", b"\0\0") + padding
    items = b"".join(
        struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
        for content in (padding, unsigned)
    )
    for route, instance in by_every_route((0x00082112, "SQ", items), SIGNED).items():
        inherited, own = instance["SourceImageSequence"]
        assert inherited["PixelPaddingValue"] == -2000, route
        assert own["PixelPaddingValue"] == 63536, route


def test_the_module_has_them_too(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        SIGNED,
        *((tag, "US", struct.pack("<H", 63536)) for tag in KEYWORDS),
    )
    # Twice: the second image has elements that were met before.
    for _ in range(2):
        module = host.require(IMAGE_PIXEL, image)
        assert module.smallest_image_pixel_value == -2000
        assert module.largest_image_pixel_value == -2000
        assert module.pixel_padding_value == module.pixel_padding_range_limit == -2000
        host.clear()


def test_a_data_set_made_by_hand_has_them_too(host: Host) -> None:
    dataset = Dataset()
    dataset.PixelRepresentation = 1
    dataset.add_new("PixelPaddingValue", "US", 63536)
    host.add(INSTANCE, "demo:1", dataset)
    assert host.require(IMAGE_PIXEL, "demo:1").pixel_padding_value == -2000


@pytest.mark.parametrize("vr", ["US", "SS", "IS"])
@pytest.mark.parametrize("given", [63536, "63536", -2000])
def test_json_says_them_in_any_way(vr: str, given: int | str) -> None:
    json = {
        "00280103": {"vr": "US", "Value": [1]},
        "00280120": {"vr": vr, "Value": [given]},
    }
    assert instance_from_json(json)["PixelPaddingValue"] == -2000


@pytest.mark.parametrize("vr", ["UN", "OB", "OW", "UT", "US", "SS"])
def test_each_file_has_its_own_value(
    host: Host, write_elements: Callable[..., str], vr: str
) -> None:
    """Where the stated VR has a long length, all files had the value of the first."""
    for value in (-2000, 5, -7):
        data = f"{value} ".encode() if vr == "UT" else struct.pack("<h", value)
        image = write_elements(
            (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
            (0x0020000E, "UI", b"1.2.3"),
            (0x00280103, "US", b"\1\0"),
            (0x00280106, vr, data),
            name=f"{value}.dcm",
        )
        assert host.require("imagePixelModule", image).smallest_image_pixel_value == value
