"""pydicom is the judge of what a header says: every value of every file that it ships."""

from __future__ import annotations

import array
import math
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_has_tag, dictionary_keyword, dictionary_VM
from pydicom.valuerep import PersonName

from metaprov_core import MetadataReadError
from metaprov_dicom.file.reader import read_instance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metaprov_dicom.instance.instance import Instance

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

NUMBERS = {"US", "SS", "UL", "SL", "UV", "SV", "FL", "FD"}
BYTES = {"OB", "OW", "OF", "OL", "OD", "OV", "UN", "US or OW", "US or SS or OW", "OB or OW"}


def test_every_value_is_the_one_that_pydicom_has(file_of_pydicom: Path) -> None:
    path = file_of_pydicom
    try:
        instance = read_instance(str(path))
    except MetadataReadError:
        assert "SOPClassUID" not in dcmread(path, force=True)
        return
    dataset = dcmread(path, stop_before_pixels=True, force=True)
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    assert instance.get("TransferSyntaxUID") == syntax
    compare(instance, dataset, dataset.original_encoding[1] is False)


def compare(instance: Instance, dataset: Dataset, is_big_endian: bool) -> None:
    expected = dict(visible(dataset))
    assert [key for key in instance if key != "TransferSyntaxUID"] == list(expected)
    for key, tag in expected.items():
        raw = dataset.get_item(tag)
        is_cut_off = raw.is_raw and raw.length != 0xFFFFFFFF and len(raw.value or b"") < raw.length
        element = dataset[tag]
        value = instance[key]
        if element.VR == "SQ":
            assert len(value) == len(element.value), key
            for item, theirs in zip(value, element.value, strict=True):
                compare(item, theirs, is_big_endian)
        elif is_cut_off:
            assert value is None
        else:
            assert value == natural(element, is_big_endian), key
            assert isinstance(value, str | int | float | bytes | tuple | None)


def visible(dataset: Dataset) -> Iterator[tuple[str, int]]:
    for tag in sorted(dataset.keys()):
        if (
            tag.element == 0
            or tag.group == 2
            or tag in (0x7FE00008, 0x7FE00009, 0x7FE00010, 0xFFFCFFFC)
        ):
            continue
        yield (dictionary_keyword(tag) if dictionary_has_tag(tag) else "") or f"{tag:08X}", tag


def natural(element: Any, is_big_endian: bool) -> object:
    """The rules of the instance, applied to what pydicom makes of an element."""
    if element.VR in BYTES:
        return swapped(element) if is_big_endian and element.VR == "OW" else element.value or None
    given = (
        element.value
        if isinstance(element.value, list) or hasattr(element.value, "append")
        else [element.value]
    )
    values = [one(element.VR, value) for value in given]
    if all(value is None for value in values) and len(values) <= 1:
        return None
    try:
        vm = dictionary_VM(element.tag)
    except KeyError:
        vm = "1"
    return values[0] if len(values) == 1 and vm == "1" else tuple(values)


def one(vr: str, value: Any) -> object:
    if value is None or value == "":
        return None
    if vr in NUMBERS or vr in ("DS", "IS"):
        try:
            number = float(value)
        except ValueError:
            return None
        if not math.isfinite(number) or (vr == "IS" and not number.is_integer()):
            return None
        return int(value) if vr == "IS" else value if vr in NUMBERS else number
    if vr == "AT":
        return f"{value:08X}"
    if isinstance(value, PersonName):
        return "=".join(part.strip() for part in str(value).split("=")).rstrip("=") or None
    text = str(value)
    return (
        text.rstrip(" \0") if vr in ("ST", "LT", "UT", "UC", "UR") else text.strip(" \0")
    ) or None


def swapped(element: Any) -> bytes:
    words = array.array("H", element.value)
    words.byteswap()
    return words.tobytes()
