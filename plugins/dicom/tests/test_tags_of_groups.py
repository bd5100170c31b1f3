"""The tags of groups are those of all tags that are of the groups, however a header was read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from metaprov_dicom import Instance, instance_from_stream
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.file.reader import read_instance
from metaprov_dicom.frames.groups import instance_of_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydicom import Dataset

GROUPS = (0x0002, 0x0008, 0x0009, 0x0010, 0x0071, 0x7053)
TAGS = st.builds(
    lambda group, number: group << 16 | number,
    st.sampled_from(GROUPS[1:]),
    st.sampled_from([0x0000, 0x0010, 0x0011, 0x0040, 0x1009, 0x1109]),
)
#: One of them looks as if there was an element of 0009, and one as if of 7053.
VALUES = st.sampled_from([b"\x09\0\x10\0LO", b"Spin", b"", b"a" * 70])


@given(elements=st.lists(st.tuples(TAGS, st.sampled_from(["LO", "UN", "OB"]), VALUES), max_size=9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("explicit", [True, False])
def test_of_a_file_whatever_the_order_of_its_elements(
    encoded: Callable[..., bytes], elements: list[tuple[int, str, bytes]], explicit: bool
) -> None:
    syntax = "1.2.840.10008.1.2.1" if explicit else "1.2.840.10008.1.2"
    sop_class = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.66")
    data = b"".join(
        encoded(tag, vr if explicit else None, value)
        for tag, vr, value in [sop_class, *elements, (0x00280010, "US", b"\2\0")]
    )
    file = bytes(128) + b"DICM" + encoded(0x00020010, "UI", syntax.encode()) + data
    for_each, for_all = (instance_from_stream(io.BytesIO(file), len(file), "") for _ in range(2))

    for group in GROUPS:
        assert for_each.tags_of_groups(group) == tuple(
            tag for tag in for_all.tags() if tag >> 16 == group
        )
    several = tuple(tag for tag in for_all.tags() if tag >> 16 in (0x0009, 0x7053))
    assert for_each.tags_of_groups(0x7053, 0x0009) == several


def test_of_every_kind_of_instance(
    by_every_route: Callable[..., dict[str, Instance]],
) -> None:
    creator = (0x00090010, "LO", b"GEMS_PETD_01")
    for instance in by_every_route(creator, (0x0009100D, "DT", b"2025")).values():
        assert instance.tags_of_groups(0x0009) == (0x00090010, 0x0009100D)
        assert instance.tags_of_groups(0x7053) == ()


def test_of_a_value_that_was_left_in_its_file(write_elements: Callable[..., str]) -> None:
    path = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.128"),
        (0x00091010, "OB", b"\1" * 200_000),
        (0x7FE00010, "OW", bytes(8)),
    ).removeprefix("dicomfile:")

    assert read_instance(path).tags_of_groups(0x0009) == (0x00091010,)


def test_of_a_frame_those_of_its_groups_too(item: Callable[..., Dataset]) -> None:
    image = item(Rows=2, SharedFunctionalGroupsSequence=[item()])
    image.add_new(0x00090010, "LO", "GE")
    shared = item(PixelMeasuresSequence=[item(SliceThickness=1)])
    shared.add_new(0x00091001, "SQ", [item(Rows=3)])
    image.SharedFunctionalGroupsSequence = [shared]
    frame = instance_of_frame(Instance(DatasetElements(image)), 1)

    assert frame.tags_of_groups(0x0009) == (0x00090010, 0x00091001)
    assert frame.tags_of_groups(0x0018) == (0x00180050,)
    assert frame.tags_of_groups(0x5200) == ()
