"""How many frames an image has: as many as it says, and no more than there can be."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEG2000Lossless

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host

PIXELS = {"Rows": 2, "Columns": 3, "SamplesPerPixel": 1, "BitsAllocated": 16}


def frames_of(host: Host, image: str) -> int:
    (frames,) = {
        len(host.require("frameImageIds", image)),
        len(list(itertools.islice(host.find_images(image), 100))),
        host.require("frameModule", image).number_of_frames,
    }
    return frames


@pytest.mark.parametrize("syntax", [None, ImplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize("declared", [1, 4, 5, 2**31 - 1])
def test_native_pixels_hold_so_many(
    host: Host, write: Callable[..., str], syntax: str | None, declared: int
) -> None:
    more = {} if syntax is None else {"transfer_syntax": syntax}
    image = write(NumberOfFrames=declared, PixelData=bytes(4 * 12), **PIXELS, **more)
    assert frames_of(host, image) == min(declared, 4)
    if declared > 4:
        with pytest.raises(MetadataReadError, match=r"no frame 5; the image has 4 frames"):
            host.get("imagePlaneModule", f"{image}?frame=5")
        host.clear()
        note = f"NumberOfFrames (0028,0008) is {declared}, and there are 4"
        assert note in str(host.explain("frameModule", image, all=True))


@pytest.mark.parametrize(
    ("attributes", "frames"),
    [
        ({"BitsAllocated": 1}, 12),  # 6 bits a frame
        ({"SamplesPerPixel": 3, "BitsAllocated": 8}, 4),  # 18 bytes a frame
        # Two pixels share their colours.
        (
            {
                "SamplesPerPixel": 3,
                "BitsAllocated": 8,
                "PhotometricInterpretation": "YBR_FULL_422",
            },
            6,
        ),
        ({"Rows": 40}, 1),  # the pixels of the first frame are cut off
        ({"Rows": 0}, 12),
        ({"SamplesPerPixel": None}, 12),
    ],
)
def test_how_large_a_frame_is(
    host: Host, write: Callable[..., str], attributes: dict[str, object], frames: int
) -> None:
    image = write(
        NumberOfFrames=12, PixelData=bytes(72 if frames > 1 else 12), **PIXELS | attributes
    )
    assert frames_of(host, image) == frames


def test_a_header_without_its_pixels_has_the_frames_it_says(
    host: Host, write: Callable[..., str]
) -> None:
    assert frames_of(host, write(NumberOfFrames=7, **PIXELS)) == 7


def test_pixels_in_another_transfer_syntax_say_nothing(
    host: Host, write: Callable[..., str]
) -> None:
    from pydicom.encaps import encapsulate

    image = write(
        NumberOfFrames=7,
        PixelData=encapsulate([b"12"]),
        transfer_syntax=JPEG2000Lossless,
        **PIXELS,
    )
    assert frames_of(host, image) == 7


def test_there_are_no_more_frames_than_items(
    host: Host, write: Callable[..., str], item: Callable[..., object]
) -> None:
    items = [item(FrameContentSequence=[item(StackID=str(number))]) for number in range(3)]
    image = write(NumberOfFrames=5, PerFrameFunctionalGroupsSequence=items, **PIXELS)
    assert frames_of(host, image) == 3


def test_ever_so_many_frames_take_no_memory(host: Host, write: Callable[..., str]) -> None:
    """2,000,000 frames that are said in ten bytes took half a gigabyte."""
    image = write(NumberOfFrames=2**31 - 1)
    tracemalloc.start()
    try:
        ids = host.require("frameImageIds", image)
        assert len(ids) == 2**31 - 1
        assert len(list(itertools.islice(host.find_images(image), 3))) == 3
        assert host.get("frameModule", ids[-1]).frame_number == 2**31 - 1
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("declared", [4, 2**31 - 1])
def test_pixels_of_a_data_set_that_was_added(
    host: Host, item: Callable[..., object], declared: int
) -> None:
    dataset = item(NumberOfFrames=declared, PixelData=bytes(4 * 12), **PIXELS)
    host.add("instance", "memory:1", dataset)
    assert len(host.require("frameImageIds", "memory:1")) == 4


@pytest.mark.parametrize("keyword", ["FloatPixelData", "PixelData"])
def test_pixels_of_other_kinds_and_in_json(
    host: Host, item: Callable[..., Any], keyword: str
) -> None:
    dataset = item(NumberOfFrames=10, Rows=2, Columns=2, SamplesPerPixel=1, BitsAllocated=32)
    setattr(dataset, keyword, bytes(3 * 16))
    if keyword == "PixelData":
        dataset["PixelData"].VR = "OW"
        host.add("instance", "memory:json", dataset.to_json_dict())
        assert len(host.require("frameImageIds", "memory:json")) == 3
    host.add("instance", "memory:1", dataset)
    assert len(host.require("frameImageIds", "memory:1")) == 3
