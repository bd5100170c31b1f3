"""A plain value is what the longer way makes of the same bytes; what is not plain is None."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_dicom.modules.plain import plain_values
from metaprov_dicom.modules.table import fitting
from metaprov_dicom.values.dictionary import ATTRIBUTES, Attribute
from metaprov_dicom.values.natural import natural

PLAIN = {
    (attribute.keyword, vr.decode()): plain
    for attribute in ATTRIBUTES.values()
    for vr, plain in plain_values(attribute).items()
    if vr
}
LIKE_NUMBERS = st.text(r"0123456789+-.eE_ \ ", max_size=40).map(str.encode)
LIKE_TEXTS = st.text("Az0^=\\ \0\x1b\n\t\xe4", max_size=20).map(lambda text: text.encode("latin-1"))
BYTES = st.binary(max_size=112) | LIKE_NUMBERS | LIKE_TEXTS


def longer_way(attribute: Attribute, vr: str, data: bytes) -> object:
    value = natural(attribute.tag, vr, data, lambda: ("iso8859",))
    return None if value is None else fitting(attribute)(value)


@pytest.mark.parametrize(("keyword", "vr"), PLAIN)
@given(data=BYTES)
def test_a_plain_value_is_what_the_longer_way_makes(keyword: str, vr: str, data: bytes) -> None:
    value = PLAIN[keyword, vr](data)
    if value is not None:
        expected = longer_way(ATTRIBUTES[keyword], vr, data)
        assert (value, type(value)) == (expected, type(expected))
        assert repr(value) == repr(expected)


@pytest.mark.parametrize(
    ("keyword", "vr", "data", "value"),
    [
        ("Rows", "US", b"\0\2", 512),
        ("ReferencePixelX0", "SL", b"\x30\xf8\xff\xff", -2000),
        ("SliceLocation", "DS", b"-75.7 ", -75.7),
        ("ImagePositionPatient", "DS", b"-158.1\\-179.0\\ 2 ", (-158.1, -179.0, 2.0)),
        ("InstanceNumber", "IS", b" 12 ", 12),
        ("SOPInstanceUID", "UI", b"1.2.3\0", "1.2.3"),
        ("ImageType", "CS", b"ORIGINAL\\PRIMARY ", ("ORIGINAL", "PRIMARY")),
        ("PatientName", "PN", b"Doe^Jane ", "Doe^Jane"),
    ],
)
def test_what_is_written_as_dicom_wants_it_is_plain(
    keyword: str, vr: str, data: bytes, value: object
) -> None:
    assert PLAIN[keyword, vr](data) == value


@pytest.mark.parametrize(
    ("keyword", "vr", "data"),
    [
        ("SliceLocation", "DS", b"1e999"),
        ("SliceLocation", "DS", b"1_0 "),
        ("ImagePositionPatient", "DS", b"1\\2 "),
        ("ImagePositionPatient", "DS", b"1\\\\3"),
        ("InstanceNumber", "IS", b"1.0 "),
        ("PatientName", "PN", b"A=B "),
        ("StudyDescription", "LO", b"Sch\xe4del"),
        ("StudyDescription", "LO", b"A\\B "),
        ("Rows", "US", b"\0\2\0\2"),
    ],
)
def test_what_needs_care_is_not_plain(keyword: str, vr: str, data: bytes) -> None:
    assert PLAIN[keyword, vr](data) is None


def test_where_the_file_does_not_say_the_vr_the_dictionary_must() -> None:
    assert b"" in plain_values(ATTRIBUTES["Rows"])
    assert b"" not in plain_values(ATTRIBUTES["LUTData"])


@pytest.mark.parametrize("vr", [b"US", b"SS", b""])
def test_where_the_sign_of_the_pixels_decides_what_is_plain_has_none(vr: bytes) -> None:
    plain = plain_values(ATTRIBUTES["PixelPaddingValue"])[vr]
    assert plain(b"\xff\x7f") == 32767
    assert plain(b"\0\x80") is None
    assert plain(b"\0\0\0\0") is None
