"""Frames: which ones there are, and what functional groups say of each."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from pydicom import Dataset
from pydicom.data import get_testdata_file
from pydicom.sequence import Sequence

from metaprov_core import Host, MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE, MODALITY_LUT
from metaprov_dicom.modules import MODULES

Item = Callable[..., Dataset]
Write = Callable[..., str]


@pytest.mark.parametrize("type", ["instance", "dataset", *MODULES])
@pytest.mark.parametrize("frame", [0, 2, 99])
def test_a_frame_that_a_single_frame_image_does_not_have_is_an_error(
    host: Host, write: Write, type: str, frame: int
) -> None:
    image = write(Rows=3, Modality="CT", RescaleSlope=1, WindowCenter=1, Units="CNTS")
    with pytest.raises(
        MetadataReadError, match=f"(?m)there is no frame {frame}; the image has 1 frame$"
    ):
        host.get(type, f"{image}?frame={frame}")


def test_an_image_with_several_frames_has_these_and_no_other(host: Host, write: Write) -> None:
    image = write(Rows=3, NumberOfFrames=2)
    assert host.require(INSTANCE, f"{image}?frame=2")["Rows"] == 3
    with pytest.raises(MetadataReadError, match="the image has 2 frames"):
        host.get(INSTANCE, f"{image}?frame=3")


@pytest.mark.parametrize("number", [b"", b"0", b"-3", b"many"])
def test_without_a_valid_number_of_frames_there_is_one(
    host: Host, write_elements: Write, number: bytes
) -> None:
    image = write_elements((0x00080016, "UI", b"1.2"), (0x00280008, "IS", number))
    assert host.require(INSTANCE, f"{image}?frame=1")["SOPClassUID"] == "1.2"
    with pytest.raises(MetadataReadError, match=r"(?m)1 frame$"):
        host.get(INSTANCE, f"{image}?frame=2")


def test_a_frame_that_another_source_does_not_have_is_an_error_too(host: Host) -> None:
    host.register(
        lambda type: {"Rows": 3, "NumberOfFrames": 2} if type == "instance" else None, "source"
    )
    assert host.require(IMAGE_PLANE, "other:1&frame=2").rows == 3
    with pytest.raises(MetadataReadError, match="no frame 3"):
        host.get(IMAGE_PLANE, "other:1&frame=3")


@pytest.fixture
def enhanced(item: Item) -> Callable[..., dict[str, Any]]:
    """The attributes of an enhanced CT with three frames."""

    def position(z: float) -> Dataset:
        return item(
            PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])],
            FrameContentSequence=[item(InstanceNumber=99, StackID="1")],
        )

    def enhanced(**attributes: Any) -> dict[str, Any]:
        shared = item(
            PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.6], SliceThickness=2)],
            PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        )
        frames = [position(z) for z in (1, 2, 3)]
        frames[0].PixelValueTransformationSequence = [item(RescaleSlope=7, RescaleIntercept=0)]
        return {
            "Rows": 4,
            "InstanceNumber": 5,
            "NumberOfFrames": 3,
            "SharedFunctionalGroupsSequence": [shared],
            "PerFrameFunctionalGroupsSequence": frames,
            **attributes,
        }

    return enhanced


@pytest.mark.parametrize("undefined_length", [False, True])
def test_each_frame_has_what_its_groups_say(
    host: Host, write: Write, enhanced: Callable[..., dict[str, Any]], undefined_length: bool
) -> None:
    attributes = enhanced()
    frames = Sequence(attributes["PerFrameFunctionalGroupsSequence"])
    frames.is_undefined_length = undefined_length
    image = write(**(attributes | {"PerFrameFunctionalGroupsSequence": frames}))
    planes = [host.require(IMAGE_PLANE, id) for id in host.find_images(image)]
    assert [plane.image_position_patient for plane in planes] == [(0, 0, 1), (0, 0, 2), (0, 0, 3)]
    assert {plane.pixel_spacing for plane in planes} == {(0.5, 0.6)}
    assert planes[0] == host.get(IMAGE_PLANE, image)


def test_what_one_frame_says_is_not_said_of_the_others(
    host: Host, write: Write, enhanced: Callable[..., dict[str, Any]]
) -> None:
    image = write(**enhanced())
    assert host.require(MODALITY_LUT, image).rescale_slope == 7
    assert host.get(MODALITY_LUT, f"{image}?frame=2") is None
    assert host.require(MODALITY_LUT, f"{image}?frame=1").rescale_slope == 7


def test_the_frame_overlays_the_shared_groups_and_they_the_root(
    host: Host, write: Write, item: Item, enhanced: Callable[..., dict[str, Any]]
) -> None:
    attributes = enhanced(SliceThickness=1, PixelSpacing=[9, 9], ContentTime="1200")
    frame = attributes["PerFrameFunctionalGroupsSequence"][1]
    frame.PixelMeasuresSequence = [item(SliceThickness=3)]
    frame.PlaneOrientationSequence = [item(ImageOrientationPatient=None)]
    image = write(**attributes)
    first = host.require(INSTANCE, image)
    second = host.require(INSTANCE, f"{image}?frame=2")
    assert (first["SliceThickness"], second["SliceThickness"]) == (2.0, 3.0)
    assert first["PixelSpacing"] == second["PixelSpacing"] == (0.5, 0.6)
    assert second["ImageOrientationPatient"] == (1, 0, 0, 0, 1, 0)
    assert second["ContentTime"] == "1200"


def test_what_does_not_fit_in_a_frame_hides_what_all_frames_say(
    host: Host, write: Write, item: Item, enhanced: Callable[..., dict[str, Any]]
) -> None:
    attributes = enhanced()
    frame = attributes["PerFrameFunctionalGroupsSequence"][1]
    frame.PixelMeasuresSequence = [item(PixelSpacing=[1, 2, 3])]
    image = write(**attributes)
    spacings = [
        host.require(IMAGE_PLANE, f"{image}?frame={number}").pixel_spacing for number in (1, 2, 3)
    ]
    assert spacings == [(0.5, 0.6), None, (0.5, 0.6)]


def test_what_does_not_fit_of_all_frames_is_said_of_each(
    host: Host, write: Write, enhanced: Callable[..., dict[str, Any]]
) -> None:
    attributes = enhanced()
    (shared,) = attributes["SharedFunctionalGroupsSequence"]
    shared.PixelMeasuresSequence[0].PixelSpacing = [1, 2, 3]
    image = write(**attributes)
    for number in (1, 2):
        rows = host.explain("imagePlaneModule", f"{image}?frame={number}").rows
        (note,) = [note for row in rows for note in row.notes]
        assert note.startswith("PixelSpacing (0028,0030) is not understood"), number


def test_the_identity_of_the_image_is_never_overlaid(
    host: Host, write: Write, item: Item, enhanced: Callable[..., dict[str, Any]]
) -> None:
    attributes = enhanced(Columns=4)
    attributes["PerFrameFunctionalGroupsSequence"][0].PixelMeasuresSequence = [
        item(Rows=9, Columns=9)
    ]
    instance = host.require(INSTANCE, write(**attributes))
    assert (instance["InstanceNumber"], instance["Rows"], instance["Columns"]) == (5, 4, 4)
    assert instance["StackID"] == "1"


def test_references_to_other_images_are_not_spread(
    host: Host, write: Write, item: Item, enhanced: Callable[..., dict[str, Any]]
) -> None:
    reference = item(
        ReferencedSOPInstanceUID="1.9", ReferencedFrameNumber=7, PurposeOfReferenceCodeSequence=[]
    )
    attributes = enhanced()
    frame = attributes["PerFrameFunctionalGroupsSequence"][0]
    frame.ReferencedImageSequence = [item(StationName="A")]
    frame.DerivationImageSequence = [item(DerivationDescription="B")]
    frame.CTImageFrameTypeSequence = [reference]
    private = frame.private_block(0x0021, "ACME", create=True)
    private.add_new(1, "SQ", [item(CineRate=3)])
    instance = host.require(INSTANCE, write(**attributes))
    for keyword in ("StationName", "DerivationDescription", "ReferencedFrameNumber", "CineRate"):
        assert keyword not in instance
    assert instance["ReferencedImageSequence"][0]["StationName"] == "A"


def test_the_groups_stay_readable_whole_and_the_two_sequences_are_left_out(
    host: Host, write: Write, item: Item, enhanced: Callable[..., dict[str, Any]]
) -> None:
    attributes = enhanced()
    mappings = [item(LUTLabel="a"), item(LUTLabel="b")]
    attributes["SharedFunctionalGroupsSequence"][0].RealWorldValueMappingSequence = mappings
    instance = host.require(INSTANCE, write(**attributes))
    assert [mapping["LUTLabel"] for mapping in instance["RealWorldValueMappingSequence"]] == [
        "a",
        "b",
    ]
    assert instance["LUTLabel"] == "a"
    assert "SharedFunctionalGroupsSequence" not in instance
    assert "PerFrameFunctionalGroupsSequence" not in instance


def test_one_frame_and_one_of_the_two_sequences_are_enough(
    host: Host, write: Write, enhanced: Callable[..., dict[str, Any]]
) -> None:
    attributes = enhanced()
    shared, frames = (
        attributes.pop(f"{name}FunctionalGroupsSequence") for name in ("Shared", "PerFrame")
    )
    attributes["NumberOfFrames"] = 1
    only_shared = write("shared.dcm", **attributes, SharedFunctionalGroupsSequence=shared)
    assert host.require(IMAGE_PLANE, only_shared).pixel_spacing == (0.5, 0.6)
    only_frames = write("frames.dcm", **attributes, PerFrameFunctionalGroupsSequence=frames[:1])
    assert host.require(IMAGE_PLANE, only_frames).image_position_patient == (0, 0, 1)


def test_the_items_count_the_frames_where_no_number_does(
    host: Host, write: Write, enhanced: Callable[..., dict[str, Any]]
) -> None:
    attributes = enhanced()
    del attributes["NumberOfFrames"]
    images = list(host.find_images(write(**attributes)))
    positions = [host.require(IMAGE_PLANE, image).image_position_patient for image in images]
    assert positions == [(0, 0, 1), (0, 0, 2), (0, 0, 3)]
    with pytest.raises(MetadataReadError, match="the image has 3 frames"):
        host.get(IMAGE_PLANE, f"{images[0].split('?')[0]}?frame=4")


def test_nuclear_frames_with_groups_lie_where_the_groups_say(
    host: Host, write: Write, enhanced: Callable[..., dict[str, Any]]
) -> None:
    image = write(**enhanced(Modality="NM", ImageType=["ORIGINAL", "PRIMARY", "STATIC"]))
    assert host.require(IMAGE_PLANE, f"{image}?frame=2").image_position_patient == (0, 0, 2)


def test_frames_of_a_real_dose(host: Host) -> None:
    path = get_testdata_file("rtdose.dcm", download=False)
    instance = host.require(INSTANCE, path)
    offsets, position = instance["GridFrameOffsetVector"], instance["ImagePositionPatient"]
    planes = [host.require(IMAGE_PLANE, id) for id in host.find_images(path)]
    assert len(planes) == instance["NumberOfFrames"] == len(offsets)
    assert [plane.image_position_patient[2] for plane in planes] == pytest.approx(
        [position[2] + offset for offset in offsets]
    )


def test_a_frame_number_beyond_all_bounds_is_an_error(host: Host, write_elements: Write) -> None:
    image = write_elements((0x00080016, "UI", b"1.2"), (0x00280010, "US", struct.pack("<H", 1)))
    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, f"{image}?frame=99999999999999999999")
