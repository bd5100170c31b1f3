"""DICOM JSON made of a header: what pydicom makes of it, and the same instance when it is read."""

from __future__ import annotations

import json
import logging
import struct
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.dataelem import DataElement

from metaprov_core import MetadataReadError
from metaprov_core.hooks.notes import collect_notes
from metaprov_dicom import (
    BulkValue,
    Instance,
    dicom_json,
    instance_from_encoded_json,
    instance_from_json,
    instance_of_frame,
)
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.file.reader import read_instance
from metaprov_dicom.json_model.writing import KNOWN_JSON
from metaprov_dicom.values.vr import BINARY_NUMBERS, TELLING

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

BIG_ENDIAN = "1.2.840.10008.1.2.2"


class NoMore:
    """The source of encoded JSON that has nothing more."""

    def bulk_data(self, uri: str) -> bytes | None:
        return None

    def more(self, tag: int | None) -> bytes | None:
        return None

    def acknowledge(self, tag: int | None) -> None:
        pass


def written(instance: Instance, **options: Any) -> dict[str, Any]:
    """The DICOM JSON, made twice: what was encoded before is remembered."""
    encoded = dicom_json(instance, **options)
    assert dicom_json(instance.anew(), **options) == encoded
    decoded = json.loads(encoded)
    assert list(decoded) == sorted(decoded)
    return decoded


def read(id: str) -> Instance:
    return read_instance(id.removeprefix("dicomfile:"))


def values_of(instance: Instance) -> dict[str, Any]:
    """All values, but for what no DICOM JSON has."""
    return {key: value for key, value in instance.items() if key != "TransferSyntaxUID"}


def same(one: Any, other: Any) -> bool:
    """Whether two instances have the same values, of the same kinds."""
    if isinstance(one, Instance) and isinstance(other, Instance):
        one, other = values_of(one), values_of(other)
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def whole(path: Path) -> Instance | None:
    """The instance of a file that is DICOM and not cut off."""
    try:
        instance = read_instance(str(path))
        dicom_json(instance)
    except MetadataReadError:
        return None
    return instance


# -- the JSON of real headers


def test_it_is_what_pydicom_makes_of_the_header(file_of_pydicom: Path) -> None:
    instance = whole(file_of_pydicom)
    if instance is None:
        return
    dataset = dcmread(file_of_pydicom, stop_before_pixels=True, force=True)
    logging.getLogger("pydicom").disabled = True
    try:
        theirs = json.loads(json.dumps(dataset.to_json_dict(suppress_invalid_tags=True)))
    finally:
        logging.getLogger("pydicom").disabled = False
    is_big_endian = instance.get("TransferSyntaxUID") == BIG_ENDIAN

    compare(written(instance), theirs, is_big_endian, file_of_pydicom.name)


#: Elements that pydicom leaves out, for they have a value that it does not accept: an IS of 1A, a
#: UID that is a hash, and sequences with such a value in them.
INVALID = {
    "badVR.dcm": {"00280008", "300C0002"},
    "bad_sequence.dcm": {"00080018", "0020000D", "0020000E", "00200010"},
    "rtdose.dcm": {"300C0002"},
    "rtdose_1frame.dcm": {"300C0002"},
    "rtdose_expb.dcm": {"300C0002"},
    "rtdose_expb_1frame.dcm": {"300C0002"},
    "rtdose_rle.dcm": {"300C0002"},
    "rtdose_rle_1frame.dcm": {"300C0002"},
}


def compare(ours: Any, theirs: Any, is_big_endian: bool, name: str) -> None:
    # No group length is in DICOM JSON (F.2.2), and no pixel data in an instance: icons have some.
    theirs = {key: e for key, e in theirs.items() if key[4:] != "0000" and key != "7FE00010"}
    assert ours.keys() - theirs.keys() == INVALID.get(name, set())
    assert theirs.keys() <= ours.keys()
    for key, expected in theirs.items():
        element = ours[key]
        assert element["vr"] == expected["vr"], key
        if element["vr"] == "SQ":
            # An empty one has no Value (F.2.5).
            assert element.get("Value") != []
            items, expected_items = element.get("Value", []), expected["Value"]
            assert len(items) == len(expected_items)
            for item, expected_item in zip(items, expected_items, strict=True):
                compare(item, expected_item, is_big_endian, "an item")
        elif element["vr"] == "OW" and is_big_endian:
            # pydicom leaves words as they are in the file.
            words = b64decode(element["InlineBinary"])
            count = len(words) // 2
            assert struct.pack(f">{count}H", *struct.unpack(f"<{count}H", words)) == b64decode(
                expected["InlineBinary"]
            )
        else:
            assert element == trimmed(expected), key


