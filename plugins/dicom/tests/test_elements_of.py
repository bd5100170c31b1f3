"""The elements of an instance, not decoded, are the same whatever it was read from."""

from __future__ import annotations

import json
import struct
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRBigEndian

from metaprov_core import MetadataReadError
from metaprov_dicom import (
    Element,
    Instance,
    UnreadValue,
    dicom_json,
    elements_of,
    instance_from_encoded_json,
    instance_from_json,
    instance_of_frame,
)
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.encoding.memo import KNOWN_ELEMENTS
from metaprov_dicom.file.reader import read_instance
from metaprov_dicom.values.dictionary import keyword_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


class Source:
    """The source of encoded JSON that has nothing more."""

    def bulk_data(self, uri: str) -> bytes | None:
        return uri.encode()

    def more(self, tag: int | None) -> bytes | None:
        return None

    def acknowledge(self, tag: int | None) -> None:
        pass


def read(id: str) -> Instance:
    return read_instance(id.removeprefix("dicomfile:"))


def heads(elements: Sequence[Element]) -> list[tuple[int, str, int]]:
    """What does not depend on the source: tags, VRs and how many items there are."""
    return [(element.tag, element.vr, len(element.items)) for element in elements]


def test_tags_and_vrs_are_those_of_the_instance_from_every_source(file_of_pydicom: Path) -> None:
    try:
        instance = read_instance(str(file_of_pydicom))
        elements = list(elements_of(instance))
    except MetadataReadError:
        return
    assert [keyword_of(element.tag) for element in elements] == [
        key for key in instance if key != "TransferSyntaxUID"
    ]
    # What is known by its bytes is the same as what is looked at.
    assert heads([instance.element(element.tag) for element in elements]) == heads(elements)
    assert heads(list(elements_of(instance))) == heads(elements)

    dataset = dcmread(file_of_pydicom, stop_before_pixels=True, force=True)
    encoded = dicom_json(instance)
    sources = [Instance(DatasetElements(dataset)), instance_from_json(json.loads(encoded))]
    sources.append(instance_from_encoded_json(encoded, Source()))
    for source in sources:
        assert heads(list(elements_of(source))) == heads(elements)


def test_an_element_of_a_file_has_its_bytes(
    write_elements: Callable[..., str], encoded: Any
) -> None:
    item = encoded(0x00081155, "UI", b"1.2")
    item = struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item
    instance = read(
        write_elements(
            (0x00080000, "UL", b"\0\0\0\0"),
            (0x00080060, "CS", b"CT"),
            (0x00081140, "SQ", item),
            (0x00090010, "LO", b"ACME"),
            (0x00100010, "PN", b"Doe^J"),
            (0x00100020, "LO", b""),
            (0x00280010, "US", b"\1\2"),
        )
    )

    elements = list(elements_of(instance))
    assert [element[:3] for element in elements] == [
        (0x00080060, "CS", b"CT"),
        (0x00081140, "SQ", None),
        (0x00090010, "LO", b"ACME"),
        (0x00100010, "PN", b"Doe^J "),
        (0x00100020, "LO", None),
        (0x00280010, "US", b"\1\2"),
    ]
    (item,) = elements[1].items
    assert [element[:3] for element in elements_of(item)] == [(0x00081155, "UI", b"1.2\0")]
    assert instance.element(0x00100010) == elements[3]
    assert instance.element(0x00100030) is None
    assert instance.element(0x00020010) is None


@pytest.mark.parametrize(
    ("tag", "stated", "data", "vr", "value"),
    [
        # By the dictionary, where the file states none, UN, or one of another kind.
        (0x00100020, None, b"1 ", "LO", b"1 "),
        (0x00100020, "UN", b"1 ", "LO", b"1 "),
        (0x00280030, "UT", b"1\\2 ", "DS", b"1\\2 "),
        (0x00280010, "LO", b"512 ", "US", (512,)),
        (0x00091001, None, b"1 ", "UN", b"1 "),
        (0x00090010, None, b"A ", "LO", b"A "),
        # By the rest of the header: it has no PixelRepresentation, and no descriptor.
        (0x00280106, None, b"\1\0", "US", b"\1\0"),
        (0x00283006, None, b"\1\0", "OW", b"\1\0"),
        (0x54001010, None, b"\1\0", "OW", b"\1\0"),
    ],
)
def test_the_vr_is_that_which_the_instance_decodes_by(
    write_elements: Callable[..., str],
    tag: int,
    stated: str | None,
    data: bytes,
    vr: str,
    value: Any,
) -> None:
    assert list(elements_of(read(write_elements((tag, stated, data))))) == [
        Element(tag, vr, value, ())
    ]


