"""Items and delimiters where there is no sequence, and items that end twice."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from pydicom import dcmread

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host

ENHANCED_MR = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.4.1")
ITEM: Final = b"\xfe\xff\x00\xe0"
ITEM_END: Final = b"\xfe\xff\x0d\xe0" + bytes(4)
SEQUENCE_END: Final = b"\xfe\xff\xdd\xe0" + bytes(4)
UNDEFINED: Final = b"\xff\xff\xff\xff"


def item(content: bytes, undefined: bool = False) -> bytes:
    if undefined:
        return ITEM + UNDEFINED + content + ITEM_END
    return ITEM + struct.pack("<I", len(content)) + content


@pytest.fixture
def frames(encoded: Callable[..., bytes]) -> Callable[..., list[bytes]]:
    """The items of the per-frame sequence of three frames, each at its own place."""

    def frames(undefined: bool = False, vr: str | None = "DS") -> list[bytes]:
        return [
            item(
                encoded(
                    0x00209113,
                    vr and "SQ",
                    item(encoded(0x00200032, vr, b"%d\\0\\0 " % number), undefined),
                ),
                undefined,
            )
            for number in (1, 2, 3)
        ]

    return frames


@pytest.mark.parametrize("vr", ["DS", None])
@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("behind", [(1,), (1, 2, 3), (2, 2), (3,)])
@pytest.mark.parametrize("ended", [False, True])
def test_an_item_that_ends_twice_is_one(
    host: Host,
    write_elements: Callable[..., str],
    encoded: Callable[..., bytes],
    frames: Callable[..., list[bytes]],
    vr: str | None,
    undefined: bool,
    behind: tuple[int, ...],
    ended: bool,
) -> None:
    """With pydicom alone it was an empty item more: frame 3 had the place of frame 2."""
    items = b"".join(
        each + ITEM_END * behind.count(number)
        for number, each in enumerate(frames(undefined, vr), 1)
    )
    elements = [ENHANCED_MR, (0x0020000E, "UI", b"1.2.3"), (0x00280008, "IS", b"3 ")]
    if vr is None:
        elements = [(tag, None, value) for tag, _, value in elements]
    image = write_elements(*elements)
    path = Path(image.removeprefix("dicomfile:"))
    if ended:
        head = struct.pack("<HH", 0x5200, 0x9230) + (b"SQ\0\0" if vr else b"") + UNDEFINED
        sequence = head + items + SEQUENCE_END
    else:
        sequence = encoded(0x52009230, vr and "SQ", items)
    path.write_bytes(path.read_bytes() + sequence)
    for number in (1, 2, 3):
        plane = host.require("imagePlaneModule", f"{image}?frame={number}")
        assert plane.image_position_patient == (number, 0, 0)
    assert len(host.require("instance", f"{image}")) > 0
    assert host.require("frameImageIds", image)[-1].endswith("frame=3")


def test_an_item_that_ends_twice_is_said_in_a_note(
    host: Host, write_elements: Callable[..., str], frames: Callable[..., list[bytes]]
) -> None:
    items = b"".join(each + ITEM_END for each in frames())
    image = write_elements(ENHANCED_MR, (0x0020000E, "UI", b"1.2.3"), (0x00081140, "SQ", items))
    note = "ReferencedImageSequence (0008,1140) has an item delimiter behind an item"
    assert note in str(host.explain("ReferencedImageSequence", image, all=True))


def test_an_empty_item_stays_one(host: Host, write_elements: Callable[..., str]) -> None:
    items = item(b"") + item(b"") + ITEM_END
    image = write_elements(ENHANCED_MR, (0x0020000E, "UI", b"1.2.3"), (0x00081140, "SQ", items))
    assert len(host.require("ReferencedImageSequence", image)) == 2


@pytest.mark.parametrize("vr", ["LO", None])
@pytest.mark.parametrize(
    "stray", [ITEM + bytes(4), ITEM_END, SEQUENCE_END, ITEM_END + SEQUENCE_END]
)
@pytest.mark.parametrize("route", ["path", "data set"])
def test_a_stray_item_or_delimiter_is_passed_over(
    host: Host,
    write_elements: Callable[..., str],
    encoded: Callable[..., bytes],
    vr: str | None,
    stray: bytes,
    route: str,
) -> None:
    if route == "data set" and ITEM_END in stray:
        pytest.skip("pydicom ends the data set there")
    elements = [
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        (0x0020000E, "UI", b"1.2.3"),
        (0x00280030, "DS", b"0.5\\0.6 "),
    ]
    image = write_elements(*((tag, vr and was, value) for tag, was, value in elements))
    path = Path(image.removeprefix("dicomfile:"))
    series = encoded(0x0020000E, vr and "UI", b"1.2.3")
    path.write_bytes(path.read_bytes().replace(series, series + stray))
    if route == "data set":
        image = "memory:1"
        host.add("instance", image, dcmread(path))
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)
    assert not any(key.startswith("FFFE") for key in host.require("instance", image))


def test_what_is_in_a_stray_item_is_not_of_the_image(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes]
) -> None:
    image = write_elements(ENHANCED_MR, (0x0020000E, "UI", b"1.2.3"), (0x00280010, "US", b"\2\0"))
    path = Path(image.removeprefix("dicomfile:"))
    series = encoded(0x0020000E, "UI", b"1.2.3")
    for undefined in (False, True):
        stray = item(encoded(0x00280010, "US", b"\7\0"), undefined)
        path.write_bytes(path.read_bytes().replace(series, series + stray))
        host.changed()
        assert host.get("Rows", image) == 2


def test_stray_items_in_stray_items_without_end_are_an_error(
    host: Host, write_elements: Callable[..., str]
) -> None:
    """They were a RecursionError, which ended the search of a folder."""
    image = write_elements(ENHANCED_MR, (0x0020000E, "UI", b"1.2.3"))
    path = Path(image.removeprefix("dicomfile:"))
    data = path.read_bytes()
    place = data.index(b"\x20\0\x0e\0UI")
    path.write_bytes(data[:place] + (ITEM + UNDEFINED) * 2000 + data[place:])
    with pytest.raises(MetadataReadError):
        host.get("generalSeriesModule", image)
    assert list(host.find_images(path.parent)) == []


@pytest.mark.parametrize("tag", [0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD])
def test_what_has_a_vr_besides_is_passed_over_too(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes], tag: int
) -> None:
    image = write_elements(ENHANCED_MR, (0x0020000E, "UI", b"1.2.3"), (0x00280010, "US", b"\2\0"))
    path = Path(image.removeprefix("dicomfile:"))
    series = encoded(0x0020000E, "UI", b"1.2.3")
    path.write_bytes(path.read_bytes().replace(series, series + encoded(tag, "UI", b"1.2")))
    assert host.get("Rows", image) == 2
    assert host.get("00191010", image) is None
    keys = ["TransferSyntaxUID", "SOPClassUID", "SeriesInstanceUID", "Rows"]
    assert list(host.require("instance", image)) == keys
