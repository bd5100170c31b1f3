"""Overlays: their bits, and where they lie."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_file

from metaprov_dicom import OVERLAY_PLANE, Overlay
from metaprov_dicom.modules.overlay import derive_overlay_plane

if TYPE_CHECKING:
    from pydicom import Dataset

    from metaprov_core import Host

Ask = Callable[..., Any]


def overlay(group: int = 0x6000, **values: Any) -> dict[str, Any]:
    return {f"{group:04X}{element.removeprefix('e')}": value for element, value in values.items()}


def test_an_overlay_of_a_file(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2"),
        (0x60020010, "US", struct.pack("<H", 2)),
        (0x60020011, "US", struct.pack("<H", 3)),
        (0x60020022, "LO", b"outline"),
        (0x60020040, "CS", b"R"),
        (0x60020050, "SS", struct.pack("<hh", -2, 5)),
        (0x60021301, "IS", b"12"),
        (0x60021302, "DS", b"1.5"),
        (0x60021303, "DS", b"0.5"),
        (0x60021500, "LO", b"heart"),
        (0x60023000, "OW", bytes([0b00100110, 0])),
    )
    (found,) = host.require(OVERLAY_PLANE, image).overlays
    assert found == Overlay(2, 3, "R", 4, -3, (0, 1, 1, 0, 0, 1), "outline", "heart", 12, 1.5, 0.5)


def test_a_real_overlay(host: Host) -> None:
    path = get_testdata_file("examples_overlay.dcm", download=False)
    (found,) = host.require(OVERLAY_PLANE, path).overlays
    assert (found.rows, found.columns, found.x, found.y) == (300, 484, 0, 0)
    assert len(found.pixel_data) == 300 * 484
    assert set(found.pixel_data) == {0, 1}


def test_overlays_come_in_the_order_of_their_groups(ask: Ask) -> None:
    attributes = overlay(0x601E, e1500="b", e3000=b"\1\0", e0010=1, e0011=1) | overlay(
        0x6000, e1500="a", e3000=b"\0\0", e0010=1, e0011=1
    )
    assert [each.label for each in ask(OVERLAY_PLANE, **attributes).overlays] == ["a", "b"]


@pytest.mark.parametrize("group", [0x6000, 0x6001, 0x6020])
def test_a_group_without_data_or_of_another_number_is_no_overlay(ask: Ask, group: int) -> None:
    data = {} if group == 0x6000 else {"e3000": b"\1\0"}
    assert ask(OVERLAY_PLANE, **overlay(group, e0010=1, e0011=1, **data)) is None


@pytest.mark.parametrize(
    "attributes", [{}, {"e0010": 3, "e0011": 6}, {"e0010": 65535, "e0011": 65535}]
)
def test_data_that_is_not_as_large_as_it_says_is_none(ask: Ask, attributes: dict[str, int]) -> None:
    (found,) = ask(OVERLAY_PLANE, **overlay(e3000=b"\1\0", e0040="G", **attributes)).overlays
    assert found.pixel_data is None
    assert found.type == "G"


def test_an_overlay_that_does_not_say_where_it_lies_lies_nowhere(ask: Ask) -> None:
    (found,) = ask(OVERLAY_PLANE, **overlay(e3000=b"\1\0", e0010=1, e0011=1)).overlays
    assert (found.x, found.y, found.pixel_data) == (None, None, (1,))


@given(st.integers(1, 20), st.data())
def test_the_bits_are_those_that_were_packed(rows: int, data: st.DataObject) -> None:
    columns = data.draw(st.integers(1, 20))
    bits = data.draw(st.lists(st.integers(0, 1), min_size=rows * columns, max_size=rows * columns))
    padded = bits + [1] * (-len(bits) % 16)
    packed = bytes(
        sum(bit << place for place, bit in enumerate(padded[start : start + 8]))
        for start in range(0, len(padded), 8)
    )
    module = derive_overlay_plane(overlay(e0010=rows, e0011=columns, e3000=packed), 1)
    assert module is not None
    assert module.overlays[0].pixel_data == tuple(bits)


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("columns", [3, 8])
@pytest.mark.parametrize("first", [None, 1, 3])
def test_each_frame_has_its_own_plane(ask: Ask, rows: int, columns: int, first: int | None) -> None:
    """Planes follow each other bit by bit (PS3.3 C.9.3): every frame had the first one."""
    count = rows * columns
    planes = [[(number >> bit % 2) & 1 for bit in range(count)] for number in (1, 2, 3)]
    bits = [bit for plane in planes for bit in plane]
    number = sum(bit << place for place, bit in enumerate(bits))
    data = number.to_bytes(len(bits) // 8 + 1, "little")
    values = {"e0010": rows, "e0011": columns, "e0015": 3, "e3000": data, "e1500": "here"}
    if first is not None:
        values["e0051"] = first
    for frame in range(1, 8):
        module = ask(OVERLAY_PLANE, frame, NumberOfFrames=7, **overlay(**values))
        place = frame - (first or 1)
        if 0 <= place < 3:
            assert module.overlays[0].pixel_data == tuple(planes[place])
        else:
            assert module is None


@pytest.mark.parametrize("said", [{}, {"e0015": 0}, {"e0015": "many"}, {"e0051": 2}])
def test_an_overlay_that_says_no_frames_is_one_for_all(ask: Ask, said: dict[str, Any]) -> None:
    values = overlay(e0010=1, e0011=2, e3000=b"\1\0", **said)
    for frame in (1, 2):
        module = ask(OVERLAY_PLANE, frame, NumberOfFrames=2, **values)
        assert module.overlays[0].pixel_data == (1, 0)


def test_a_plane_that_is_cut_off_is_none_and_no_other_one(ask: Ask) -> None:
    values = overlay(e0010=2, e0011=4, e0015=2, e3000=b"\x0f")
    assert ask(OVERLAY_PLANE, 1, NumberOfFrames=2, **values).overlays[0].pixel_data is not None
    assert ask(OVERLAY_PLANE, 2, NumberOfFrames=2, **values).overlays[0].pixel_data is None


def test_an_origin_of_0_is_that_of_the_first_frame(ask: Ask) -> None:
    values = overlay(e0010=1, e0011=4, e0015=2, e0051=0, e3000=b"\x21\0")
    for frame, expected in ((1, (1, 0, 0, 0)), (2, (0, 1, 0, 0))):
        module = ask(OVERLAY_PLANE, frame, NumberOfFrames=2, **values)
        assert module.overlays[0].pixel_data == expected


def test_a_frame_without_one_overlay_has_the_others(ask: Ask) -> None:
    size = {"e0010": 1, "e0011": 2, "e3000": b"\1\0"}
    values = overlay(e0015=1, e0051=2, **size) | overlay(0x6002, e1500="all", **size)
    assert [len(ask(OVERLAY_PLANE, n, NumberOfFrames=2, **values).overlays) for n in (1, 2)] == [
        1,
        2,
    ]


def test_frames_of_functional_groups_have_their_planes(
    host: Host, write: Callable[..., str], item: Callable[..., Dataset]
) -> None:
    image = write(
        NumberOfFrames=2,
        PerFrameFunctionalGroupsSequence=[
            item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])]) for z in (1, 2)
        ],
    )
    path = image.removeprefix("dicomfile:")
    dataset = dcmread(path)
    for tag, vr, value in (
        (0x60000010, "US", 1), (0x60000011, "US", 3), (0x60000015, "IS", 2),
        (0x60003000, "OW", bytes([0b00101001, 0])),
    ):  # fmt: skip
        dataset.add_new(tag, vr, value)
    dataset.save_as(path)
    for frame, expected in ((None, (1, 0, 0)), (1, (1, 0, 0)), (2, (1, 0, 1))):
        asked = image if frame is None else f"{image}?frame={frame}"
        (found,) = host.require(OVERLAY_PLANE, asked).overlays
        assert found.pixel_data == expected


def test_overlays_of_frames_by_every_route(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.7.2"),
        (0x0020000E, "UI", b"1.2.3"),
        (0x00280008, "IS", b"2 "),
        (0x60000010, "US", struct.pack("<H", 1)),
        (0x60000011, "US", struct.pack("<H", 3)),
        (0x60000015, "IS", b"2 "),
        (0x60000051, "US", struct.pack("<H", 1)),
        (0x60003000, "OW", bytes([0b00101001, 0])),
    )
    dataset = host.require("dataset", image)
    host.add("instance", "memory:dataset", dataset)
    host.add("instance", "memory:json", dataset.to_json_dict())
    for base in (image, "memory:dataset", "memory:json"):
        for frame, expected in ((1, (1, 0, 0)), (2, (1, 0, 1))):
            (found,) = host.require(OVERLAY_PLANE, f"{base}?frame={frame}").overlays
            assert found.pixel_data == expected


@pytest.mark.parametrize(("allocated", "position"), [(16, 12), (16, 0), (1, 12)])
def test_an_overlay_in_the_bits_of_the_pixels_is_said_in_a_note(
    host: Host, write_elements: Callable[..., str], allocated: int, position: int
) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        (0x0020000E, "UI", b"1.2.3"),
        (0x60020010, "US", struct.pack("<H", 1)),
        (0x60020011, "US", struct.pack("<H", 3)),
        (0x60020100, "US", struct.pack("<H", allocated)),
        (0x60020102, "US", struct.pack("<H", position)),
    )
    assert host.get(OVERLAY_PLANE, image) is None
    note = f"the overlay of group 6002 is bit {position} of the pixels, not here"
    assert note in str(host.explain(OVERLAY_PLANE, image, all=True))
