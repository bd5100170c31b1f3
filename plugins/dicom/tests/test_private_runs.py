"""Private elements that are not noted are walked over to the same place as those that are."""

from __future__ import annotations

import struct

from hypothesis import example, given
from hypothesis import strategies as st

from metaprov_dicom.encoding.heads import CutOff, NotUnderstood
from metaprov_dicom.encoding.walk import PIXELS, Places, walk

GROUPS = st.sampled_from([0x0008, 0x0009, 0x0011, 0x0019, 0x0028, 0x00FF, 0x0100, 0x7FE1])
SHORT = st.sampled_from(["LO", "DS", "US", "UN", "SQ", "XX", "us"])
LENGTHS = st.integers(0, 70) | st.sampled_from([255, 256, 65_535])


def header(*elements: tuple[int, str, int]) -> bytes:
    """Elements of these groups, VRs and lengths."""
    return b"".join(
        struct.pack("<HH2s", group, number, vr.encode())
        + (struct.pack("<HI", 0, length) if vr in ("UN", "SQ") else struct.pack("<H", length))
        + b"\x09" * length
        for number, (group, vr, length) in enumerate(elements, 0x10)
    )


HEADERS = st.lists(st.tuples(GROUPS, SHORT, LENGTHS), max_size=20).map(lambda all: header(*all))


@given(data=HEADERS, left=st.integers(0, 80))
@example(data=header((9, "LO", 4), (9, "XX", 4)), left=0)
@example(data=header((9, "LO", 4), (9, "LO", 4), (9, "LO", 4)), left=22)
@example(data=header((9, "LO", 4), (8, "LO", 4), (9, "LO", 64), (9, "LO", 66)), left=0)
def test_the_walk_ends_where_it_ends_when_they_are_noted(data: bytes, left: int) -> None:
    end = max(len(data) - left, 0)
    public = {key: place for key, place in walked(data, end, 0)[1].items() if key % 2 == 0}
    where, places = walked(data, end, 1)
    assert where == walked(data, end, 0)[0]
    assert {key: place for key, place in places.items() if key % 2 == 0} == public


def walked(data: bytes, end: int, private_bit: int) -> tuple[object, Places]:
    places: Places = {}
    try:
        return walk(data, 0, end, places, True, PIXELS, private_bit), places
    except CutOff:
        return CutOff, places
    except NotUnderstood:
        return NotUnderstood, places