def trimmed(element: dict[str, Any]) -> dict[str, Any]:
    """Of values between others pydicom keeps the padding, and an empty one is null (F.2.5)."""
    if "Value" not in element:
        return element
    values = [v.strip(" ") or None if isinstance(v, str) else v for v in element["Value"]]
    return {**element, "Value": values}


def test_an_instance_of_it_has_the_same_values(file_of_pydicom: Path) -> None:
    instance = whole(file_of_pydicom)
    if instance is None:
        return
    encoded = dicom_json(instance)

    assert same(instance_from_json(json.loads(encoded)), instance)
    assert same(instance_from_encoded_json(encoded, NoMore()), instance)


def test_every_source_has_the_same(file_of_pydicom: Path) -> None:
    instance = whole(file_of_pydicom)
    if instance is None:
        return
    expected = written(instance)

    raw = dcmread(file_of_pydicom, stop_before_pixels=True, force=True)
    assert written(Instance(DatasetElements(raw))) == expected
    assert written(instance_from_json(expected)) == expected
    assert written(instance_from_encoded_json(dicom_json(instance), NoMore())) == expected


def test_a_frame_has_what_one_sees_of_it(file_of_pydicom: Path) -> None:
    image = whole(file_of_pydicom)
    if image is None:
        return
    frame = instance_of_frame(image, 1)

    assert same(instance_from_json(json.loads(dicom_json(frame))), frame)


# -- values


def value_of(write: Callable[..., str], *element: Any) -> Any:
    """The object of the JSON for an element of a file."""
    (one,) = written(read(write(element))).values()
    return one


@pytest.mark.parametrize(
    ("vr", "data", "number"),
    [
        ("DS", b"0.5700000000000001", "0.5700000000000001"),
        ("DS", b"0.123456789012345678901", "0.123456789012345678901"),
        ("DS", b" +001.50 ", "1.50"),
        ("DS", b"-.5\\5.\\1E+3", "-0.5,5,1e+3"),
        ("DS", b"1\\\\2", "1,null,2"),
        ("DS", b"-0.0", "-0.0"),
        ("IS", b"+007\\-3", "7,-3"),
        ("IS", b"1.0", "1"),
        ("IS", b"29.97", "29.97"),
        ("DS", b"abc\\1", '"abc",1'),
        ("DS", b"1_0\\NaN\\-inf", '"1_0","NaN","-inf"'),
        ("DS", b"1e999", '"1e999"'),
        ("DS", b"1,5", '"1,5"'),
        ("IS", b"1A", '"1A"'),
        ("IS", b"0x10", '"0x10"'),
        ("FD", struct.pack("<3d", 0.1, 1e300, -0.0), "0.1,1e+300,-0.0"),
        ("FL", struct.pack("<f", 0.1), "0.10000000149011612"),
        ("FD", struct.pack("<2d", float("nan"), 1), "null,1.0"),
        ("UV", struct.pack("<2Q", 2**53, 2**64 - 1), '9007199254740992,"18446744073709551615"'),
        ("SV", struct.pack("<q", -(2**63)), '"-9223372036854775808"'),
        ("SS", struct.pack("<2h", -1, 2), "-1,2"),
        ("AT", struct.pack("<4H", 0x0018, 0x00A1, 0x7FE0, 0x10), '"001800A1","7FE00010"'),
    ],
)
def test_numbers_have_the_digits_of_the_header(
    write_elements: Callable[..., str], vr: str, data: bytes, number: str
) -> None:
    instance = read(write_elements((0x00091001, vr, data)))

    assert dicom_json(instance) == (
        b'{"00091001":{"vr":"%b","Value":[%b]}}' % (vr.encode(), number.encode())
    )
    assert same(instance_from_json(json.loads(dicom_json(instance))), instance)
    assert same(instance_from_encoded_json(dicom_json(instance), NoMore()), instance)


