"""What tells images of one position apart, where more than one attribute could."""

from __future__ import annotations

import itertools

import pytest

from metaprov_modules import ImagePlaneModule
from metaprov_volume.geometry.rules import RULES
from metaprov_volume.geometry.slices import Slice, grid_of, position_of
from metaprov_volume.geometry.volumes import volumes_of

SLICES = 6


def slice_at(place, name, **attributes):
    """An axial slice, 2 mm from the next one."""
    module = ImagePlaneModule(
        rows=4,
        columns=4,
        row_cosines=(1.0, 0.0, 0.0),
        column_cosines=(0.0, 1.0, 0.0),
        image_position_patient=(0.0, 0.0, 2.0 * place),
        pixel_spacing=(1.0, 1.0),
    )
    grid, position = grid_of(module, 1, RULES), position_of(module)
    return Slice(f"{name}:{place}", grid, position, 2.0, (1.0, 0.0), None, attributes)


def found(slices):
    return list(volumes_of(slices, RULES))


def names(volume):
    """Of which of the made groups its images are."""
    return {image_id.partition(":")[0] for image_id in volume.image_ids}


def test_a_pair_of_values_is_surer_than_a_time():
    kinds = list(itertools.product((10.0, 20.0), (("ORIGINAL", "M"), ("ORIGINAL", "P"))))
    slices = [
        # Images were written in another order at every other position.
        slice_at(
            place,
            f"{echo}-{image_type[1]}",
            EchoTime=echo,
            ImageType=image_type,
            ContentTime=f"12000{kind if place % 2 else 3 - kind}",
        )
        for place in range(SLICES)
        for kind, (echo, image_type) in enumerate(kinds)
    ]
    volumes = found(slices)
    assert [volume.group.attribute for volume in volumes] == ["EchoTime/ImageType"] * 4
    assert [volume.group.value for volume in volumes] == kinds
    assert all(volume.regular and len(names(volume)) == 1 for volume in volumes)
    assert not any(volume.group.assumed for volume in volumes)


@pytest.mark.parametrize("pair", [False, True])
def test_a_doubled_slice_is_named_in_its_group(pair):
    times = range(1, 5)
    attributes = [
        {"EchoTime": float(time % 2), "FlipAngle": float(time // 2)}
        if pair
        else {"TemporalPositionIdentifier": time}
        for time in times
    ]
    slices = [
        slice_at(place, str(time), **attributes[time - 1]) for time in times for place in range(5)
    ]
    slices.append(slices[2]._replace(image_id="1:2 again"))
    volumes = found(slices)
    assert [names(volume) for volume in volumes if not volume.duplicates] == [
        names(volume) for volume in volumes if volume.regular
    ]
    (doubled,) = (volume for volume in volumes if volume.duplicates)
    assert doubled.duplicates == (("1:2", "1:2 again"),)
    assert [note.code for note in doubled.notes] == ["positionsRepeated"]
    assert len(volumes) == len(times)


def test_a_series_that_is_there_twice_is_not_two_groups():
    slices = [slice_at(place, "a", EchoTime=1.0 + place % 2) for place in range(SLICES)]
    slices += [each._replace(image_id=f"again {each.image_id}") for each in slices]
    (volume,) = found(slices)
    assert volume.group is None
    assert len(volume.duplicates) == SLICES


@pytest.mark.parametrize("block", ["10", "11", "1F"])
def test_a_vendors_attribute_is_in_the_block_that_its_creator_has(block):
    slices = [
        slice_at(
            place,
            str(value),
            **{f"001900{block}": "SIEMENS MR HEADER", f"0019{block}0C": value},
        )
        for value in (0, 800)
        for place in range(SLICES)
    ]
    volumes = found(slices)
    assert [volume.group.attribute for volume in volumes] == ["(0019,100C)"] * 2
    assert [volume.group.value for volume in volumes] == [0, 800]


def test_a_vendors_attribute_of_another_creator_says_nothing():
    slices = [
        slice_at(place, str(value), **{"00190010": "ANOTHER", "0019100C": value})
        for value in (0, 800)
        for place in range(SLICES)
    ]
    (volume,) = found(slices)
    assert volume.group is None


@pytest.mark.parametrize("kind", ["Acquisition", "Content"])
def test_a_time_after_midnight_is_the_later_one(kind):
    before, after = ("20260101", "235959.5"), ("20260102", "000003.25")
    slices = [
        slice_at(place, name, **{f"{kind}Date": date, f"{kind}Time": time})
        for name, (date, time) in {"before": before, "after": after}.items()
        for place in range(SLICES)
    ]
    volumes = found(slices)
    assert [names(volume) for volume in volumes] == [{"before"}, {"after"}]
    assert [volume.group.value for volume in volumes] == ["235959.5", "000003.25"]


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        ("ComplexImageComponent", ("MAGNITUDE", "PHASE")),
        ("FrameAcquisitionNumber", (1, 2)),
        ("FrameReferenceDateTime", ("20260101120000", "20260101120100")),
        ("FrameType", (("ORIGINAL", "PRIMARY"), ("DERIVED", "PRIMARY"))),
        ("InversionTimes", (100.0, 200.0)),
        ("TemporalPositionTimeOffset", (0.0, 2.5)),
    ],
)
def test_frames_of_enhanced_images_have_attributes_of_their_own(attribute, values):
    slices = [
        slice_at(place, str(value), **{attribute: value})
        for value in values
        for place in range(SLICES)
    ]
    volumes = found(slices)
    assert {volume.group.attribute for volume in volumes} == {attribute}
    assert {volume.group.value for volume in volumes} == set(values)
    assert all(volume.regular for volume in volumes)
