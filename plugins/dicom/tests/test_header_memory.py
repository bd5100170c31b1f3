"""What headers cost: a wrong one no more than a few times its size, a right one no more than it is.

The limits are generous; what is refused here would take gigabytes, or no end of time.
"""

from __future__ import annotations

import gc
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.data import get_testdata_file

from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PIXEL, IMAGE_PLANE, INSTANCE
from metaprov_dicom.file.reader import read_dataset, read_instance
from metaprov_dicom.modules import MODULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host

SOP_CLASS = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.2")
UNDEFINED = 0xFFFFFFFF
ITEM = b"\xfe\xff\x00\xe0"
END_OF_SEQUENCE = b"\xfe\xff\xdd\xe0" + bytes(4)
MEGABYTE = 1024 * 1024


def long_element(tag: int, vr: bytes, length: int, value: bytes = b"") -> bytes:
    return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, vr, 0, length) + value


@pytest.fixture
def write_tail(write_elements: Callable[..., str]) -> Callable[..., Path]:
    """Write a file that ends with these bytes; its path."""

    def write_tail(tail: bytes) -> Path:
        path = Path(write_elements(SOP_CLASS).removeprefix("dicomfile:"))
        path.write_bytes(path.read_bytes() + tail)
        return path

    return write_tail


def peak_of_reading(path: Path) -> int:
    """The most memory that reading a file and all of its values takes, whatever comes of it."""
    read_instance(get_testdata_file("rtplan.dcm", download=False))  # pydicom is imported
    gc.collect()
    tracemalloc.start()
    try:
        read_all(read_instance(str(path)))
    except MetadataReadError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def read_all(value: Any) -> None:
    for each in value.values() if hasattr(value, "values") else value:
        if hasattr(each, "values") or isinstance(each, tuple):
            read_all(each)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("vr", [b"OB", b"UN", b"SQ", b"UT", b"OW"])
@pytest.mark.parametrize("length", [0x7FFFFFF0, 0xFFFFFFFE, UNDEFINED])
def test_a_length_beyond_the_file_takes_no_memory(
    write_tail: Callable[..., Path], vr: bytes, length: int
) -> None:
    path = write_tail(long_element(0x00091001, vr, length, b"\0" * 2000))
    assert peak_of_reading(path) < MEGABYTE


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_length_beyond_the_file_within_items_takes_no_memory(
    write_tail: Callable[..., Path],
) -> None:
    inner = long_element(0x00091001, b"OB", 0xFFFFFFFE)
    path = write_tail(
        long_element(0x00082112, b"SQ", 8 + len(inner), ITEM + struct.pack("<I", UNDEFINED) + inner)
    )
    assert peak_of_reading(path) < MEGABYTE


@pytest.mark.parametrize("length", ["defined", "undefined"])
def test_ever_so_many_items_take_few_times_their_size(
    write_tail: Callable[..., Path], length: str
) -> None:
    items = (ITEM + bytes(4)) * 200_000
    declared, end = (len(items), b"") if length == "defined" else (UNDEFINED, END_OF_SEQUENCE)
    rows = struct.pack("<HH2sHH", 0x0028, 0x0010, b"US", 2, 1)
    path = write_tail(long_element(0x00082112, b"SQ", declared, items + end) + rows)
    assert len(read_instance(str(path))["SourceImageSequence"]) == 200_000
    assert peak_of_reading(path) < 8 * path.stat().st_size


def test_pydicom_is_not_let_make_ever_so_many_items(write_tail: Callable[..., Path]) -> None:
    path = write_tail(long_element(0x00082112, b"SQ", UNDEFINED, (ITEM + bytes(4)) * 200_000))
    with pytest.raises(MetadataReadError, match="made of too many pieces"):
        read_instance(str(path))
    assert peak_of_reading(path) < 200 * MEGABYTE


@pytest.mark.parametrize("depth", [40, 400, 40_000])
def test_nesting_without_end_is_cut_short(write_tail: Callable[..., Path], depth: int) -> None:
    opening = long_element(0x00082112, b"SQ", UNDEFINED) + ITEM + struct.pack("<I", UNDEFINED)
    path = write_tail(opening * depth)
    assert peak_of_reading(path) < 8 * MEGABYTE + 20 * path.stat().st_size


def deflated(header: bytes) -> bytes:
    deflate = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return deflate.compress(header) + deflate.flush()


@pytest.fixture
def write_deflated(tmp_path: Path, encoded: Callable[..., bytes]) -> Callable[..., Path]:
    """Write a deflated file with these elements; its path."""

    def write_deflated(elements: bytes) -> Path:
        syntax = encoded(0x00020010, "UI", b"1.2.840.10008.1.2.1.99")
        length = encoded(0x00020000, "UL", struct.pack("<I", len(syntax)))
        path = tmp_path / "deflated.dcm"
        path.write_bytes(bytes(128) + b"DICM" + length + syntax + deflated(elements))
        return path

    return write_deflated