@pytest.mark.parametrize(
    ("vr", "data", "expected"),
    [
        ("PN", b"Doe^John", [{"Alphabetic": "Doe^John"}]),
        ("PN", b"A=B=C\\=B\\\\D", [
            {"Alphabetic": "A", "Ideographic": "B", "Phonetic": "C"}, {"Ideographic": "B"}, None,
            {"Alphabetic": "D"},
        ]),
        ("PN", b"A=B=C=D", [{"Alphabetic": "A", "Ideographic": "B", "Phonetic": "C=D"}]),
        ("LO", b" a \\\\b\0", ["a", None, "b"]),
        ("LT", b' a\\b\r\n\t"x" ', [' a\\b\r\n\t"x"']),
        ("UR", b"https://a/b?c\\d", ["https://a/b?c\\d"]),
        ("UI", b"1.2\\1.3\0", ["1.2", "1.3"]),
        ("CS", b"  ", None),
        ("DS", b"  ", None),
        ("LO", b"", None),
    ],
)  # fmt: skip
def test_texts_are_strings_and_names_are_objects(
    write_elements: Callable[..., str], vr: str, data: bytes, expected: Any
) -> None:
    element = value_of(write_elements, 0x00091001, vr, data)

    assert element == {"vr": vr} | ({} if expected is None else {"Value": expected})


@pytest.mark.parametrize("vr", ["OB", "OW", "OF", "OL", "OD", "OV", "UN"])
def test_bytes_are_base64(write_elements: Callable[..., str], vr: str) -> None:
    assert value_of(write_elements, 0x00091001, vr, b"\0\1\2\3\4\5\6\7") == {
        "vr": vr,
        "InlineBinary": "AAECAwQFBgc=",
    }
    assert value_of(write_elements, 0x00091001, vr, b"") == {"vr": vr}


def test_bytes_that_are_no_whole_number_are_null_and_said_each_time(
    write_elements: Callable[..., str],
) -> None:
    instance = read(write_elements((0x00091001, "UL", b"\1\2\3\4\5\6")))
    for _ in range(2):
        notes: list[str] = []
        assert collect_notes(notes, dicom_json, instance) == b'{"00091001":{"vr":"UL"}}'
        assert notes == ["(0009,1001): 6 bytes are not a whole number of UL"]


def test_sequences_are_lists_of_objects(write: Callable[..., str], item: Any) -> None:
    instance = read(
        write(
            ReferencedImageSequence=[item(ReferencedSOPInstanceUID="1.2"), item()],
            DerivationCodeSequence=[],
        )
    )
    json = written(instance)

    assert json["00081140"] == {
        "vr": "SQ",
        "Value": [{"00081155": {"vr": "UI", "Value": ["1.2"]}}, {}],
    }
    # Empty (F.2.5); pydicom writes an empty list.
    assert json["00089215"] == {"vr": "SQ"}


def test_sequences_without_end_end(write_elements: Callable[..., str], encoded: Any) -> None:
    content = b""
    for _ in range(200):
        item = struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
        content = encoded(0x00081140, "SQ", item)
    instance = read(write_elements((0x00081140, "SQ", content[12:])))
    notes: list[str] = []

    decoded = json.loads(collect_notes(notes, dicom_json, instance))
    depth = 0
    while "Value" in decoded["00081140"]:
        (decoded,) = decoded["00081140"]["Value"]
        depth += 1
    assert depth == 50
    assert len(notes) == 1
    assert "50 sequences deep" in notes[0]


# -- what an element alone does not decide


def test_text_is_that_of_its_character_set(write_elements: Callable[..., str]) -> None:
    """The bytes are the same; so is what was declared, for the JSON says of what it was made."""
    for charset, text in ((b"ISO_IR 100", "ä"), (b"ISO_IR 144", "ф"), (b"ISO_IR 100", "ä")):
        instance = read(write_elements((0x00080005, "CS", charset), (0x00100020, "LO", b"\xe4")))
        assert f'["{text}"]'.encode() in dicom_json(instance)
        assert written(instance)["00080005"] == {"vr": "CS", "Value": [charset.decode()]}
        assert same(instance_from_json(written(instance)), instance)


