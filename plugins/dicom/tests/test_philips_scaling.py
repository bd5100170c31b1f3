"""The private scaling of MR images of Philips: philipsScalingModule."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from metaprov_dicom import INSTANCE, PHILIPS_SCALING, PhilipsScalingModule

if TYPE_CHECKING:
    from metaprov_core import Host

Ask = Callable[..., Any]
Write = Callable[..., str]
Item = Callable[..., Dataset]

OF_SCALES = "Philips MR Imaging DD 001"
OF_FRAMES = "Philips MR Imaging DD 005"


def scaled(slope: float, intercept: float, creator: str = OF_SCALES) -> Dataset:
    """A data set with scales, in the block that comes first."""
    dataset = Dataset()
    block = dataset.private_block(0x2005, creator, create=True)
    block.add_new(0x0D, "FL", intercept)
    block.add_new(0x0E, "FL", slope)
    return dataset


def framed(*items: Dataset) -> Dataset:
    """The groups of a frame with what is private of it."""
    groups = Dataset()
    groups.add_new(0x20050014, "LO", OF_FRAMES)
    groups.add_new(0x2005140F, "SQ", list(items))
    return groups


@pytest.fixture
def image(write: Write, tmp_path: Any) -> Write:
    """Write an MR image of Philips with these private elements and other attributes; its id."""

    def image(private: Dataset, syntax: str = ExplicitVRLittleEndian, **attributes: Any) -> str:
        given = {"Modality": "MR", "Manufacturer": "Philips Medical Systems", **attributes}
        path = write(transfer_syntax=syntax, **given).removeprefix("dicomfile:")
        dataset = dcmread(path)
        dataset.update(private)
        dataset.save_as(path, enforce_file_format=True)
        return f"dicomfile:{path}"

    return image


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_a_classic_image(host: Host, image: Write, syntax: str) -> None:
    """Of a phase image: 0 is in the middle of 12 bits."""
    private = scaled(0.25, 2047.5)
    id = image(private, syntax, RescaleSlope="1.6", RescaleIntercept="-3276")
    module = host.require(PHILIPS_SCALING, id)

    assert module == PhilipsScalingModule(0.25, 2047.5, 4.0, -8190.0)
    stored, rescale_slope, rescale_intercept = 100, 1.6, -3276
    floating_point = (stored * rescale_slope + rescale_intercept) / (rescale_slope * 0.25)
    assert stored * 4.0 - 8190.0 == pytest.approx(floating_point, rel=1e-12)


def test_it_is_the_same_from_dicom_json(host: Host, image: Write) -> None:
    id = image(scaled(0.25, 0), RescaleSlope=2, RescaleIntercept=0)
    dataset = dcmread(id.removeprefix("dicomfile:"))
    host.add(INSTANCE, "memory:json", json.loads(dataset.to_json()))
    assert host.get(PHILIPS_SCALING, "memory:json") == PhilipsScalingModule(0.25, 0.0, 4.0, 0.0)
    assert host.get(PHILIPS_SCALING, id) == host.get(PHILIPS_SCALING, "memory:json")


@pytest.mark.parametrize("creator", ["PHILIPS MR IMAGING DD 001", f"{OF_SCALES} "])
def test_the_block_is_that_of_the_creator(host: Host, image: Write, creator: str) -> None:
    private = Dataset()
    private.private_block(0x2005, "Another", create=True).add_new(0x0E, "FL", 8.0)
    private.add_new(0x20050055, "LO", creator)
    private.add_new(0x2005550E, "FL", 0.5)
    assert host.require(PHILIPS_SCALING, image(private)).scale_slope == 0.5


def test_of_two_blocks_of_the_creator_the_first_counts(ask: Ask) -> None:
    private = {"20050012": OF_SCALES, "2005120E": 9, "20050011": OF_SCALES, "2005110E": 0.5}
    assert ask(PHILIPS_SCALING, **private).scale_slope == 0.5


def test_a_block_of_another_creator_is_not_theirs(host: Host, image: Write) -> None:
    assert host.get(PHILIPS_SCALING, image(scaled(2, 0, "Another"))) is None


@pytest.mark.parametrize(
    ("manufacturer", "scale"), [("Philips", 0.5), ("PHILIPS Healthcare", 0.5), ("Other", None)]
)
@pytest.mark.parametrize("vr", ["FL", "UN"])
def test_without_creators_the_usual_block_counts_in_images_of_philips(
    host: Host, write_elements: Write, vr: str, manufacturer: str, scale: float | None
) -> None:
    id = write_elements(
        (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.4"), (0x00080060, "CS", b"MR"),
        (0x00080070, "LO", manufacturer.encode()), (0x2005100E, vr, struct.pack("<f", 0.5)),
    )  # fmt: skip
    module = host.get(PHILIPS_SCALING, id)
    assert (module and module.scale_slope) == scale


def test_another_modality_is_not_scaled(host: Host, image: Write) -> None:
    assert host.get(PHILIPS_SCALING, image(scaled(2, 0), Modality="CT")) is None
    unsaid = image(scaled(2, 0), name="unsaid.dcm", Modality=None)
    assert host.require(PHILIPS_SCALING, unsaid).scale_slope == 2


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_each_frame_has_its_own(host: Host, image: Write, item: Item, syntax: str) -> None:
    def frame(rescale_slope: float, scale_slope: float) -> Dataset:
        groups = framed(scaled(scale_slope, -2))
        transformation = item(RescaleSlope=rescale_slope, RescaleIntercept=2 * rescale_slope)
        groups.PixelValueTransformationSequence = [transformation]
        return groups

    id = image(
        scaled(9, 9), syntax, NumberOfFrames=2,
        PerFrameFunctionalGroupsSequence=[frame(3, 0.5), frame(5, 0.25)],
    )  # fmt: skip
    found = [host.get(PHILIPS_SCALING, f"{id}?frame={number}") for number in (1, 2)]
    assert found == [
        PhilipsScalingModule(0.5, -2.0, 2.0, 4.0), PhilipsScalingModule(0.25, -2.0, 4.0, 8.0),
    ]  # fmt: skip


def test_what_the_image_says_counts_where_the_items_of_the_frame_say_nothing(
    host: Host, image: Write, item: Item
) -> None:
    private = scaled(2, 0)
    private.update(framed(item(EchoTime=3), item()))
    assert host.require(PHILIPS_SCALING, image(private)).scale_slope == 2


def test_without_a_rescale_the_scale_intercept_says_where_zero_is(ask: Ask) -> None:
    private = {"20050010": OF_SCALES, "2005100D": 3, "2005100E": 0.5}
    assert ask(PHILIPS_SCALING, **private) == PhilipsScalingModule(0.5, 3.0, 2.0, -6.0)
    assert ask(PHILIPS_SCALING, RescaleSlope=0, RescaleIntercept=1, **private) == (
        PhilipsScalingModule(0.5, 3.0, 2.0, -6.0)
    )


def test_without_either_there_is_no_intercept(ask: Ask) -> None:
    module = ask(PHILIPS_SCALING, **{"20050010": OF_SCALES, "2005100E": 0.5})
    assert module == PhilipsScalingModule(0.5, None, 2.0, None)


def test_of_two_that_contradict_each_other_the_rescale_is_taken_and_a_note_says_so(
    host: Host, image: Write
) -> None:
    """So it is where stored values and rescale were changed, and private elements were not."""
    id = image(scaled(0.5, 100), RescaleSlope=2, RescaleIntercept=-8)
    explained = str(host.explain(PHILIPS_SCALING, id, all=True))
    assert "the stored value of 0 is 4 by RescaleSlope" in explained
    assert host.require(PHILIPS_SCALING, id).floating_point_intercept == -8.0


@pytest.mark.parametrize("scale", [0, 1e-320])
def test_nothing_is_divided_by_zero(host: Host, scale: float) -> None:
    instance = {"20050010": OF_SCALES, "2005100E": scale, "2005100D": 1}
    host.register(lambda type: instance if type == INSTANCE else None, "source")
    assert host.get(PHILIPS_SCALING, "test:1") == PhilipsScalingModule(float(scale), 1.0)
    assert "by which nothing is divided" in str(host.explain(PHILIPS_SCALING, "test:2", all=True))


@pytest.mark.parametrize("scale", [None, "2", b"ab", (1, 2), float("nan"), ({},)])
@pytest.mark.parametrize("items", [None, 7, b"abcd", (None, {}), ({"2005100E": "x"},)])
def test_what_is_malformed_is_no_answer(ask: Ask, scale: Any, items: Any) -> None:
    private = {
        "20050010": OF_SCALES, "20050014": OF_FRAMES, "2005100E": scale, "2005140F": items,
    }  # fmt: skip
    assert ask(PHILIPS_SCALING, Manufacturer="Philips", **private) is None
    assert ask(PHILIPS_SCALING, Manufacturer=7, Modality="MR", **private) is None
