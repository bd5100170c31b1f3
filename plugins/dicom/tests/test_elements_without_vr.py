"""Elements with something else in the place of their VR: they are read on, as DCMTK reads them.

With pydicom alone such a header ended there, and said that the file was cut off.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host

CT = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2")
SERIES = (0x0020000E, "UI", b"1.2.3.4")
SPACING = (0x00280030, "DS", b"0.5\\0.6 ")
NO_VRS = [b"  ", b"--", b"??", b"\0\0", b"\0 ", b"00", b"us", b"U "]


@pytest.fixture
def with_vr(write_elements: Callable[..., str]) -> Callable[..., str]:
    """Write a file in which the element of one attribute has these two bytes for its VR."""

    def write(tag: int, vr: bytes, *elements: tuple[int, str, bytes]) -> str:
        image = write_elements(*elements)
        path = Path(image.removeprefix("dicomfile:"))
        data = path.read_bytes()
        place = data.index(struct.pack("<HH", tag >> 16, tag & 0xFFFF)) + 4
        path.write_bytes(data[:place] + vr + data[place + 2 :])
        return image

    return write


@pytest.mark.parametrize("vr", NO_VRS)
def test_what_is_behind_it_is_read(host: Host, with_vr: Callable[..., str], vr: bytes) -> None:
    image = with_vr(0x001021B0, vr, CT, (0x001021B0, "LT", b"text"), SERIES, SPACING)
    assert host.require("generalSeriesModule", image).series_instance_uid == "1.2.3.4"
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)
    assert host.get("AdditionalPatientHistory", image) == "text"


@pytest.mark.parametrize("vr", NO_VRS)
@pytest.mark.parametrize(
    ("tag", "keyword", "value", "expected"),
    [
        (0x00280120, "PixelPaddingValue", b"\x30\xf8", -2000),
        (0x00180050, "SliceThickness", b"2.5 ", 2.5),
        (0x00280010, "Rows", b"\0\2", 512),
        (0x00189087, "DiffusionBValue", struct.pack("<d", 700), 700.0),
        (0x00100010, "PatientName", b"A^B ", "A^B"),
        (0x00189999, "00189999", b"unknown ", b"unknown "),
        (0x00191001, "00191001", b"private ", b"private "),
        (0x00180050, "SliceThickness", b"", None),
    ],
)
def test_its_value_is_that_of_the_dictionary(
    host: Host,
    with_vr: Callable[..., str],
    vr: bytes,
    tag: int,
    keyword: str,
    value: bytes,
    expected: object,
) -> None:
    signed = (0x00280103, "US", b"\1\0")
    image = with_vr(tag, vr, CT, SERIES, SPACING, signed, (tag, "LO", value))
    assert host.get(keyword, image) == expected
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


@pytest.mark.parametrize("vr", NO_VRS)
def test_it_may_be_the_first_element(host: Host, with_vr: Callable[..., str], vr: bytes) -> None:
    image = with_vr(0x00080008, vr, (0x00080008, "CS", b"ORIGINAL"), CT, SERIES, SPACING)
    assert host.get("ImageType", image) == ("ORIGINAL",)
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


@pytest.mark.parametrize("vr", NO_VRS)
@pytest.mark.parametrize("place", ["first", "second", "last"])
def test_it_may_be_in_an_item(
    host: Host,
    write_elements: Callable[..., str],
    encoded: Callable[..., bytes],
    vr: bytes,
    place: str,
) -> None:
    tag = {"first": 0x00080100, "second": 0x00080102, "last": 0x00080104}[place]
    code = [(0x00080100, "SH", b"C"), (0x00080102, "SH", b"DCM "), (0x00080104, "LO", b"meaning ")]
    item = b"".join(
        head[:4] + (vr if each == tag else head[4:6]) + head[6:]
        for each, head in ((element[0], encoded(*element)) for element in code)
    )
    items = struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item
    image = write_elements(CT, SERIES, SPACING, (0x00081032, "SQ", items))
    (read,) = host.require("instance", image)["ProcedureCodeSequence"]
    assert dict(read) == {
        "CodeValue": "C",
        "CodingSchemeDesignator": "DCM",
        "CodeMeaning": "meaning",
    }
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


@pytest.mark.parametrize("length", [0, 4, 300, 70_000])
def test_a_vr_nobody_knows_yet_has_a_long_length(
    host: Host, write_elements: Callable[..., str], length: int
) -> None:
    """PS3.5 7.1.2: all VRs to come have."""
    image = write_elements(CT, SERIES, SPACING, (0x00189999, "UT", b"x" * length))
    path = Path(image.removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes().replace(b"\x18\0\x99\x99UT", b"\x18\0\x99\x99ZZ"))
    assert host.get("00189999", image) == (b"x" * length or None)
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


def test_several_in_a_row(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(
        CT, (0x00100010, "PN", b"A^B "), (0x00100020, "LO", b"7 "), SERIES, SPACING
    )
    path = Path(image.removeprefix("dicomfile:"))
    data = path.read_bytes()
    data = data.replace(b"\x10\0\x10\0PN", b"\x10\0\x10\0--")
    path.write_bytes(data.replace(b"\x10\0\x20\0LO", b"\x10\0\x20\0--"))
    assert host.require("patientModule", image).patient_name == "A^B"
    assert host.require("patientModule", image).patient_id == "7"
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


def test_an_element_in_implicit_vr_among_explicit_ones(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes]
) -> None:
    image = write_elements(CT, (0x00100010, "PN", b"A^B "), SERIES, SPACING)
    path = Path(image.removeprefix("dicomfile:"))
    explicit, implicit = (encoded(0x00100010, vr, b"A^B ") for vr in ("PN", None))
    path.write_bytes(path.read_bytes().replace(explicit, implicit))
    assert host.require("patientModule", image).patient_name == "A^B"
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


def test_it_may_be_where_the_first_bytes_end(host: Host, with_vr: Callable[..., str]) -> None:
    for length in range(7_920, 8_100, 2):
        long = (0x00104000, "LT", b"x" * length)
        image = with_vr(0x001021B0, b"--", CT, (0x001021B0, "LT", b"text"), long, SERIES, SPACING)
        host.changed()
        assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)
        assert host.get("AdditionalPatientHistory", image) == "text"


@pytest.mark.parametrize("vrs", [(b"  ", b"--"), (b"--", b"--"), (b"\0\0", b"??")])
@pytest.mark.parametrize("ends", ["stated", "item undefined", "undefined"])
def test_no_element_of_an_item_may_have_one(
    host: Host,
    write_elements: Callable[..., str],
    encoded: Callable[..., bytes],
    vrs: tuple[bytes, bytes],
    ends: str,
) -> None:
    lut = [(0x00283002, struct.pack("<3H", 4, 0, 16)), (0x00283006, struct.pack("<4H", 1, 2, 3, 4))]
    heads = [encoded(tag, "US", value) for tag, value in lut]
    content = b"".join(head[:4] + vr + head[6:] for head, vr in zip(heads, vrs, strict=True))
    if ends == "stated":
        items = struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
    else:
        items = struct.pack("<HHI", 0xFFFE, 0xE000, 2**32 - 1) + content
        items += struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
    image = write_elements(CT, SERIES, SPACING, (0x00283010, "SQ", items))
    path = Path(image.removeprefix("dicomfile:"))
    if ends == "undefined":
        stated = struct.pack("<I", len(items)) + items
        undefined = b"\xff" * 4 + items + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
        path.write_bytes(path.read_bytes().replace(stated, undefined))
    (table,) = host.require("voiLutModule", image).voi_lut_sequence
    assert table.lut == (1, 2, 3, 4)
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


@pytest.mark.parametrize("vr", [b"  ", b"--", b"??", b"\0\0", b"ZZ"])
@pytest.mark.parametrize("undefined", [False, True])
def test_a_sequence_may_be_without_one(
    host: Host,
    write_elements: Callable[..., str],
    encoded: Callable[..., bytes],
    vr: bytes,
    undefined: bool,
) -> None:
    content = encoded(0x00080100, "SH", b"C ")
    items = struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
    image = write_elements(CT, SERIES, SPACING, (0x00283010, "SQ", items))
    path = Path(image.removeprefix("dicomfile:"))
    data = path.read_bytes()
    place = data.rindex(b"\x28\0\x10\x30SQ")
    if undefined:
        end = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
        data = data[: place + 8] + b"\xff" * 4 + data[place + 12 :] + end
    path.write_bytes(data[: place + 4] + vr + data[place + 6 :])
    (item,) = host.require("instance", image)["VOILUTSequence"]
    assert item["CodeValue"] == "C"
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


def test_two_in_a_row_that_are_not_alike(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(
        CT, (0x00100010, "PN", b"A^B "), (0x00100020, "LO", b"7 "), SERIES, SPACING
    )
    path = Path(image.removeprefix("dicomfile:"))
    data = path.read_bytes().replace(b"\x10\0\x10\0PN", b"\x10\0\x10\0  ")
    path.write_bytes(data.replace(b"\x10\0\x20\0LO", b"\x10\0\x20\0--"))
    assert host.require("patientModule", image).patient_name == "A^B"
    assert host.require("patientModule", image).patient_id == "7"
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


@pytest.mark.parametrize("zeros", [0, 1, 8, 10, 33])
def test_zeros_behind_the_last_element_are_padding(
    host: Host, with_vr: Callable[..., str], zeros: int
) -> None:
    image = with_vr(0x00280030, b"--", CT, SERIES, SPACING)
    path = Path(image.removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes() + bytes(zeros))
    assert host.require("imagePlaneModule", image).pixel_spacing == (0.5, 0.6)


@pytest.mark.parametrize("vr", [b"D\0", b"<\0", b"\x08\0"])
def test_what_leads_to_an_element_counts_before_what_leads_to_padding(
    host: Host, write_elements: Callable[..., str], vr: bytes
) -> None:
    """Taken for a length, the two bytes lead among the zeros at the end of the pixels."""
    image = write_elements(
        CT,
        SERIES,
        SPACING,
        (0x00280120, "OB", b"\7\0"),
        (0x00281050, "DS", b"40"),
        (0x7FE00010, "OW", bytes(200)),
    )
    path = Path(image.removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes().replace(b"\x28\0\x20\1OB", b"\x28\0\x20\1" + vr))
    assert host.get("WindowCenter", image) == (40.0,)
    assert host.get("PixelPaddingValue", image) == 7
