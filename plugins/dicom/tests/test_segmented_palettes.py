"""Segmented palettes: no more is expanded than a palette can have."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from metaprov_dicom import IMAGE_PIXEL
from metaprov_dicom.modules.segments import has_more_entries

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
def test_as_many_entries_as_the_segments_say_are_allowed(
    data: bytes, bits: int, entries: int
) -> None:
    assert not has_more_entries(data, bits, entries + 10)


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
    assert has_more_entries(data, 16, 1_000)
    descriptors = [
        (0x00281101 + colour, "US", struct.pack("<3H", 256, 0, 16)) for colour in range(3)
    ]
    segmented = [(0x00281221 + colour, "OW", data) for colour in range(3)]
    image = write_elements(
        (0x00080016, "UI", b"1.2"), (0x00280010, "US", b"\0\2"), *descriptors, *segmented
    )
    pixel = host.require(IMAGE_PIXEL, image)
    assert pixel.red_palette_color_lookup_table_data is None
