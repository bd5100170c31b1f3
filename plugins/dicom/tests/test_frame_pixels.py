"""The pixels of frames as they are stored; pydicom is the judge."""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import data_store
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.encaps import encapsulate, encapsulate_extended, get_frame
from pydicom.pixels.utils import get_expected_length
from pydicom.uid import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from metaprov_core import Host, MetadataNotFoundError, MetadataReadError
from metaprov_dicom import BytesSource, frame_pixels_from_source, frame_pixels_from_stream
from metaprov_dicom import number_of_frames as count_frames
from metaprov_dicom.pixels.fragments import fragments_behind_table

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDERS = (
    Path(pydicom.__file__).parent / "data" / "test_files",
    Path(data_store.__file__).parent / "data",
)
FILES = sorted(path for folder in FOLDERS for path in folder.rglob("*.dcm"))
KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
#: Theirs are shorter than their headers say, or without rows.
WITHOUT_ALL_FRAMES = {
    "MR_truncated.dcm", "badVR.dcm", "liver_1frame.dcm", "liver_expb_1frame.dcm",
    "meta_missing_tsyntax.dcm", "nested_priv_SQ.dcm",
}  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_frames_are_those_of_pydicom(host: Host, path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = dcmread(path, force=True)
    keyword = next((each for each in KEYWORDS if each in dataset), None)
    if keyword is None or path.name in WITHOUT_ALL_FRAMES:
        pytest.skip("no pixels, or not all of them")
    frames = count_frames(host.require("instance", str(path)))
    for frame in sorted({1, (frames + 1) // 2, frames}):
        pixels = host.require("framePixelData", f"{path}?frame={frame}")
        assert pixels.element == keyword
        assert pixels.data == of_pydicom(dataset, keyword, frame, frames)
        source = BytesSource(path.read_bytes(), "bytes")
        assert frame_pixels_from_source(source, frame) == pixels


def of_pydicom(dataset, keyword: str, frame: int, frames: int) -> bytes:
    element = dataset[keyword]
    if element.is_undefined_length:
        table = dataset.get("ExtendedOffsetTable")
        extended = (table, dataset.ExtendedOffsetTableLengths) if table else None
        return get_frame(
            element.value, frame - 1, number_of_frames=frames, extended_offsets=extended
        )
    size = get_expected_length(dataset) // int(dataset.get("NumberOfFrames") or 1)
    return element.value[(frame - 1) * size : frame * size]


JPEGS = [b"\xff\xd8" + bytes([frame]) * 100 + b"\xff\xd9" for frame in range(5)]


def image(write, pixels: bytes, frames: int = 5, syntax: str = JPEG2000Lossless, **more) -> str:
    return write(
        transfer_syntax=syntax, NumberOfFrames=frames, PixelData=pixels, Columns=1, BitsAllocated=8,
        SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2", **more,
    )  # fmt: skip


def frames_of(host: Host, image_id: str, frames: int = 5) -> Iterator[bytes]:
    for frame in range(1, frames + 1):
        yield host.require("framePixelData", f"{image_id}?frame={frame}").data


@pytest.mark.parametrize("fragments", [1, 2, 3])
@pytest.mark.parametrize("has_bot", [True, False])
def test_fragments_of_a_frame_are_joined(host, write, fragments: int, has_bot: bool) -> None:
    pixels = encapsulate(JPEGS, fragments_per_frame=fragments, has_bot=has_bot)
    assert list(frames_of(host, image(write, pixels))) == JPEGS


def test_an_extended_offset_table_says_how_long_frames_are(host, write) -> None:
    odd = [frame[:-1] for frame in JPEGS]
    # pydicom counts the padding; the standard does not (PS3.3 C.7.6.3.1.8).
    pixels, offsets, _ = encapsulate_extended(odd)
    lengths = struct.pack("<5Q", *map(len, odd))
    image_id = image(write, pixels, ExtendedOffsetTable=offsets, ExtendedOffsetTableLengths=lengths)
    assert list(frames_of(host, image_id)) == odd


@pytest.mark.parametrize("entry", range(5))
@pytest.mark.parametrize("offset", [0, 3, 50, 112, 5000])
def test_a_wrong_table_does_not_count(host, write, entry: int, offset: int) -> None:
    pixels = bytearray(encapsulate(JPEGS))
    struct.pack_into("<I", pixels, 8 + 4 * entry, offset)
    assert list(frames_of(host, image(write, bytes(pixels)))) == JPEGS


def test_fragments_that_nothing_tells_apart_are_an_error(host, write) -> None:
    pixels = encapsulate([bytes([n]) * 64 for n in range(5)], fragments_per_frame=2, has_bot=False)
    with pytest.raises(MetadataReadError, match="nothing tells which fragments are of which"):
        host.get("framePixelData", image(write, pixels, syntax=RLELossless))


def test_a_file_that_ends_within_a_fragment_is_an_error(host, write) -> None:
    image_id = image(write, encapsulate(JPEGS))
    path = Path(image_id.removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes()[:-60])
    assert host.require("framePixelData", f"{image_id}?frame=4").data == JPEGS[3]
    with pytest.raises(MetadataReadError, match="the file ends within a fragment"):
        host.get("framePixelData", f"{image_id}?frame=5")


def test_a_file_may_end_without_the_delimiter(host, write) -> None:
    image_id = image(write, encapsulate(JPEGS))
    path = Path(image_id.removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes()[:-8])
    assert list(frames_of(host, image_id)) == JPEGS


@given(st.lists(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=3), min_size=1))
def test_any_frames_are_found_by_a_right_table(frames: list[list[bytes]]) -> None:
    items, offsets = b"", []
    for fragments in frames:
        offsets.append(len(items))
        for fragment in fragments:
            items += struct.pack("<II", 0xE000FFFE, len(fragment)) + fragment
    table = struct.pack(f"<II{len(offsets)}I", 0xE000FFFE, 4 * len(offsets), *offsets)
    source = BytesSource(table + items + struct.pack("<II", 0xE0DDFFFE, 0), "bytes")
    found = fragments_behind_table(source, 0, None, len(frames), None, trust=True)
    assert [found.of_frame(source, n, None) for n in range(1, len(frames) + 1)] == [
        b"".join(fragments) for fragments in frames
    ]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4), st.data())
