"""Any DICOM keyword, and any tag of 8 hex digits, is a type."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom._dicom_dict import DicomDictionary
from pydicom.data import get_testdata_file
from pydicom.datadict import tag_for_keyword

from metaprov_core import Host, MetadataNotFoundError, MetadataReadError
from metaprov_dicom import INSTANCE
from metaprov_dicom.modules import MODULES
from metaprov_dicom.plugins.attributes import DicomAttributes

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom import Dataset

CT = get_testdata_file("CT_small.dcm", download=False)
Elements = Callable[..., str]


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("PatientName", "CompressedSamples^CT1"),
        ("00100010", "CompressedSamples^CT1"),
        ("Rows", 128),
        ("00280010", 128),
        ("0020000d", "1.3.6.1.4.1.5962.1.2.1.20040119072730.12322"),
        ("PixelSpacing", (0.661468, 0.661468)),
        ("ProtocolName", None),
        ("00180081", None),
        ("PixelData", None),
        ("7FE00010", None),
        ("00080000", None),
        ("00090010", "GEMS_IDEN_01"),
        ("00091002", "CT01"),
        ("70531000", None),
        ("TransferSyntaxUID", "1.2.840.10008.1.2.1"),
    ],
)
def test_an_attribute_of_a_real_image(host: Host, type: str, value: object) -> None:
    assert host.get(type, CT) == value


def test_private_attributes_are_found_by_their_tag(host: Host, write_elements: Elements) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2"),
        (0x70530010, "LO", b"Philips PET Private Group "),
        (0x70531000, "DS", b"0.0005"),
    )
    assert host.get("70531000", image) == 0.0005


def test_an_empty_attribute_is_no_answer(host: Host, write_elements: Elements) -> None:
    image = write_elements(
        (0x00080016, "UI", b"1.2"), (0x00180050, "DS", b""), (0x00082112, "SQ", b"")
    )
    assert host.get("SliceThickness", image) is None
    assert host.get("SourceImageSequence", image) is None


def test_a_sequence_is_a_tuple_of_instances(
    host: Host, write: Callable[..., str], item: Callable[..., Dataset]
) -> None:
    image = write(AnatomicRegionSequence=[item(CodeValue="T-1")])
    assert host.get("AnatomicRegionSequence", image) == ({"CodeValue": "T-1"},)


def test_an_attribute_of_a_frame(
    host: Host, write: Callable[..., str], item: Callable[..., Dataset]
) -> None:
    image = write(
        PerFrameFunctionalGroupsSequence=[
            item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])]) for z in (1, 2)
        ]
    )
    assert host.get("ImagePositionPatient", f"{image}?frame=2") == (0.0, 0.0, 2.0)
    with pytest.raises(MetadataReadError, match="the image has 2 frames"):
        host.get("ImagePositionPatient", f"{image}?frame=3")


@pytest.mark.parametrize("type", ["PatientName", "00100010"])
def test_instances_of_others_are_asked_by_keyword_and_by_tag(
    ask: Callable[..., Any], type: str
) -> None:
    assert ask(type, PatientName="Doe") == "Doe"
    assert ask(type, **{"00100010": "Doe"}) == "Doe"
    assert ask(type, Rows=7) is None


def test_a_missing_attribute_is_told_from_an_empty_one(
    host: Host, write_elements: Elements, ask: Callable[..., Any]
) -> None:
    image = write_elements((0x00080016, "UI", b"1.2"), (0x00180050, "DS", b""))

    def why(type: str, image: str) -> str:
        assert host.get(type, image) is None
        return str(host.explain(type, image))

    assert "PatientComments (0010,4000) is absent" in why("PatientComments", image)
    assert "PatientComments (0010,4000) is absent" in why("00104000", image)
    assert "(0009,1002) is absent" in why("00091002", image)
    assert "SliceThickness (0018,0050) has no value" in why("SliceThickness", image)
    with pytest.raises(MetadataNotFoundError, match=r"PatientID \(0010,0020\) is absent"):
        host.require("PatientID", image)
    assert ask("Rows") is None
    assert "Rows (0028,0010) is absent" in why("Rows", "test:0")


@pytest.mark.parametrize(
    ("type", "answer_class"),
    [
        ("PatientName", str),
        ("00100010", str),
        ("0020000d", str),
        ("PatientComments", str),
        ("Rows", int),
        ("InstanceNumber", int),
        ("SmallestImagePixelValue", int),
        ("SliceThickness", float),
        ("PixelSpacing", tuple),
        ("ImageType", tuple),
        ("RedPaletteColorLookupTableDescriptor", tuple),
        ("RedPaletteColorLookupTableData", bytes),
        ("FrameIncrementPointer", tuple),
        ("DimensionIndexPointer", str),
        ("SourceImageSequence", tuple),
        ("60003000", bytes),
        ("60000010", int),
        ("LUTData", object),
        ("dBdt", float),
        ("00091002", None),
        ("00080FFF", None),
    ],
)
def test_the_class_of_an_attribute_follows_from_vr_and_vm(
    host: Host, type: str, answer_class: Any
) -> None:
    key = host.type_of(type)
    assert (key, key and key.answer_class, key and key.scope) == (type, answer_class, "image")


def test_what_headers_are_read_without_says_where_it_is(host: Host) -> None:
    pixels, rows = host.type_of("PixelData"), host.type_of("Rows")
    assert pixels is not None
    assert rows is not None
    assert pixels.meaning.endswith("without it: the pixels of a frame are framePixelData.")
    assert "framePixelData" not in rows.meaning


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_real_attributes_have_the_class_that_is_told(
    host: Host, file_of_pydicom: Path, used_wrongly: set[tuple[str, str]]
) -> None:
    try:
        instance = host.require(INSTANCE, str(file_of_pydicom))
        keywords = [key for key in instance if tag_for_keyword(key) is not None]
    except MetadataReadError:
        return
    wrong = set()
    for keyword in keywords:
        key = host.type_of(keyword)
        assert key is not None
        assert key.answer_class is not None
        value = host.get(key, str(file_of_pydicom))
        if value is not None and not isinstance(value, key.answer_class):
            wrong.add((file_of_pydicom.name, keyword))
    assert wrong <= used_wrongly


@pytest.fixture
def used_wrongly() -> set[tuple[str, str]]:
    """Attributes of multiplicity 1 that have several values in a file."""
    return set()


def test_what_cannot_be_an_attribute_is_not_described(host: Host) -> None:
    for type in ("NoSuchKeyword", "patientName", "noSuchModule", "", "0010001", "001000100"):
        assert host.type_of(type) is None


def test_what_is_no_attribute_is_no_answer(host: Host) -> None:
    for type in ("NoSuchKeyword", "patientName", "scalingModule", "", "0010001", "001000100"):
        assert host.get(type, CT) is None


def test_an_image_that_nobody_has_is_no_answer(host: Host) -> None:
    assert host.get("PatientName", "demo:1") is None


def test_an_image_that_cannot_be_read_is_an_error(host: Host) -> None:
    with pytest.raises(MetadataReadError, match="no such file"):
        host.get("PatientName", "/nowhere/1.dcm")


def test_everybody_else_is_asked_first(host: Host) -> None:
    for type in MODULES:
        assert host.call_order(type, CT)[-1].name == "dicom-attributes"
    host.register(lambda type: "Mine" if type == "PatientName" else None, "mine")
    assert host.get("PatientName", CT) == "Mine"


words = st.sampled_from([*MODULES, "scalingModule", "displaySetModule"]) | st.from_regex(
    r"[^A-Z0-9a-f].*|[A-Z]\w* .*", fullmatch=True
)


@given(words)
def test_a_word_that_cannot_be_an_attribute_does_not_even_load_the_instance(word: str) -> None:
    asked: list[str] = []
    host = Host()
    host.register(DicomAttributes())
    host.register(lambda type, image_id: asked.append(type), "source")
    assert host.get(word, "demo:1") is None
    assert asked == [word]


KEYWORDS = sorted(entry[4] for entry in DicomDictionary.values() if entry[4])


@given(st.sampled_from(KEYWORDS))
def test_every_keyword_is_a_type(keyword: str) -> None:
    host = Host()
    host.register(DicomAttributes())
    host.register(lambda type: {keyword: 7} if type == INSTANCE else None, "source")
    assert host.get(keyword, "demo:1") == 7
    assert host.get(f"{tag_for_keyword(keyword):08X}", "demo:1") == 7


def test_a_word_that_cannot_be_an_attribute_does_not_load_the_dictionary() -> None:
    program = (
        "import sys; from metaprov_core import Host; "
        "from metaprov_dicom.plugins.attributes import DicomAttributes; "
        "host = Host(); host.register(DicomAttributes()); "
        "host.get('scalingModule', '/a.dcm'); print('pydicom' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "False"
