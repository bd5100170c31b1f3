"""DICOM JSON: its values are those of a file, and it can be wrong in more ways."""

from __future__ import annotations

import base64
import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_core import Host
from metaprov_dicom import INSTANCE, Instance, instance_from_json
from metaprov_dicom.modules import MODULES
from metaprov_dicom.plugins.added import AddedInstances
from metaprov_dicom.plugins.modules import DicomModules


def one(vr: str, *values: Any, tag: str = "00091001") -> Any:
    """The natural value of an attribute, a private one unless it is another tag."""
    return instance_from_json({tag: {"vr": vr, "Value": list(values)}})[tag]


@pytest.mark.parametrize(
    ("element", "value"),
    [
        # the multiplicity of the dictionary decides between a scalar and a tuple
        (("00280010", "US", [512]), 512),
        (("00281050", "DS", [40]), (40.0,)),
        (("00281050", "DS", [40, 400]), (40.0, 400.0)),
        (("0008103E", "LO", ["a", "b"]), ("a", "b")),
        (("00091001", "DS", [40]), 40.0),
        (("00091001", "DS", [40, 50.5]), (40.0, 50.5)),
        # empty
        (("00280010", "US", []), None),
        (("00280010", "US", [None]), None),
        (("00281050", "DS", [40, None, ""]), (40.0, None, None)),
        (("00082112", "SQ", []), ()),
        (("00082112", "SQ", [{}, None]), ({}, {})),
        # numbers, as numbers and as text
        (("00180050", "DS", [2.5]), 2.5),
        (("00180050", "DS", [3]), 3.0),
        (("00180050", "DS", [" 2.5 "]), 2.5),
        (("00180050", "DS", ["1_0"]), None),
        (("00180050", "DS", ["thin"]), None),
        (("00180050", "DS", [math.nan]), None),
        (("00180050", "DS", [True]), None),
        (("00200013", "IS", [7]), 7),
        (("00200013", "IS", ["1.0"]), 1),
        (("00200013", "IS", [1.0]), 1),
        (("00200013", "IS", [1.5]), 1.5),
        (("00280010", "US", ["512"]), 512),
        (("00280010", "US", [512.0]), 512),
        (("00280010", "US", [[1]]), None),
        (("00080001", "UV", ["18446744073709551615"]), 2**64 - 1),
        (("00186048", "FD", [1]), 1.0),
        (("00186048", "FD", ["NaN"]), None),
        (("00281101", "SS", [-25536, 0, 16]), (40000, 0, 16)),
        (("00280120", "US or SS", [-2000]), -2000),
        # strings
        (("00080060", "CS", [" CT "]), "CT"),
        (("0020000D", "UI", ["1.2.3\0"]), "1.2.3"),
        (("00104000", "LT", ["  a\\b  "]), "  a\\b"),
        (("00102000", "LO", ["one\\two"]), ("one", "two")),
        (("00080050", "SH", [12]), "12"),
        (("00280009", "AT", ["0018106a"]), ("0018106A",)),
        (("00280009", "AT", ["elsewhere"]), None),
        # person names
        (("00100010", "PN", [{"Alphabetic": "Doe^Ann"}]), "Doe^Ann"),
        (
            ("00100010", "PN", [{"Alphabetic": "Yamada ", "Phonetic": "やまだ"}]),
            "Yamada==やまだ",
        ),
        (("00100010", "PN", [{"Ideographic": "山田", "Alphabetic": None}]), "=山田"),
        (("00100010", "PN", [{}]), None),
        (("00100010", "PN", ["Doe^Ann="]), "Doe^Ann"),
        # a VR that says nothing: the dictionary's
        (("00080060", "UN", ["CT"]), "CT"),
        (("00180050", "??", ["2.5"]), 2.5),
        # bytes have no values
        (("00282000", "OB", ["AQID"]), None),
    ],
)  # fmt: skip
def test_natural_values(element: tuple[str, str, list[Any]], value: object) -> None:
    tag, vr, values = element
    answer = one(vr, *values, tag=tag)
    assert answer == value
    assert type(answer) is type(value)


@pytest.mark.parametrize("empty", [{"vr": "DS"}, {"vr": "DS", "Value": None}, {}])
def test_an_element_without_value_is_empty(empty: dict[str, Any]) -> None:
    instance = instance_from_json({"00180050": empty})
    assert "SliceThickness" in instance
    assert instance["SliceThickness"] is None


def test_an_empty_sequence_has_no_items() -> None:
    assert instance_from_json({"00082112": {"vr": "SQ"}})["SourceImageSequence"] == ()


def test_the_case_of_a_tag_does_not_matter() -> None:
    instance = instance_from_json({"0020000d": {"vr": "UI", "Value": ["1.2"]}})
    assert list(instance) == ["StudyInstanceUID"]
    assert instance["0020000D"] == instance["0020000d"] == "1.2"


def test_keys_are_in_the_order_of_the_tags_and_some_are_left_out() -> None:
    tags = ("7FE00010", "00280010", "00020010", "00020000", "00080000", "00020002", "FFFCFFFC")
    instance = instance_from_json({tag: {"vr": "US", "Value": [1]} for tag in tags})
    assert list(instance) == ["TransferSyntaxUID", "Rows"]


def test_the_list_around_an_image_makes_no_difference() -> None:
    image = {"00280010": {"vr": "US", "Value": [1]}}
    assert instance_from_json([image]) == instance_from_json(image)


# bytes