def test_frames_of_single_bits_begin_on_a_byte(rows, columns, frames, data) -> None:
    from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels
    from metaprov_dicom.pixels.native import native_frame

    size = rows * columns
    bits = data.draw(st.lists(st.integers(0, 1), min_size=size * frames, max_size=size * frames))
    packed = sum(bit << place for place, bit in enumerate(bits))
    stored = packed.to_bytes((len(bits) + 7) // 8, "little")
    place = PlaceOfPixels(0x7FE00010, 0, len(stored), True, False, None)
    for frame in range(frames):
        got = native_frame(BytesSource(stored, "bytes"), place, frame + 1, size)
        number = int.from_bytes(got, "little")
        assert [number >> place & 1 for place in range(size)] == bits[frame * size :][:size]


def test_missing_pixels_are_said(host, write) -> None:
    with pytest.raises(MetadataNotFoundError, match=r"PixelData \(7FE0,0010\) is missing"):
        host.require("framePixelData", write())


def test_a_video_is_said_to_be_one(host, write) -> None:
    image_id = image(write, encapsulate(JPEGS[:1]), syntax="1.2.840.10008.1.2.4.102")
    with pytest.raises(MetadataNotFoundError, match=r"a video \(1\.2\.840\.10008\.1\.2\.4\.102\)"):
        host.require("framePixelData", image_id)


def test_pixels_that_are_too_short_are_an_error(host, write) -> None:
    image_id = image(write, bytes(6), 1, ExplicitVRLittleEndian)
    path = Path(image_id.removeprefix("dicomfile:"))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"\x28\0\x10\0US\2\0\1\0", b"\x28\0\x10\0US\2\0\x09\0"))
    with pytest.raises(MetadataReadError, match="3 of the 9 bytes of frame 1 are missing"):
        host.get("framePixelData", image_id)


def test_a_file_that_has_changed_is_an_error_until_that_is_told(host, write) -> None:
    image_id = image(write, bytes(4), 1, ExplicitVRLittleEndian)
    assert host.require("framePixelData", image_id).data == bytes(1)
    path = Path(image_id.removeprefix("dicomfile:"))
    path.write_bytes(path.read_bytes() + bytes(2))
    with pytest.raises(MetadataReadError, match="the file has changed since its header was read"):
        host.get("framePixelData", image_id)
    host.changed(None, image_id)
    assert host.require("framePixelData", image_id).data == bytes(1)


def test_a_frame_from_a_stream(write) -> None:
    image_id = image(write, encapsulate(JPEGS))
    data = Path(image_id.removeprefix("dicomfile:")).read_bytes()
    stream = io.BytesIO(data)
    assert frame_pixels_from_stream(stream, len(data), "a stream", 3).data == JPEGS[2]
    assert stream.closed
    with pytest.raises(MetadataReadError, match="there is no frame 6; the image has 5 frames"):
        frame_pixels_from_stream(io.BytesIO(data), len(data), "a stream", 6)


def test_big_endian_pixels_are_left_as_they_are(write) -> None:
    dataset = dcmread(FOLDERS[0] / "ExplVR_BigEnd.dcm")
    pixels = frame_pixels_from_source(
        BytesSource((FOLDERS[0] / "ExplVR_BigEnd.dcm").read_bytes(), "bytes")
    )
    assert pixels.transfer_syntax_uid == ExplicitVRBigEndian
    assert dataset.PixelData.startswith(pixels.data)


def test_an_added_header_has_no_pixels_and_the_file_of_its_id_has(host, write) -> None:
    image_id = image(write, bytes(4), 1, ExplicitVRLittleEndian)
    header = dcmread(image_id.removeprefix("dicomfile:"))
    for added in (image_id, "elsewhere:1"):
        host.add("instance", added, header)
    assert host.require("framePixelData", image_id).data == bytes(1)
    with pytest.raises(MetadataNotFoundError, match="its header was added, without pixel data"):
        host.require("framePixelData", "elsewhere:1")


def test_the_plane_of_a_mosaic_is_said_to_be_one(host, write) -> None:
    image_type = ["ORIGINAL", "PRIMARY", "M", "MOSAIC"]
    image_id = write(ImageType=image_type, ImagePositionPatient=[1, 2, 3])
    assert host.require("imagePlaneModule", image_id).image_position_patient == (1, 2, 3)
    assert "the plane of a mosaic of tiles" in str(host.explain("imagePlaneModule", image_id))
