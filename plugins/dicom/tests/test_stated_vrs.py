"""Headers that state another VR than the dictionary's: the attribute is what it is nevertheless.

Before, a PixelSpacing stated as UT (a GE 7T MR, pydicom#828) was a text of no plane.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from metaprov_dicom import IMAGE_PLANE, INSTANCE, PATIENT
from metaprov_dicom.values.stated_vrs import vr_where_stated

if TYPE_CHECKING:
    from metaprov_core import Host
    from metaprov_dicom.instance.instance import Instance

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

Element = tuple[int, str, bytes]
Routes = Callable[..., dict[str, "Instance"]]

TEXTS = ("AE", "AS", "CS", "LO", "LT", "SH", "ST", "UC", "UR", "UT", "UI", "PN")
BYTES = ("OB", "OW", "UN", "OD", "OF", "OL", "OV")
CT = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2")
SPACING = (0x00280030, b"0.5\\0.25")
ITEM = b"\xfe\xff\0\xe0\x0e\0\0\0\x08\0\0\x01SH\6\0T-1234"


@pytest.mark.parametrize("vr", [*TEXTS, *BYTES])
def test_decimals_are_numbers_whatever_vr_is_stated(by_every_route: Routes, vr: str) -> None:
    tag, data = SPACING
    for route, instance in by_every_route((tag, vr, data)).items():
        assert instance["PixelSpacing"] == (0.5, 0.25), route


@pytest.mark.parametrize(
    ("tag", "vr", "data", "value"),
    [
        # numbers in text: the kind of the dictionary's, whole or not
        (0x00200013, "LO", b"7 ", 7),
        (0x00200013, "DS", b"7.0 ", 7),
        (0x00180050, "IS", b"3 ", 3.0),
        (0x00281050, "UT", b"40\\400", (40.0, 400.0)),
        (0x00281050, "SH", b"40", (40.0,)),
        (0x00180050, "UT", b"", None),
        # texts
        (0x00080060, "OB", b"CT", "CT"),
        (0x00100010, "OW", b"Doe^Ann=", "Doe^Ann"),
        (0x0020000D, "LO", b"1.2.3\0", "1.2.3"),
        (0x00080008, "LT", b"ORIGINAL\\PRIMARY", ("ORIGINAL", "PRIMARY")),
        (0x00080008, "UT", b"ORIGINAL\\PRIMARY", ("ORIGINAL", "PRIMARY")),
        (0x00104000, "LO", b"one\\two ", "one\\two"),
        # binary numbers as bytes
        (0x00280010, "OB", b"\0\2", 512),
        (0x00280010, "OW", b"\0\2", 512),
        (0x00189352, "OB", struct.pack("<3f", 1, 1.5, 2), (1.0, 1.5, 2.0)),
        (0x0018602C, "OD", struct.pack("<d", 1.5), 1.5),
        (0x0018602C, "OF", struct.pack("<f", 1.5), 1.5),
        (0x00280009, "OB", b"\x18\0\x63\x10", ("00181063",)),
        # binary numbers as text
        (0x00280010, "IS", b"512 ", 512),
        (0x00280010, "LO", b"512 ", 512),
        (0x0018602C, "DS", b"0.25", 0.25),
        (0x00280009, "LO", b"0018106a", ("0018106A",)),
        (0x00281101, "LO", b"-25536\\0\\16 ", (40000, 0, 16)),
        # binary numbers of another size, or for numbers in text: as they are stated
        (0x00280030, "FD", struct.pack("<2d", 0.5, 0.25), (0.5, 0.25)),
        (0x00280010, "UL", b"\0\2\0\0", 512),
        (0x00200013, "US", b"\7\0", 7),
        # where the dictionary has several
        (0x00283002, "SS", b"\4\0\0\xff\x10\0", (4, -256, 16)),
        # bytes of bytes, and what is private or unknown: as it is stated
        (0x00281201, "OB", b"\1\2", b"\1\2"),
        (0x00091030, "UT", b"0.5\\0.25", "0.5\\0.25"),
        (0x00281FFE, "LO", b"7", "7"),
    ],
)
def test_the_attribute_decides_and_not_the_vr(
    by_every_route: Routes, tag: int, vr: str, data: bytes, value: object
) -> None:
    for route, instance in by_every_route((tag, vr, data)).items():
        answer = instance[f"{tag:08X}"]
        assert answer == value, route
        assert type(answer) is type(value), route


def test_a_text_is_as_it_was_written(by_every_route: Routes) -> None:
    instances = by_every_route((0x00100020, "DS", b"0007"))
    for route in ("file", "bytes in a Dataset", "decoded Dataset"):
        assert instances[route]["PatientID"] == "0007"


def test_a_text_is_one_under_a_vr_of_numbers(by_every_route: Routes) -> None:
    for route, instance in by_every_route((0x00080060, "IS", b"CT"), decodes=False).items():
        assert instance["Modality"] == "CT", route


def test_binary_numbers_under_a_text_are_binary_where_they_are_no_text(
    by_every_route: Routes,
) -> None:
    # What pydicom has decoded, and DICOM JSON, have no bytes any more.
    instances = by_every_route((0x00280010, "LO", b"\0\2"), (0x00280009, "LO", b"\x18\0\x63\x10"))
    for route in ("file", "bytes in a Dataset"):
        assert instances[route]["Rows"] == 512
        assert instances[route]["FrameIncrementPointer"] == ("00181063",)


@pytest.mark.parametrize("vr", ["OB", "OW", "UN", "SQ"])
def test_a_sequence_is_one_whatever_bytes_it_is_stated_to_be(
    by_every_route: Routes, vr: str
) -> None:
    for route, instance in by_every_route((0x00082112, vr, ITEM)).items():
        assert instance["SourceImageSequence"] == ({"CodeValue": "T-1234"},), route


def test_what_ends_by_a_delimiter_is_a_sequence(
    host: Host, write_elements: Callable[..., str]
) -> None:
    # PS3.5 6.2.2: an element of UN without a length has items, whatever it should be.
    path = Path(write_elements(CT, (0x00280030, "UN", ITEM)).removeprefix("dicomfile:"))
    end = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    stated = struct.pack("<I", len(ITEM)) + ITEM
    path.write_bytes(path.read_bytes().replace(stated, b"\xff" * 4 + ITEM + end))
    assert host.require(INSTANCE, str(path))["PixelSpacing"] == ({"CodeValue": "T-1234"},)


def test_texts_keep_their_character_set_under_a_vr_that_has_one(by_every_route: Routes) -> None:
    elements = (
        (0x00080005, "CS", b"ISO_IR 192"),
        (0x00080008, "LT", "ORIGINAL\\Kälte".encode()),
        (0x00100010, "UT", "Müller^Ann".encode()),
        (0x00100020, "CS", "Nr. ä".encode()),
    )
    for route, instance in by_every_route(*elements).items():
        assert instance["ImageType"] == ("ORIGINAL", "Kälte"), route
        assert instance["PatientName"] == "Müller^Ann", route
        if route in ("file", "bytes in a Dataset"):
            assert instance["PatientID"] == "Nr. ä"


def test_the_modules_follow(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2"),
        (0x00100010, "OB", b"Doe^Ann "),
        (0x00180050, "FD", struct.pack("<d", 2.5)),
        (0x00200032, "LO", b"-1.5\\2\\3 "),
        (0x00280010, "LO", b"512 "),
        (0x00280030, "UT", b"2.5\\2.5 "),
    )
    plane = host.require(IMAGE_PLANE, image)
    assert plane.pixel_spacing == (2.5, 2.5)
    assert plane.row_pixel_spacing == 2.5
    assert plane.image_position_patient == (-1.5, 2.0, 3.0)
    assert plane.slice_thickness == 2.5
    assert plane.rows == 512
    assert host.require(PATIENT, image).patient_name == "Doe^Ann"


@pytest.mark.parametrize(
    ("tag", "stated", "vr"),
    [
        (0x00280030, None, "DS"),
        (0x00280030, "??", "DS"),
        (0x00283006, "OW", "OW"),
        (0x00283006, "UN", "US or OW"),
        (0x00082112, "OB", "SQ"),
        (0x00082112, "UT", "UT"),
        (0x00280030, "SQ", "SQ"),
        (0x60003000, "OB", "OB"),
        (0x60000010, "IS", "US as text"),
        (0x00091001, None, None),
        (0x00091001, "UN", None),
        (0x00091001, "IS", "IS"),
    ],
)
def test_which_vr_counts(tag: int, stated: str | None, vr: str | None) -> None:
    assert vr_where_stated(tag, stated) == vr
