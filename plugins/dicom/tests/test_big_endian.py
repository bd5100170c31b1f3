"""Headers in big endian: what pydicom reads, and what it cannot."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from metaprov_dicom.file.reader import read_instance
from metaprov_dicom.instance.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host

CT = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2")
#: UN of undefined length is implicit VR little endian, whatever is around it (PS3.5 6.2.2, CP-246).
ITEM: Final = b"\xfe\xff\x00\xe0"
SEQUENCE_END: Final = b"\xfe\xff\xdd\xe0" + bytes(4)
UNDEFINED: Final = 0xFFFFFFFF


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("tag", [0x00082112, 0x00081140, 0x00189999, 0x00191010])
@pytest.mark.parametrize(("big", "explicit"), [(False, False), (False, True), (True, True)])
def test_unknown_elements_of_undefined_length(
    host: Host,
    write_elements: Callable[..., str],
    encoded: Callable[..., bytes],
    undefined: bool,
    tag: int,
    big: bool,
    explicit: bool,
) -> None:
    """Where it is big endian after all, or says its VRs, it is known by its first item."""
    order = ">" if big else "<"
    content = encoded(0x00081150, "UI" if explicit else None, b"1.2.840.10008", byte_order=order)
    content += encoded(0x00280010, "US" if explicit else None, struct.pack(f"{order}H", 7), order)
    head = struct.Struct(f"{order}HHI").pack
    item = head(0xFFFE, 0xE000, UNDEFINED if undefined else len(content)) + content
    item += head(0xFFFE, 0xE00D, 0) if undefined else b""
    sequence = struct.pack(">HH2sHI", tag >> 16, tag & 0xFFFF, b"UN", 0, UNDEFINED)
    sequence += item + head(0xFFFE, 0xE0DD, 0)
    image = write_elements(CT, (0x00080060, "CS", b"CT"), byte_order=">")
    path = Path(image.removeprefix("dicomfile:"))
    behind = [(0x00280010, "US", b"\0\4"), (0x00280030, "DS", b"0.5\\0.6 ")]
    behind_it = b"".join(encoded(*element, byte_order=">") for element in behind)
    path.write_bytes(path.read_bytes() + sequence + behind_it)

    plane = host.require("imagePlaneModule", image)
    assert (plane.rows, plane.pixel_spacing) == (4, (0.5, 0.6))
    (read,) = host.require("instance", image)[f"{tag:08X}"]
    assert dict(read) == {"ReferencedSOPClassUID": "1.2.840.10008", "Rows": 7}


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "Rows": st.integers(0, 65_535),
    "ReferencePixelX0": st.integers(-(2**31), 2**31 - 1),
    "RegionFlags": st.integers(0, 2**32 - 1),
    "PhysicalDeltaX": st.floats(allow_nan=False, allow_infinity=False),
    "RecommendedDisplayFrameRateInFloat": st.floats(
        width=32, allow_nan=False, allow_infinity=False
    ),
    "FrameIncrementPointer": st.just(0x00181063),
    "PatientName": st.sampled_from(["A^B", "Müller^Jörg"]),
    "SelectorSVValue": st.integers(-(2**63), 2**63 - 1),
    "PixelSpacing": st.just([0.5, 0.25]),
}
ATTRIBUTES = st.fixed_dictionaries({}, optional=VALUES)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(root=ATTRIBUTES, items=st.lists(ATTRIBUTES, max_size=3), undefined=st.booleans())
def test_a_header_is_the_same_in_either_byte_order(
    write: Callable[..., str],
    item: Callable[..., Any],
    root: dict[str, Any],
    items: list[dict[str, Any]],
    undefined: bool,
) -> None:
    answers = []
    for syntax in (ExplicitVRLittleEndian, ExplicitVRBigEndian):
        sequence = [item(**attributes) for attributes in items]
        for each in sequence:
            each.is_undefined_length_sequence_item = undefined
        image = write(
            transfer_syntax=syntax,
            SOPInstanceUID="1.2.3",
            SpecificCharacterSet="ISO_IR 100",
            SequenceOfUltrasoundRegions=sequence,
            **{keyword: value for keyword, value in root.items() if keyword != "Rows"},
        )
        answers.append(plain(read_instance(image.removeprefix("dicomfile:"))))
    little, big = answers
    assert little.pop("TransferSyntaxUID") != big.pop("TransferSyntaxUID")
    assert little == big


def plain(value: Any) -> Any:
    if isinstance(value, Instance):
        return {key: plain(each) for key, each in value.items()}
    return list(map(plain, value)) if isinstance(value, tuple) else value


def test_a_header_may_be_longer_than_what_is_read_first(
    host: Host, write_elements: Callable[..., str]
) -> None:
    for length in (8_000, 70_000, 600_000):
        long = bytes(range(250)) * (length // 250)
        image = write_elements(
            CT,
            (0x00282000, "OB", long),
            (0x00283006, "OW", long),
            (0x30020011, "DS", b"1\\2 "),
            byte_order=">",
        )
        host.changed()
        assert host.get("ICCProfile", image) == long
        swapped = struct.unpack(f">{len(long) // 2}H", long)
        assert host.get("LUTData", image) == struct.pack(f"<{len(long) // 2}H", *swapped)
        assert host.get("ImagePlanePixelSpacing", image) == (1.0, 2.0)


@pytest.mark.parametrize("vr", [b"--", b"  ", b"??", b"\0\0"])
def test_an_element_without_vr(host: Host, write_elements: Callable[..., str], vr: bytes) -> None:
    image = write_elements(
        CT,
        (0x00180050, "DS", b"2.5 "),
        (0x00280010, "US", b"\0\4"),
        (0x00280120, "US", b"\0\7"),
        byte_order=">",
    )
    path = Path(image.removeprefix("dicomfile:"))
    data = path.read_bytes().replace(b"\0\x18\0\x50DS", b"\0\x18\0\x50" + vr)
    path.write_bytes(data.replace(b"\0\x28\x01\x20US", b"\0\x28\x01\x20" + vr))
    assert host.get("SliceThickness", image) == 2.5
    assert host.get("Rows", image) == 4
    assert host.get("PixelPaddingValue", image) == 7


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_sequence_without_items(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes], order: str
) -> None:
    image = write_elements(CT, byte_order=">")
    path = Path(image.removeprefix("dicomfile:"))
    head = struct.pack(">HH2sHI", 0x0008, 0x1140, b"UN", 0, UNDEFINED)
    end = struct.pack(f"{order}HHI", 0xFFFE, 0xE0DD, 0)
    rows = encoded(0x00280010, "US", b"\0\4", byte_order=">")
    path.write_bytes(path.read_bytes() + head + end + rows)
    assert host.get("Rows", image) == 4
    assert host.require("instance", image)["ReferencedImageSequence"] == ()


@pytest.mark.parametrize(
    ("vr", "data"), [("US", b"\2\1"), ("OB", b"\2\1"), ("UN", b"\2\1"), ("LO", b"513 ")]
)
def test_numbers_under_another_vr(
    host: Host, write_elements: Callable[..., str], vr: str, data: bytes
) -> None:
    image = write_elements(CT, (0x00280010, vr, data), byte_order=">")
    assert host.get("Rows", image) == 513


@pytest.mark.parametrize("data", [b"\0\x20", b"\x20\x20", b"\0\0"])
def test_numbers_under_text_that_only_look_like_text(
    host: Host, write_elements: Callable[..., str], data: bytes
) -> None:
    """What is text without a digit is no number in text, in either byte order."""
    image = write_elements(CT, (0x00280010, "LO", data), byte_order=">")
    assert host.get("Rows", image) == int.from_bytes(data, "big")
