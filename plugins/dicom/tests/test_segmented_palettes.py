"""Segmented palettes: no more is expanded than a palette can have."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from metaprov_dicom import IMAGE_PIXEL
from metaprov_dicom.modules.segments import number_of_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host


def words(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}H", *values)


@pytest.mark.parametrize(
    ("data", "bits", "entries"),
    [
        (words(0, 3, 10, 20, 30), 16, 3),
        (words(0, 1, 10, 1, 99, 20), 16, 100),
        (words(0, 2, 10, 20, 2, 1, 0, 0), 16, 4),
        (bytes((0, 2, 10, 20, 1, 50, 7)), 8, 52),
        (bytes((0, 2, 10, 20, 2, 1, 0, 0, 0, 0)), 8, 4),
        (b"", 16, 0),
    ],
)
def test_the_segments_say_how_many_entries_they_make(data: bytes, bits: int, entries: int) -> None:
    for most in (max(entries, 3), entries + 10):
        assert number_of_entries(data, bits, most) == entries


@pytest.mark.parametrize(("made", "is_taken"), [(4, True), (5, True), (8, True), (9, False)])
def test_of_a_few_more_entries_the_first_ones_are_taken(
    host: Host, write_elements: Callable[..., str], made: int, is_taken: bool
) -> None:
    data = words(0, 2, 20, 30, 1, made - 2, 30 + 10 * (made - 2))
    image = write_elements(
        (0x00080016, "UI", b"1.2"), (0x00280010, "US", b"\0\2"),
        *((0x00281101 + colour, "US", struct.pack("<3H", 4, 0, 16)) for colour in range(3)),
        *((0x00281221 + colour, "OW", data) for colour in range(3)),
    )  # fmt: skip
    found = host.require(IMAGE_PIXEL, image).blue_palette_color_lookup_table_data
    assert found == ((20, 30, 40, 50) if is_taken else None)
    host.clear()
    has_note = "more than the 4 entries they describe: the first" in str(
        host.explain(IMAGE_PIXEL, image, all=True)
    )
    assert has_note is (4 < made < 9)


@pytest.mark.parametrize(
    "data",
    [
        words(0, 1, 10, *(1, 65535, 20) * 10_000),
        # segments that copy themselves, and each other
        words(0, 1, 10, 2, 1, 3, 0),
        words(0, 1, 10, 2, 2, 3, 0, 2, 2, 3, 0),
        words(0, 1, 10, 2, 0, 0, 0),
    ],
)
def test_segments_without_end_are_not_expanded(
    host: Host, write_elements: Callable[..., str], data: bytes
) -> None:
    assert number_of_entries(data, 16, 1_000) is None
    descriptors = [
        (0x00281101 + colour, "US", struct.pack("<3H", 256, 0, 16)) for colour in range(3)
    ]
    segmented = [(0x00281221 + colour, "OW", data) for colour in range(3)]
    image = write_elements(
        (0x00080016, "UI", b"1.2"), (0x00280010, "US", b"\0\2"), *descriptors, *segmented
    )
    pixel = host.require(IMAGE_PIXEL, image)
    assert pixel.red_palette_color_lookup_table_data is None
