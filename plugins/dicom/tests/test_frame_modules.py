"""Which frame is meant, how many there are, and how they are played and encoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset
from pydicom.data import get_testdata_file

from metaprov_dicom import (
    CINE,
    FRAME,
    MULTIFRAME,
    TRANSFER_SYNTAX,
    CineModule,
    FrameModule,
    MultiframeModule,
    TransferSyntax,
)

if TYPE_CHECKING:
    from metaprov_core import Host

Ask = Callable[..., Any]
Write = Callable[..., str]

UIDS = {
    "SOPClassUID": "1.1",
    "SOPInstanceUID": "1.2",
    "SeriesInstanceUID": "1.3",
    "StudyInstanceUID": "1.4",
}


def test_the_frame_that_is_meant(host: Host, write: Write) -> None:
    image = write(NumberOfFrames=3, **UIDS)
    assert host.get(FRAME, image) == FrameModule(1, 3, "1.1", "1.2", "1.3", "1.4")
    assert host.require(FRAME, f"{image}?frame=3").frame_number == 3


def test_an_image_that_does_not_count_its_frames_has_one(ask: Ask) -> None:
    assert ask(FRAME, **UIDS) == FrameModule(1, 1, "1.1", "1.2", "1.3", "1.4")


def test_numbers_alone_are_no_frame_module(ask: Ask) -> None:
    assert ask(FRAME, NumberOfFrames=3) is None


def test_only_an_image_that_may_have_several_frames_is_multiframe(
    ask: Ask, host: Host, write: Write
) -> None:
    assert ask(MULTIFRAME, NumberOfFrames=1) == MultiframeModule(1)
    assert ask(MULTIFRAME, Rows=2) is None
    assert ask(MULTIFRAME, PerFrameFunctionalGroupsSequence=({}, {})) == MultiframeModule(2)
    assert ask(MULTIFRAME, SharedFunctionalGroupsSequence=()) is None
    uncounted = write(PerFrameFunctionalGroupsSequence=[Dataset(), Dataset()])
    assert host.get(MULTIFRAME, f"{uncounted}?frame=2") == MultiframeModule(2)


def test_cine(host: Host, write: Write) -> None:
    image = write(FrameTime="33.3", CineRate=30, RecommendedDisplayFrameRate=25, NumberOfFrames=2)
    assert host.get(CINE, image) == CineModule(33.3, 30, 25, 2)


def test_a_transfer_syntax_of_a_file(host: Host) -> None:
    path = get_testdata_file("CT_small.dcm", download=False)
    assert host.get(TRANSFER_SYNTAX, path) == TransferSyntax("1.2.840.10008.1.2.1", None, False)


@pytest.mark.parametrize(
    ("attributes", "is_video"),
    [
        ({"TransferSyntaxUID": "1.2.840.10008.1.2.4.102"}, True),
        ({"TransferSyntaxUID": "1.2.840.10008.1.2.4.106.1"}, True),
        ({"TransferSyntaxUID": "1.2.840.10008.1.2.4.50"}, False),
        ({"AvailableTransferSyntaxUID": "1.2.840.10008.1.2.4.108"}, True),
        ({"AvailableTransferSyntaxUID": ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.1")}, False),
        (
            {
                "TransferSyntaxUID": "1.2.840.10008.1.2.1",
                "AvailableTransferSyntaxUID": ("1.2.840.10008.1.2.4.102",),
            },
            False,
        ),
    ],
)
def test_a_video_is_known_by_its_transfer_syntax(
    ask: Ask, attributes: dict[str, Any], is_video: bool
) -> None:
    assert ask(TRANSFER_SYNTAX, **attributes).is_video is is_video


def test_an_available_transfer_syntax_is_not_the_one_of_the_image(ask: Ask) -> None:
    syntax = ask(TRANSFER_SYNTAX, AvailableTransferSyntaxUID="1.2.840.10008.1.2.1")
    assert syntax == TransferSyntax(None, ("1.2.840.10008.1.2.1",), False)