def test_an_item_has_its_own_character_set(
    write_elements: Callable[..., str], encoded: Any
) -> None:
    content = encoded(0x00080005, "CS", b"ISO_IR 144") + encoded(0x00080104, "LO", b"\xe4 ")
    item = struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
    instance = read(
        write_elements(
            (0x00080005, "CS", b"ISO_IR 100"),
            (0x00081032, "SQ", item),
            (0x00100020, "LO", b"\xe4"),
        )
    )

    json = written(instance)
    assert json["00100020"]["Value"] == ["ä"]
    assert json["00081032"]["Value"][0]["00080104"]["Value"] == ["ф"]


def test_escapes_are_in_no_text(write_elements: Callable[..., str]) -> None:
    instance = read(
        write_elements(
            (0x00080005, "CS", b"\\ISO 2022 IR 58"),
            (0x00100010, "PN", b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab="),
        )
    )

    assert written(instance)["00100010"]["Value"] == [
        {"Alphabetic": "Zhang^XiaoDong", "Ideographic": "张^小东"}
    ]


def test_numbers_have_the_sign_of_the_pixels(write_elements: Callable[..., str]) -> None:
    for signed, vr, value in ((1, "SS", -2000), (0, "US", 63536), (1, "SS", -2000)):
        instance = read(
            write_elements(
                (0x00280103, None, struct.pack("<H", signed)), (0x00280120, None, b"\x30\xf8")
            )
        )
        assert written(instance)["00280120"] == {"vr": vr, "Value": [value]}


def test_private_elements_are_those_of_their_creator(write_elements: Callable[..., str]) -> None:
    for creator in (b"AGFA", b"CARDIO-D.R. 1.0", b"AGFA"):
        instance = read(write_elements((0x00190010, None, creator), (0x00191030, None, b"1 ")))
        assert same(instance_from_json(written(instance)), instance)


def test_what_is_remembered_is_bounded(write_elements: Callable[..., str]) -> None:
    for start in range(0, 10_000, 1_000):
        elements = [(0x00090000 + n, "LO", b"%d" % n) for n in range(start, start + 1_000)]
        dicom_json(read(write_elements(*elements)))

    assert len(KNOWN_JSON) <= 4_000


# -- values behind URIs


@pytest.fixture
def asked() -> list[BulkValue]:
    return []


@pytest.fixture
def bulk(asked: list[BulkValue]) -> Callable[[BulkValue], str | None]:
    def bulk(value: BulkValue) -> str | None:
        asked.append(value)
        return "bulk/" + "/".join(map(str, value.path))

    return bulk


def test_a_long_value_is_behind_the_uri_that_the_caller_gives(
    write: Callable[..., str], item: Any, bulk: Any, asked: list[BulkValue]
) -> None:
    waveforms = [item(WaveformData=bytes(number)) for number in (1024, 1026)]
    for waveform in waveforms:
        waveform["WaveformData"].VR = "OB"
    instance = read(write(WaveformSequence=waveforms))

    first, second = written(instance, bulk=bulk)["54000100"]["Value"]
    assert first["54001010"]["InlineBinary"]
    assert second["54001010"] == {"vr": "OB", "BulkDataURI": "bulk/54000100/2/54001010"}
    assert asked[0] == BulkValue(("54000100", 2, "54001010"), "OB", 1026, None)
    # Of none is a URI said: it stays.
    assert written(instance, bulk=lambda _: None) == written(instance)


def test_a_value_that_is_still_in_its_file_is_not_read_for_its_uri(
    write_elements: Callable[..., str], bulk: Any, asked: list[BulkValue]
) -> None:
    id = write_elements((0x00091001, "OB", bytes(200_000)), (0x00100020, "LO", b"P"))
    instance = read(id)
    Path(id.removeprefix("dicomfile:")).unlink()

    assert written(instance, bulk=bulk)["00091001"] == {
        "vr": "OB",
        "BulkDataURI": "bulk/00091001",
    }
    assert asked[0].length == 200_000
    with pytest.raises(MetadataReadError):
        dicom_json(instance)


def test_how_long_is_long_the_caller_says(
    write: Callable[..., str], bulk: Any, asked: list[BulkValue]
) -> None:
    instance = read(write(ImagePositionPatient=[1, 2, 3], PatientID="a long one, but an LO"))
    dicom_json(instance)

    json = written(instance, bulk=bulk, bulk_over=4)
    # Only some VRs may have a URI (F.2.2).
    assert [key for key, element in json.items() if "BulkDataURI" in element] == ["00200032"]
    assert "BulkDataURI" not in written(instance)["00200032"]


def test_numbers_that_were_never_bytes_are_as_long_as_they_would_be(
    bulk: Any, asked: list[BulkValue]
) -> None:
    json = {
        "00091001": {"vr": "US", "Value": list(range(600))},
        "00091002": {"vr": "DS", "Value": [0.5] * 300},
    }
    dicom_json(instance_from_json(json), bulk)

    assert [value.length for value in asked] == [1200, 1199]


def test_a_uri_stays_unless_another_is_given(bulk: Any, asked: list[BulkValue]) -> None:
    json = {"00282000": {"vr": "OB", "BulkDataURI": "there"}}
    instance = instance_from_json(json)

    assert written(instance) == json
    assert written(instance, bulk=bulk)["00282000"]["BulkDataURI"] == "bulk/00282000"
    assert asked[0] == BulkValue(("00282000",), "OB", None, "there")


@pytest.mark.parametrize(
    ("syntax", "vr"),
    [("1.2.840.10008.1.2.1", "OW"), ("1.2.840.10008.1.2.4.90", "OB")],
)
def test_pixel_data_are_where_the_caller_says(
    write: Callable[..., str], syntax: str, vr: str
) -> None:
    instance = read(write(transfer_syntax=syntax, DigitalSignaturesSequence=[]))

    json = written(instance, pixel_data='frames/"1"')
    assert json["7FE00010"] == {"vr": vr, "BulkDataURI": 'frames/"1"'}
    assert "7FE00010" not in written(instance)


@pytest.mark.parametrize("before", [None, b"1.2.840.10008.1.2"])
@pytest.mark.parametrize("others", [[0x00080005], [0x00083010], [0x00080005, 0x00083010]])
def test_the_transfer_syntax_that_is_available_is_what_the_caller_says(
    write_elements: Callable[..., str], before: bytes | None, others: list[int]
) -> None:
    own = [] if before is None else [(0x00083002, "UI", before)]
    elements = [(tag, "UI", b"1.2") for tag in others]
    instance = read(write_elements(*sorted(own + elements)))

    json = written(instance, available_transfer_syntax="1.2.840.10008.1.2.1")
    assert json["00083002"] == {"vr": "UI", "Value": ["1.2.840.10008.1.2.1"]}
    assert json.keys() == {"00083002", *(f"{tag:08X}" for tag in others)}
    assert ("00083002" in written(instance)) == (before is not None)


# -- what is no header


@pytest.mark.parametrize("other", [{}, {"PatientID": "1"}, None, Dataset()])
def test_only_an_instance_has_dicom_json(other: Any) -> None:
    with pytest.raises(TypeError, match="an instance of metaprov-dicom"):
        dicom_json(other)


def test_a_header_that_is_cut_off_is_not_handed_on(write: Callable[..., str]) -> None:
    path = Path(write(PatientID="P", Rows=2).removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes()[:-5])

    with pytest.raises(MetadataReadError, match="the file ends inside"):
        dicom_json(read_instance(str(path)))


# -- headers that nobody wrote

#: It is taken out of the texts of DICOM JSON, for pydicom leaves it in them.
ESCAPE_OF_GB2312 = b"\x1b$)A"
TEXTS = st.binary(max_size=20)
VALUES = st.one_of(
    TEXTS,
    st.lists(
        st.one_of(
            st.floats().map(lambda n: repr(n).encode()),
            st.integers().map(lambda n: b"%d" % n),
            st.text("0123456789+-.eE _nai\0\t", max_size=12).map(str.encode),
        ),
        max_size=4,
    ).map(b"\\".join),
).filter(lambda value: ESCAPE_OF_GB2312 not in value)
VRS = st.sampled_from(sorted({*TELLING, "UN"} - {"SQ"}))
TAGS = st.sampled_from(
    [0x00080008, 0x00080020, 0x00080060, 0x00090010, 0x00091001, 0x00100010, 0x00180050,
     0x00189087, 0x00200032, 0x00200037, 0x00281101, 0x00280120, 0x00281052, 0x00209165, 0x00280009,
     0x00291010, 0x60000050, 0x7FE10010]
)  # fmt: skip
CHARSETS = st.sampled_from([b"", b"ISO_IR 100", b"\\ISO 2022 IR 87", b"ISO_IR 192", b"what"])
HEADERS = st.dictionaries(TAGS, st.tuples(VRS, VALUES), max_size=6)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(header=HEADERS, charset=CHARSETS, explicit=st.booleans())
def test_any_header_is_read_back(
    tmp_path: Path,
    encoded: Callable[..., bytes],
    header: dict[int, tuple[str, bytes]],
    charset: bytes,
    explicit: bool,
) -> None:
    path = tmp_path / "any.dcm"
    path.write_bytes(file_of(encoded, header, charset, explicit))
    instance = read_instance(str(path))
    of_it = dicom_json(instance)
    # What is no number is null, and at the end of too many values taken for none.
    for element in json.loads(of_it).values():
        assume(element["vr"] not in BINARY_NUMBERS or element.get("Value", [0])[-1] is not None)

    assert same(instance_from_json(json.loads(of_it)), instance)
    assert same(instance_from_encoded_json(of_it, NoMore()), instance)


def file_of(
    encoded: Callable[..., bytes],
    header: dict[int, tuple[str, bytes]],
    charset: bytes,
    explicit: bool,
) -> bytes:
    syntax = b"1.2.840.10008.1.2.1" if explicit else b"1.2.840.10008.1.2"
    meta = encoded(0x00020010, "UI", syntax)
    elements = {0x00080005: ("CS", charset), **header}
    return b"".join(
        [
            bytes(128) + b"DICM",
            encoded(0x00020000, "UL", struct.pack("<I", len(meta))) + meta,
            *(
                encoded(tag, vr if explicit else None, value)
                for tag, (vr, value) in sorted(elements.items())
            ),
        ]
    )


@settings(max_examples=200, deadline=None)
@given(values=st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(), st.floats())),
       vr=VRS)  # fmt: skip
