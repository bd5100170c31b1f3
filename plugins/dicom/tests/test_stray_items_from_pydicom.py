"""Items and delimiters that are none, where pydicom or DICOM JSON say what is in a header."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydicom import dcmread

from metaprov_dicom import IMAGE_PLANE, INSTANCE
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.json_model.elements import instance_from_json
from metaprov_dicom.json_model.encoded import instance_from_encoded_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host
    from metaprov_dicom import JsonSource

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

CT = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2")
ROWS = (0x00280010, "US", b"\2\0")
ITEM, ITEM_END, SEQUENCE_END = (
    struct.pack("<HHI", 0xFFFE, number, 0) for number in (0xE000, 0xE00D, 0xE0DD)
)


def item(content: bytes) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content


@pytest.mark.parametrize("stray", [ITEM, SEQUENCE_END])
def test_at_the_top_of_a_data_set_it_is_no_attribute(
    host: Host, write_elements: Callable[..., str], stray: bytes
) -> None:
    # Before, a Toshiba CT with these could be read by its path, and not be added.
    path = Path(write_elements(CT).removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes() + stray + struct.pack("<HH2sHH", 0x28, 0x10, b"US", 2, 2))
    host.add(INSTANCE, "demo:1", dcmread(path))
    instance = host.require(INSTANCE, "demo:1")
    assert [key for key in instance if key != "TransferSyntaxUID"] == ["SOPClassUID", "Rows"]
    assert host.require(IMAGE_PLANE, "demo:1").rows == 2
    assert host.require("dataset", "demo:1").Rows == 2


def test_in_json_it_is_no_attribute(no_source: JsonSource) -> None:
    tags = ("FFFEE000", "FFFEE00D", "FFFEE0DD", "00280010")
    json = {tag: {"vr": "US", "Value": [1]} for tag in tags}
    assert dict(instance_from_json(json)) == {"Rows": 1}
    encoded = b"{%b}" % b",".join(b'"%b":{"vr":"US","Value":[1]}' % tag.encode() for tag in tags)
    instance = instance_from_encoded_json(encoded, no_source)
    assert dict(instance) == {"Rows": 1}
    assert "FFFEE000" not in instance


def test_a_delimiter_behind_an_item_of_stated_length_is_no_item(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes]
) -> None:
    # Before, it was an empty item, and the frames behind it were not theirs.
    items = b"".join(item(encoded(*CT[:2], b"1.%d" % number)) + ITEM_END for number in (1, 2))
    path = write_elements(CT, (0x00082112, "SQ", items)).removeprefix("dicomfile:")
    host.add(INSTANCE, "demo:1", dcmread(path))
    instance = host.require(INSTANCE, "demo:1")
    note = "SourceImageSequence (0008,2112) has an item delimiter behind an item"
    assert note in str(host.explain("SourceImageSequence", "demo:1"))
    assert [each["SOPClassUID"] for each in instance["SourceImageSequence"]] == ["1.1", "1.2"]


def test_an_empty_item_is_an_item(write_elements: Callable[..., str]) -> None:
    for data in (ITEM * 3, ITEM + struct.pack("<HHI", 0xFFFE, 0xE000, 2**32 - 1) + ITEM_END + ITEM):
        path = write_elements(CT, (0x00082112, "SQ", data)).removeprefix("dicomfile:")
        instance = Instance(DatasetElements(dcmread(path)))
        assert instance["SourceImageSequence"] == ({}, {}, {})


@pytest.mark.parametrize("length", ["stated", "undefined"])
def test_each_frame_has_its_own_position(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes], length: str
) -> None:
    frames = b"".join(
        item(encoded(0x00209113, "SQ", item(encoded(0x00200032, "DS", b"%d\\0\\0" % number))))
        + ITEM_END
        for number in (1, 2, 3)
    )
    image = write_elements(CT, (0x00280008, "IS", b"3"), (0x52009230, "SQ", frames))
    path = Path(image.removeprefix("dicomfile:"))
    if length == "undefined":
        stated = struct.pack("<I", len(frames)) + frames
        undefined = b"\xff" * 4 + frames + SEQUENCE_END
        path.write_bytes(path.read_bytes().replace(stated, undefined))
    host.add(INSTANCE, "demo:1", dcmread(path))
    host.add(INSTANCE, "demo:2", dcmread(path).to_json_dict())
    for base in ("demo:1", "demo:2"):
        positions = [
            host.require(IMAGE_PLANE, f"{base}?frame={frame}").image_position_patient
            for frame in (1, 2, 3)
        ]
        assert positions == [(1.0, 0.0, 0.0), (2.0, 0.0, 0.0), (3.0, 0.0, 0.0)], base


def test_frames_that_say_nothing_are_frames(host: Host) -> None:
    frame = {"00209113": {"vr": "SQ", "Value": []}}
    json = {
        "00280008": {"vr": "IS", "Value": [2]},
        "52009230": {"vr": "SQ", "Value": [{}, frame]},
    }
    assert len(instance_from_json(json)["PerFrameFunctionalGroupsSequence"]) == 2


def test_a_delimiter_behind_each_item_is_none_of_them(
    host: Host, write_elements: Callable[..., str], encoded: Callable[..., bytes]
) -> None:
    items = b"".join(item(encoded(*CT[:2], b"1.%d" % number)) + ITEM_END for number in (1, 2, 3))
    path = Path(write_elements(CT, ROWS).removeprefix("dicomfile:"))
    head = struct.pack("<HH2sHI", 0x0008, 0x2112, b"SQ", 0, 2**32 - 1)
    data = path.read_bytes()
    place = data.index(b"\x28\0\x10\0US")
    path.write_bytes(data[:place] + head + items + SEQUENCE_END + data[place:])
    host.add(INSTANCE, "demo:1", dcmread(path))
    found = host.require(INSTANCE, "demo:1")["SourceImageSequence"]
    assert [each["SOPClassUID"] for each in found] == ["1.1", "1.2", "1.3"]