def test_the_vr_is_that_which_the_header_decides(write_elements: Callable[..., str]) -> None:
    for signed, vr in ((1, "SS"), (0, "US"), (1, "SS")):
        instance = read(
            write_elements(
                (0x00280103, None, struct.pack("<H", signed)), (0x00280106, None, b"\1\0")
            )
        )
        assert list(elements_of(instance))[1] == (0x00280106, vr, b"\1\0", ())


def test_a_short_element_is_not_one_that_another_syntax_has(
    write_elements: Callable[..., str],
) -> None:
    for stated in ("CS", None, "CS", None):
        instance = read(write_elements((0x00080060, stated, b"CT"), (0x00100020, stated, b"")))
        assert [element.value for element in elements_of(instance)] == [b"CT", None]


def test_a_long_value_is_not_read(write_elements: Callable[..., str]) -> None:
    long = bytes(range(200)) * 500
    id = write_elements((0x00091001, "OB", long), (0x00100020, "LO", b"P "))
    unread, _ = elements_of(read(id))

    assert isinstance(unread.value, UnreadValue)
    assert (unread.vr, unread.value.length, unread.value.uri) == ("OB", len(long), None)
    assert unread.value.read() == long
    assert repr(unread.value) == "<value of 100000 bytes that was not read>"
    Path(id.removeprefix("dicomfile:")).unlink()
    with pytest.raises(MetadataReadError):
        unread.value.read()


def test_items_are_looked_for_when_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, write: Callable[..., str], item: Any
) -> None:
    instance = read(write(ReferencedImageSequence=[item(ReferencedSOPInstanceUID="1.2")] * 2))
    looked: list[Any] = []
    found = type(instance._elements).value
    monkeypatch.setattr(
        type(instance._elements), "value", lambda *args: looked.append(args) or found(*args)
    )

    items = next(e.items for e in elements_of(instance) if e.vr == "SQ")
    assert (looked, repr(items)) == ([], "<items>")
    assert len(items) == 2
    assert [item["ReferencedSOPInstanceUID"] for item in items] == ["1.2", "1.2"]
    assert len(looked) == 1
    assert repr(items) == "<2 items>"


def test_big_endian_numbers_and_words_are_little_endian() -> None:
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", "1.2"
    dataset.Rows, dataset.SelectorSLValue = 512, [1, -2]
    dataset.FrameIncrementPointer = [0x00181063]
    dataset.add_new(0x00091001, "OW", b"\1\2\3\4")
    dataset.add_new(0x00091002, "OB", b"\1\2\3\4")
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    file = BytesIO()
    dcmwrite(file, dataset, enforce_file_format=True)
    file.seek(0)

    elements = elements_of(Instance(DatasetElements(dcmread(file))))
    assert {element.tag: element.value for element in elements} == {
        0x00080016: b"1.2.840.10008.5.1.4.1.1.2\0",
        0x00080018: b"1.2\0",
        0x00091001: b"\2\1\4\3",
        0x00091002: b"\1\2\3\4",
        0x00280009: b"\x18\0\x63\x10",
        0x00280010: b"\0\2",
        0x0072007C: struct.pack("<2i", 1, -2),
    }


def test_values_that_were_never_bytes_are_tuples(item: Any) -> None:
    dataset = item(
        PatientName="A^B==C", ImageType=["ORIGINAL", "", "AXIAL"], Rows=512, WindowCenter="40.5",
        PatientID=None, FrameIncrementPointer=[0x00181063],
    )  # fmt: skip
    of_json = json.loads(dataset.to_json())
    of_json["00281051"] = {"vr": "DS", "Value": ["wide"]}

    expected = [
        (0x00080008, "CS", ("ORIGINAL", None, "AXIAL"), ()),
        (0x00100010, "PN", ("A^B==C",), ()),
        (0x00100020, "LO", None, ()),
        (0x00280009, "AT", ("00181063",), ()),
        (0x00280010, "US", (512,), ()),
        (0x00281050, "DS", (40.5,), ()),
    ]
    assert list(elements_of(Instance(DatasetElements(dataset)))) == expected
    assert list(elements_of(instance_from_json(of_json))) == [
        *expected,
        # No number, and there all the same.
        (0x00281051, "DS", ("wide",), ()),
    ]