def test_deflated_pixels_are_not_inflated(
    write_deflated: Callable[..., Path], encoded: Callable[..., bytes]
) -> None:
    pixels = long_element(0x7FE00010, b"OW", 64 * MEGABYTE, bytes(64 * MEGABYTE))
    path = write_deflated(encoded(*SOP_CLASS) + encoded(0x00280010, "US", b"\0\2") + pixels)
    assert read_instance(str(path))["Rows"] == 512
    assert "PixelData" not in read_dataset(str(path))
    assert peak_of_reading(path) < 8 * MEGABYTE


def test_a_deflated_header_without_end_is_refused(
    write_deflated: Callable[..., Path], encoded: Callable[..., bytes]
) -> None:
    bomb = long_element(0x00282000, b"OB", 64 * MEGABYTE, bytes(64 * MEGABYTE))
    path = write_deflated(encoded(*SOP_CLASS) + bomb)
    with pytest.raises(MetadataReadError, match="damaged: the deflated header has more than"):
        read_instance(str(path))
    assert peak_of_reading(path) < 8 * MEGABYTE


def test_a_module_refers_to_values_alone(host: Host) -> None:
    image = get_testdata_file("CT_small.dcm", download=False)
    for type in MODULES:
        module = host.get(type, image)
        if module is not None:
            values = [getattr(module, field) for field in module.__struct_fields__]
            assert sum(map(size, values)) < 3_000, type


def size(value: object) -> int:
    assert isinstance(value, str | int | float | tuple | None) or hasattr(
        value, "__struct_fields__"
    )
    inner = sum(map(size, value)) if isinstance(value, tuple) else 0
    return sys.getsizeof(value) + inner


def test_an_instance_keeps_the_header_and_none_of_the_pixels() -> None:
    path = get_testdata_file("CT_small.dcm", download=False)
    kept = [each for each in referred_to(read_instance(path)) if isinstance(each, bytes)]
    assert max(map(len, kept)) < 6_300 < Path(path).stat().st_size / 6


def referred_to(start: object) -> list[object]:
    """What an object refers to, and what that refers to."""
    found = {id(start): start}
    left = [start]
    while left:
        for each in gc.get_referents(left.pop()):
            # A function refers to all that its module knows.
            if id(each) not in found and not isinstance(each, type | FunctionType):
                found[id(each)] = each
                left.append(each)
    return list(found.values())


def test_a_long_value_stays_in_the_file_until_it_is_asked_for(
    host: Host, write_elements: Callable[..., str]
) -> None:
    long = bytes(range(256)) * 4000
    image = write_elements(
        SOP_CLASS, (0x00282000, "OB", long), (0x00283010, "SQ", b""), (0x300A0002, "SH", b"plan")
    )
    instance = host.require(INSTANCE, image)
    assert instance["RTPlanLabel"] == "plan"
    kept = [each for each in referred_to(instance) if isinstance(each, bytes)]
    assert max(map(len, kept)) < 20_000
    assert instance["ICCProfile"] == long


def test_a_long_value_of_a_file_that_has_changed_is_an_error(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements(SOP_CLASS, (0x00282000, "OB", bytes(MEGABYTE)))
    instance = host.require(INSTANCE, image)
    with Path(image.removeprefix("dicomfile:")).open("ab") as file:
        file.write(b"\0\0")
    with pytest.raises(MetadataReadError, match="the file has changed since its header was read"):
        instance["ICCProfile"]
    assert instance["SOPClassUID"] == SOP_CLASS[2].decode()


@pytest.mark.parametrize("length", [7_000, 8_191, 8_192, 8_193, 60_000, 80_000, 400_000])
def test_a_header_of_any_length_is_read_to_its_end(
    host: Host, write_elements: Callable[..., str], length: int
) -> None:
    values = [(0x00091000 + number, "OB", bytes(1_000)) for number in range(0x10, 0x10 + 200)]
    image = write_elements(
        SOP_CLASS,
        *values[: length // 1_000],
        (0x00094000, "UT", b"x" * (length % 1_000)),
        (0x00280010, "US", b"\0\2"),
        (0x300A0002, "SH", b"plan"),
    )
    instance = host.require(INSTANCE, image)
    assert len(instance) == 5 + length // 1_000 if length < 200_000 else 205
    assert (instance["Rows"], instance["RTPlanLabel"]) == (512, "plan")


def test_equal_vectors_and_strings_of_a_series_are_one_object(
    host: Host, write: Callable[..., str]
) -> None:
    first, second = (
        host.require(
            IMAGE_PLANE,
            write(
                f"{number}.dcm",
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                ImagePositionPatient=[0, 0, number],
                PixelSpacing=[0.5, 0.5],
                FrameOfReferenceUID="1.2.3",
            ),
        )
        for number in (1, 2)
    )
    shared = ("image_orientation_patient", "pixel_spacing", "frame_of_reference_uid")
    for field in (*shared, "row_cosines", "column_cosines"):
        assert getattr(first, field) is getattr(second, field), field


def test_finding_images_does_not_import_pydicom(tmp_path: Path) -> None:
    path = tmp_path / "ct.dcm"
    path.write_bytes(Path(get_testdata_file("CT_small.dcm", download=False)).read_bytes())
    program = (
        "import sys; from metaprov_dicom.finding.search import Search;"
        f"print(len(list(Search({str(tmp_path)!r}, is_followed=True).image_ids())),"
        "'pydicom' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["1", "False"]
    assert IMAGE_PIXEL in MODULES