def inline(tag: str, vr: str, data: bytes) -> Any:
    text = base64.b64encode(data).decode()
    return instance_from_json({tag: {"vr": vr, "InlineBinary": text}})[tag]


@pytest.mark.parametrize(
    ("tag", "vr", "data", "value"),
    [
        ("00282000", "OB", b"\1\2\3\4", b"\1\2\3\4"),
        ("00282000", "OB", b"", None),
        ("00091001", "UN", b"\1\2", b"\1\2"),
        ("00180050", "UN", b"2.5 ", 2.5),
        ("00280010", "UN", struct.pack("<H", 512), 512),
        ("00281201", "OW", b"\1\2", b"\1\2"),
        ("00082112", "UN", b"\xfe\xff\x00\xe0\x0a\0\0\0\x28\0\x10\0\2\0\0\0\7\0", ({"Rows": 7},)),
    ],
)
def test_bytes_are_in_base64(tag: str, vr: str, data: bytes, value: object) -> None:
    assert inline(tag, vr, data) == value


@pytest.mark.parametrize("text", ["A", "?", 7, "\u00e9"])
def test_what_is_no_base64_is_none(text: object) -> None:
    instance = instance_from_json({"00282000": {"vr": "OB", "InlineBinary": text}})
    assert instance["ICCProfile"] is None


ELSEWHERE = {
    "00281201": {"vr": "OW", "BulkDataURI": "https://pacs/bulk/1"},
    "00180050": {"vr": "DS", "BulkDataURI": "https://pacs/bulk/2"},
    "00082112": {"vr": "SQ", "Value": [{"00282000": {"vr": "OB", "BulkDataURI": "bulk/3"}}]},
}


def test_bulk_data_that_nobody_fetches_is_none_with_a_note(host: Host) -> None:
    host.add(INSTANCE, "demo:1", ELSEWHERE)
    instance = host.require(INSTANCE, "demo:1")
    assert instance["RedPaletteColorLookupTableData"] is None
    assert instance["SliceThickness"] is None
    (row, *_) = [row for row in host.explain("imagePlaneModule", "demo:1").rows if row.notes]
    assert row.notes == ("SliceThickness (0018,0050) is not here but at https://pacs/bulk/2",)


def test_bulk_data_is_fetched_when_it_is_asked_for() -> None:
    fetched = []

    def fetch(uri: str) -> bytes | None:
        fetched.append(uri)
        return {"https://pacs/bulk/1": b"\1\2", "bulk/3": b"icc"}.get(uri)

    instance = instance_from_json(ELSEWHERE, fetch)
    assert fetched == []
    assert instance["RedPaletteColorLookupTableData"] == b"\1\2"
    assert instance["RedPaletteColorLookupTableData"] == b"\1\2"
    assert fetched == ["https://pacs/bulk/1"]
    assert instance["SliceThickness"] is None
    (item,) = instance["SourceImageSequence"]
    assert item["ICCProfile"] == b"icc"


# text of pydicom and json modules: what comes out is what went in

numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(numbers, min_size=2))
def test_a_decimal_keeps_its_value_as_number_and_as_text(values: list[float]) -> None:
    through_json = json.loads(json.dumps(values))
    assert one("DS", *through_json) == tuple(values)
    assert one("DS", *map(repr, values)) == tuple(values)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_whole_number_keeps_its_value_as_number_and_as_text(value: int) -> None:
    assert one("SV", value) == one("SV", str(value)) == one("IS", value) == value


@given(st.binary(min_size=1))
def test_bytes_keep_their_value(data: bytes) -> None:
    assert inline("00091001", "OB", data) == data


# whatever is sent

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
TAGS = ("00080060", "00100010", "00180050", "00200032", "00200037", "00280008", "00280010",
        "00280030", "00281050", "00283010", "00540016", "00186011", "52009229", "52009230",
        "60003000", "60000010", "00091001", "0008002A")  # fmt: skip
VRS = ("CS", "DS", "IS", "US", "SQ", "PN", "AT", "OB", "UN", "FD", "UI", "LT", "XX", "")


def elements(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    element = st.fixed_dictionaries(
        {"vr": st.sampled_from(VRS)},
        optional={
            "Value": st.lists(values, max_size=3),
            "InlineBinary": scalars,
            "BulkDataURI": scalars,
        },
    )
    return st.dictionaries(st.sampled_from(TAGS), element, min_size=1, max_size=8)


whatever = elements(
    scalars
    | st.dictionaries(st.sampled_from(["Alphabetic", "Phonetic"]), scalars)
    | elements(scalars | elements(scalars))
)


@given(whatever)
def test_whatever_is_sent_is_a_value_or_none(json: dict[str, Any]) -> None:
    instance = instance_from_json(json)
    everything = list(instance.items())
    assert all(value is None or isinstance(value, str | int | float | bytes | tuple)
               for _, value in everything)  # fmt: skip


@given(whatever)
def test_whatever_can_be_added_has_modules_or_none(json: dict[str, Any]) -> None:
    host = Host()
    host.register(AddedInstances())
    host.register(DicomModules())
    try:
        host.add(INSTANCE, "demo:1", json)
    except (TypeError, ValueError):
        assert host.get(INSTANCE, "demo:1") is None
        return
    assert isinstance(host.get(INSTANCE, "demo:1"), Instance)
    for type, derive in MODULES.items():
        module = host.get(type, "demo:1")
        assert module is None or isinstance(module, type.answer_class or object), derive