def test_bytes_of_json_are_bytes_and_what_is_elsewhere_is_not_fetched() -> None:
    fetched: list[str] = []

    def fetch(uri: str) -> bytes:
        fetched.append(uri)
        return b"\5\6"

    first, second, third = elements_of(
        instance_from_json(
            {
                "00091001": {"vr": "OB", "InlineBinary": "AQI="},
                "00091002": {"vr": "OW", "BulkDataURI": "there"},
                "00100020": {"vr": "UN", "InlineBinary": "w6QK"},
            },
            fetch,
        )
    )
    assert first == (0x00091001, "OB", b"\1\2", ())
    assert isinstance(second.value, UnreadValue)
    assert (second.value.uri, second.value.length, fetched) == ("there", None, [])
    assert repr(second.value) == "<value that was not read, at there>"
    assert (second.value.read(), fetched) == (b"\5\6", ["there"])
    # Nobody says in which character set these bytes are: they are decoded.
    assert third == (0x00100020, "LO", ("ä\n",), ())


@pytest.mark.parametrize("source", ["walked", "as JSON"])
def test_a_frame_has_what_its_groups_say_and_not_the_groups(
    write: Callable[..., str], item: Any, source: str
) -> None:
    image = read(
        write(
            NumberOfFrames=2, PatientID="P", SliceThickness="9",
            SharedFunctionalGroupsSequence=[
                item(PixelMeasuresSequence=[item(SliceThickness="2", PixelSpacing=[1, 1])])
            ],
            PerFrameFunctionalGroupsSequence=[
                item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, number])])
                for number in (1, 2)
            ],
        )
    )  # fmt: skip
    if source == "as JSON":
        image = instance_from_json(json.loads(dicom_json(image)))
    frame = instance_of_frame(image, 2)

    elements = {keyword_of(element.tag): element for element in elements_of(frame)}
    assert list(elements) == [key for key in frame if key != "TransferSyntaxUID"]
    assert "PerFrameFunctionalGroupsSequence" not in elements
    assert len(elements["PlanePositionSequence"].items) == 1
    position = elements["ImagePositionPatient"]
    assert position.value in (b"0.0\\0.0\\2.0 ", (0.0, 0.0, 2.0))
    assert elements["SliceThickness"].value in (b"2 ", (2.0,))


def test_text_of_a_group_is_not_taken_for_that_of_the_image(item: Any) -> None:
    """An item of a group may have a character set of its own, which the frame does not have."""
    comments = item(SpecificCharacterSet="ISO_IR 144", FrameComments="ф")
    dataset = item(
        SpecificCharacterSet="ISO_IR 100",
        SharedFunctionalGroupsSequence=[item(FrameContentSequence=[comments])],
    )
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    dataset.SOPClassUID, dataset.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2.1", "1.2"
    file = BytesIO()
    dcmwrite(file, dataset, enforce_file_format=True)
    file.seek(0)
    frame = instance_of_frame(Instance(DatasetElements(dcmread(file))), 1)

    assert frame["FrameComments"] == "ф"
    element = frame.element(0x00209158)
    assert element is not None
    assert element.value == ("ф",)


def test_behind_the_end_of_a_file_that_is_cut_off_is_an_error(write: Callable[..., str]) -> None:
    path = Path(write(PatientID="P", Rows=2, Columns=2).removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes()[:-5])
    elements = elements_of(read_instance(str(path)))

    assert [next(elements).value for _ in range(4)][2:] == [b"P ", b"\2\0"]
    with pytest.raises(MetadataReadError, match="the file ends inside"):
        next(elements)


def test_a_mapping_without_vrs_has_none() -> None:
    with pytest.raises(TypeError, match="only an instance of metaprov-dicom has elements"):
        elements_of({"PatientID": "1"})


def test_what_is_remembered_is_bounded_and_short(write_elements: Callable[..., str]) -> None:
    for start in range(0, 10_000, 1_000):
        elements = [(0x00090000 + n, "LO", b"%d" % n * 20) for n in range(start, start + 1_000)]
        list(elements_of(read(write_elements(*elements))))

    assert len(KNOWN_ELEMENTS) <= 4_000
    assert max(map(len, KNOWN_ELEMENTS)) <= 120
