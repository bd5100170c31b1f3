"""Metadata without binary values: they are read from the image, where something describes them."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE

SERIES = "/studies/1.2.3/series/1.2.3.4"
METADATA = f"{SERIES}/metadata"


def without_binary(json):
    """As Azure has it: no element of a binary VR, at any depth."""
    return {
        tag: element
        if element["vr"] != "SQ"
        else {**element, "Value": [without_binary(item) for item in element.get("Value", [])]}
        for tag, element in json.items()
        if element["vr"] not in ("OB", "OD", "OF", "OL", "OV", "OW", "UN")
    }


def with_empty_binary(json):
    return without_binary(json) | {
        tag: {"vr": element["vr"]} for tag, element in json.items() if element["vr"] in ("OB", "OW")
    }


@pytest.fixture
def with_data(store, ct):
    """An image with all kinds of binary values."""
    dataset = ct(
        PhotometricInterpretation="PALETTE COLOR",
        RedPaletteColorLookupTableDescriptor=[256, 0, 16],
        RedPaletteColorLookupTableData=bytes(range(256)) * 2,
        ICCProfile=b"profile!",
        ColorSpace="SRGB",
    )
    lut = Dataset()
    lut.LUTDescriptor, lut.LUTData = [2, 0, 16], b"\1\0\2\0"
    lut["LUTData"].VR = "OW"
    dataset.ModalityLUTSequence, dataset.VOILUTSequence = [lut], [lut]
    for group in (0x6000, 0x6002):
        for element, vr, value in (
            (0x10, "US", 2),
            (0x11, "US", 3),
            (0x40, "CS", "G"),
            (0x50, "SS", [1, 1]),
            (0x100, "US", 1),
            (0x102, "US", 0),
            (0x3000, "OW", b"\x15\0"),
        ):
            dataset.add_new((group, element), vr, value)
    return store(dataset)


@pytest.mark.parametrize("edit", [without_binary, with_empty_binary])
@pytest.mark.parametrize("where", ["in series", "everywhere"])
def test_binary_values_that_metadata_leave_out_are_read_from_the_image_once(
    host, server, with_data, edit, where
):
    types = ["imagePixelModule", "overlayPlaneModule", "modalityLutModule", "voiLutModule"]
    types += ["ICCProfile", "60023000", "RedPaletteColorLookupTableData"]
    expected = [host.require(type, with_data) for type in types]
    assert expected[0].red_palette_color_lookup_table_data
    assert len(expected[1].overlays) == 2
    host.changed()
    server.requests.clear()
    server.in_series = edit
    if where == "everywhere":
        server.alone = edit

    assert host.require(IMAGE_PLANE, with_data).rows == 2
    assert server.asked() == [METADATA]
    instance = host.require(INSTANCE, with_data)
    listed = list(instance)
    assert [host.require(type, with_data) for type in types] == expected
    assert server.asked() == [METADATA, f"{SERIES}/instances/1.2.3.4.1"]
    assert list(instance) == listed
    assert "binary values: they were read from the image" in str(host.explain(INSTANCE, with_data))


def test_binary_values_are_not_asked_for_where_nothing_describes_any(host, server, series):
    for type in ("imagePixelModule", "overlayPlaneModule", "modalityLutModule", "ICCProfile"):
        host.get(type, series[0])

    assert server.asked() == [METADATA]


def test_an_overlay_in_bits_of_the_pixels_is_not_asked_for(host, server, store, ct):
    dataset = ct()
    for element, value in ((0x10, 2), (0x11, 3), (0x100, 16), (0x102, 12)):
        dataset.add_new((0x6000, element), "US", value)
    image_id = store(dataset)

    assert host.get("overlayPlaneModule", image_id) is None
    assert server.asked() == [METADATA]


def test_binary_values_of_an_image_that_cannot_be_had_are_none_with_a_note(host, server, with_data):
    server.in_series = without_binary
    server.instead = lambda handler: (
        not handler.path.endswith("metadata") and handler.answer(404, b"", "text/plain") is None
    )

    module = host.require("imagePixelModule", with_data)
    assert module.red_palette_color_lookup_table_data is None
    assert "404" in str(host.explain(INSTANCE, with_data))
    assert len([path for path in server.asked() if not path.endswith("metadata")]) <= 5


def test_an_error_while_binary_values_are_asked_for_is_not_the_last_word(host, server, with_data):
    server.in_series = without_binary
    server.give_for_images(b"<html>", "text/html")
    with pytest.raises(MetadataReadError):
        host.get("imagePixelModule", with_data)
    server.instead = None

    assert host.require("imagePixelModule", with_data).red_palette_color_lookup_table_data
