"""The instance: what its keys and values are."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydicom import Dataset
from pydicom.data import get_testdata_file
from pydicom.sequence import Sequence

from metaprov_core import MetadataReadError
from metaprov_dicom import INSTANCE

if TYPE_CHECKING:
    from metaprov_core import Host

Element = tuple[int, str, bytes]

SOP_CLASS = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2")
ROWS = (0x00280010, "US", b"\1\0")


def test_attributes_are_found_by_keyword_and_by_the_hex_digits_of_any_tag(
    host: Host, write: Callable[..., str]
) -> None:
    instance = host.require(INSTANCE, write(Rows=512))
    assert instance["Rows"] == instance["00280010"] == 512
    assert "Rows" in instance
    assert "00280010" in instance


@pytest.mark.parametrize("key", ["Columns", "00280011", "NoSuchKeyword", "", 0x00280010, None])
def test_what_is_not_there_is_a_key_error(
    host: Host, write: Callable[..., str], key: object
) -> None:
    instance = host.require(INSTANCE, write(Rows=512))
    assert key not in instance
    if isinstance(key, str):
        with pytest.raises(KeyError):
            instance[key]
        assert instance.get(key) is None


def test_private_unknown_and_repeating_attributes_have_hex_digits_for_a_key(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(
        SOP_CLASS,
        (0x00090010, "LO", b"ACME"),
        (0x0009100A, "LO", b"secret"),
        (0x00281FFE, "LO", b"unknown"),
        (0x60020010, "US", struct.pack("<H", 7)),
    )
    instance = host.require(INSTANCE, image)
    assert list(instance)[-4:] == ["00090010", "0009100A", "00281FFE", "60020010"]
    assert instance["0009100a"] == "secret"
    assert instance["60020010"] == 7


def test_keys_are_in_the_order_of_the_tags(host: Host) -> None:
    instance = host.require(INSTANCE, get_testdata_file("CT_small.dcm", download=False))
    hex_digits = [f"{_tag(key):08X}" for key in instance]
    assert hex_digits == sorted(hex_digits)


def test_group_lengths_meta_information_and_pixel_data_are_left_out(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(
        (0x00080000, "UL", struct.pack("<I", 30)),
        SOP_CLASS,
        (0x7FE00010, "OW", b"1234"),
        (0xFFFCFFFC, "OB", b"12"),
    )
    assert list(host.require(INSTANCE, image)) == ["TransferSyntaxUID", "SOPClassUID"]


def test_an_instance_cannot_be_changed(host: Host, write: Callable[..., str]) -> None:
    instance = host.require(INSTANCE, write(Rows=512))
    with pytest.raises(TypeError):
        instance["Rows"] = 1  # type: ignore[index]  # that is the point
    with pytest.raises(AttributeError):
        instance.Rows = 1  # type: ignore[attr-defined]  # that is the point


def test_equal_headers_are_equal_instances(host: Host, write: Callable[..., str]) -> None:
    first = write("a.dcm", SOPInstanceUID="1.2", Rows=1)
    second = write("b.dcm", SOPInstanceUID="1.2", Rows=1)
    other = write("c.dcm", SOPInstanceUID="1.2", Rows=2)
    assert host.get(INSTANCE, first) == host.get(INSTANCE, second)
    assert host.get(INSTANCE, first) != host.get(INSTANCE, other)


@pytest.mark.parametrize(
    ("element", "value"),
    [
        # the multiplicity of the dictionary decides between a scalar and a tuple
        ((0x00280010, "US", b"\0\2"), 512),
        ((0x00281050, "DS", b"40"), (40.0,)),
        ((0x00281050, "DS", b"40\\400 "), (40.0, 400.0)),
        ((0x0008103E, "LO", b"a\\b"), ("a", "b")),
        # private and unknown attributes: the count
        ((0x00091001, "DS", b"40"), 40.0),
        ((0x00091001, "DS", b"40\\50"), (40.0, 50.0)),
        # empty
        ((0x00280010, "US", b""), None),
        ((0x00281050, "DS", b""), None),
        ((0x00281050, "DS", b"  "), None),
        ((0x00281050, "DS", b"40\\\\50"), (40.0, None, 50.0)),
        ((0x00082112, "SQ", b""), ()),
        # numbers
        ((0x00180050, "DS", b" 2.5 "), 2.5),
        ((0x00180050, "DS", b"1e-3"), 0.001),
        ((0x00180050, "DS", b"thin"), None),
        ((0x00180050, "DS", b"1,5"), None),
        ((0x00180050, "DS", b"1_0"), None),
        ((0x00180050, "DS", b"nan"), None),
        ((0x00180050, "DS", b"-inf"), None),
        ((0x00200013, "IS", b"+7"), 7),
        ((0x00200013, "IS", b"1.0"), 1),
        ((0x00200013, "IS", b"1.5"), 1.5),
        ((0x00200013, "IS", b"1A"), None),
        ((0x00200013, "IS", b"123456789012345678901234567890"), 123456789012345678901234567890),
        ((0x00186048, "FL", struct.pack("<f", float("nan"))), None),
        ((0x00186048, "FD", struct.pack("<d", 1.5)), 1.5),
        ((0x00186048, "FD", b"\0\0\0\0"), None),
        ((0x00080001, "SV", struct.pack("<q", -5)), -5),
        ((0x00080001, "UV", struct.pack("<Q", 2**63)), 2**63),
        # strings
        ((0x00080022, "DA", b"20240131"), "20240131"),
        ((0x00080032, "TM", b"101010.500 "), "101010.500"),
        ((0x00101010, "AS", b"045Y"), "045Y"),
        ((0x0020000D, "UI", b"1.2.3\0"), "1.2.3"),
        ((0x00080060, "CS", b" CT "), "CT"),
        ((0x00080080, "LO", b"  General  "), "General"),
        ((0x00102000, "LO", b"one \\ two"), ("one", "two")),
        ((0x00104000, "LT", b"  a\\b  "), "  a\\b"),
        ((0x00081190, "UR", b"http://a/b\\c "), "http://a/b\\c"),
        ((0x00100010, "PN", b"Doe^Ann="), "Doe^Ann"),
        ((0x00100010, "PN", b"Doe^Ann ==Doe "), "Doe^Ann==Doe"),
        ((0x00280009, "AT", b"\x18\0\x63\x10"), ("00181063",)),
        # bytes
        ((0x00282000, "OB", b"\1\2\3\4"), b"\1\2\3\4"),
        ((0x00091001, "UN", b"\1\2"), b"\1\2"),
        # an unknown attribute of a public tag that is known: by the dictionary
        ((0x00180050, "UN", b"2.5 "), 2.5),
        ((0x00280010, "UN", b"\0\2"), 512),
        # a VR that does not exist: the dictionary's
        ((0x00080060, "ZZ", b"CT"), "CT"),
    ],
)  # fmt: skip
def test_natural_values(
    host: Host, write_elements: Callable[..., str], element: Element, value: object
) -> None:
    instance = host.require(INSTANCE, write_elements(SOP_CLASS, element))
    answer = instance[f"{element[0]:08X}"]
    assert answer == value
    assert type(answer) is type(value)


def test_what_is_no_number_is_said_in_a_note(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(SOP_CLASS, (0x00180050, "DS", b"thin"), ROWS)
    for _ in range(2):
        host.clear("imagePlaneModule")
        assert "SliceThickness (0018,0050): 'thin' is not a finite number" in str(
            host.explain("imagePlaneModule", image, all=True)
        )


def test_items_of_sequences_are_instances(
    host: Host, write: Callable[..., str], item: Callable[..., Dataset]
) -> None:
    code = item(CodeValue="T-1", PurposeOfReferenceCodeSequence=Sequence([Dataset()]))
    instance = host.require(INSTANCE, write(AnatomicRegionSequence=[code]))
    (region,) = instance["AnatomicRegionSequence"]
    assert isinstance(region, Mapping)
    assert region["CodeValue"] == "T-1"
    assert region["PurposeOfReferenceCodeSequence"] == ({},)


@pytest.mark.parametrize("undefined_length", [False, True])
def test_an_item_has_the_character_set_that_it_names_else_that_of_the_root(
    host: Host, write: Callable[..., str], item: Callable[..., Dataset], undefined_length: bool
) -> None:
    own = item(SpecificCharacterSet="ISO_IR 100", CodeMeaning="Füße")
    inherited = item(CodeMeaning="Füße")
    sequence = Sequence([own, inherited])
    sequence.is_undefined_length = undefined_length
    image = write(
        SpecificCharacterSet="ISO_IR 192", PatientName="Müller", AnatomicRegionSequence=sequence
    )
    instance = host.require(INSTANCE, image)
    assert instance["PatientName"] == "Müller"
    assert [item["CodeMeaning"] for item in instance["AnatomicRegionSequence"]] == ["Füße", "Füße"]


def test_words_of_a_big_endian_file_are_little_endian_bytes(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(
        SOP_CLASS,
        (0x00280010, "US", struct.pack(">H", 512)),
        (0x00281201, "OW", b"\1\2\3\4"),
        (0x00660016, "OF", b"\1\2\3\4"),
        (0x7FE00001, "OV", b"\1\2\3\4\5\6\7\x08"),
        byte_order=">",
    )
    instance = host.require(INSTANCE, image)
    assert instance["Rows"] == 512
    assert instance["RedPaletteColorLookupTableData"] == b"\2\1\4\3"
    assert instance["PointCoordinatesData"] == b"\4\3\2\1"
    assert instance["ExtendedOffsetTable"] == b"\x08\7\6\5\4\3\2\1"


def test_private_attributes_of_implicit_vr_have_the_vr_of_their_creator(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(
        (0x00080016, None, SOP_CLASS[2]),
        (0x70530010, None, b"Philips PET Private Group "),
        (0x70531000, None, b"0.0005"),
        (0x70551000, None, b"0.0005"),
    )
    instance = host.require(INSTANCE, image)
    assert instance["70531000"] == 0.0005
    assert instance["70551000"] == b"0.0005"


def test_a_value_that_is_cut_is_an_error(host: Host, write_elements: Callable[..., str]) -> None:
    image = write_elements(SOP_CLASS, (0x00280010, "US", b"\0\2"), (0x00280030, "DS", b"0.5\\0.5 "))
    path = image.removeprefix("dicomfile:")
    with Path(path).open("rb+") as file:
        file.truncate(file.seek(0, 2) - 3)
    instance = host.require(INSTANCE, image)
    assert instance["Rows"] == 512
    with pytest.raises(MetadataReadError, match=r"ends inside PixelSpacing \(0028,0030\)"):
        instance["PixelSpacing"]


def test_a_sequence_that_is_not_made_of_items_is_empty(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(SOP_CLASS, (0x00082112, "SQ", b"junk"))
    assert host.require(INSTANCE, image)["SourceImageSequence"] == ()


def test_sequences_without_end_are_cut_short(
    host: Host, write_elements: Callable[..., str]
) -> None:
    undefined = 2**32 - 1
    item = struct.pack("<HHI", 0xFFFE, 0xE000, undefined)
    opening = struct.pack("<HH2sHI", 0x0008, 0x2112, b"SQ", 0, undefined) + item
    image = write_elements(SOP_CLASS, (0x00082112, "SQ", item + opening * 5000))
    assert host.require(INSTANCE, image)["SourceImageSequence"] == ()


def test_the_sign_within_a_sequence_is_that_of_the_nearest_pixel_representation(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes]
) -> None:
    padding = encoded(0x00280120, None, struct.pack("<h", -2000))
    unsigned = encoded(0x00280103, None, b"\0\0") + padding
    items = b"".join(
        struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
        for content in (padding, unsigned)
    )
    image = write_elements(
        (0x00080016, None, SOP_CLASS[2]), (0x00082112, None, items), (0x00280103, None, b"\1\0")
    )
    inherited, own = host.require(INSTANCE, image)["SourceImageSequence"]
    assert (inherited["PixelPaddingValue"], own["PixelPaddingValue"]) == (-2000, 63536)


def test_pixel_data_of_an_item_is_left_out(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes]
) -> None:
    content = encoded(0x00280010, "US", b"\1\0") + encoded(0x7FE00010, "OW", b"1234")
    sequence = struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
    image = write_elements(SOP_CLASS, (0x00880200, "SQ", sequence))
    (icon,) = host.require(INSTANCE, image)["IconImageSequence"]
    assert dict(icon) == {"Rows": 1}


def _tag(key: str) -> int:
    from pydicom.datadict import tag_for_keyword

    tag = tag_for_keyword(key)
    return int(key, 16) if tag is None else tag