def test_any_json_is_written_again(values: list[Any], vr: str) -> None:
    """Strings may hold halves of characters, which UTF-8 has not."""
    instance = instance_from_json({"00091001": {"vr": vr, "Value": values}})

    again = instance_from_json(json.loads(dicom_json(instance)))
    assert same(again, instance) or any(isinstance(v, str) and not v.isprintable() for v in values)


def test_values_of_a_dataset_that_were_never_bytes(item: Any) -> None:
    dataset = item(
        PatientName="Buc^Jérôme", RescaleSlope="0.57", InstanceNumber="3", Rows=512,
        FrameIncrementPointer=[0x00181063], ImageType=["A", "", "B"], AccessionNumber=None,
        ReferencedImageSequence=[item(ReferencedSOPInstanceUID="1.2")],
    )  # fmt: skip
    dataset.add(DataElement(0x00091001, "OB", b"\0\1"))
    dataset.add(DataElement(0x00091002, "UV", 2**60))

    assert written(Instance(DatasetElements(dataset))) == {
        "00080008": {"vr": "CS", "Value": ["A", None, "B"]},
        "00080050": {"vr": "SH"},
        "00081140": {"vr": "SQ", "Value": [{"00081155": {"vr": "UI", "Value": ["1.2"]}}]},
        "00091001": {"vr": "OB", "InlineBinary": "AAE="},
        "00091002": {"vr": "UV", "Value": [str(2**60)]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Buc^Jérôme"}]},
        "00200013": {"vr": "IS", "Value": [3]},
        "00280009": {"vr": "AT", "Value": ["00181063"]},
        "00280010": {"vr": "US", "Value": [512]},
        "00281053": {"vr": "DS", "Value": [0.57]},
    }
