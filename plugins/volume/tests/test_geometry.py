"""Stacks of slices, made at random with known defects: the rules find these, and nothing else."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metaprov_modules import ImagePlaneModule
from metaprov_volume.geometry.rules import RULES
from metaprov_volume.geometry.slices import Slice, grid_of, position_of
from metaprov_volume.geometry.vectors import along, cross, dot, unit
from metaprov_volume.geometry.volumes import volumes_of

numbers = st.floats(-1, 1, allow_nan=False)


@st.composite
def directions(draw):
    """Row and column cosines of any orientation."""
    a = (draw(numbers), draw(numbers), draw(numbers))
    b = (draw(numbers), draw(numbers), draw(numbers))
    assume(dot(a, a) > 0.1)
    c = cross(a, b)
    assume(dot(c, c) > 0.05)
    rows = unit(a)
    return rows, unit(cross(unit(c), rows))


def slice_at(number, position, cosines, *, spacing=(0.7, 0.9), thickness=2.0, **attributes):
    rows, columns = cosines
    module = ImagePlaneModule(
        rows=16,
        columns=24,
        row_cosines=rows,
        column_cosines=columns,
        # As files have them: 16 characters.
        image_position_patient=tuple(float(f"{each:.9f}") for each in position),
        pixel_spacing=spacing,
    )
    grid, at = grid_of(module, 1, RULES), position_of(module)
    return Slice(f"image:{number:04}", grid, at, thickness, (1.0, 0.0), None, attributes)


def stack(cosines, origin, step, indices, **options):
    return [
        slice_at(number, along(origin, step, index), cosines, **options)
        for number, index in enumerate(indices)
    ]


origins = st.tuples(*[st.floats(-1000, 1000)] * 3)
steps = st.floats(0.3, 12)
counts = st.integers(2, 40)


def normal_of(cosines):
    return unit(cross(*cosines))


@given(directions(), origins, steps, counts, st.randoms(use_true_random=False))
def test_an_even_stack_of_any_orientation(cosines, origin, step, count, shuffled):
    normal = normal_of(cosines)
    slices = stack(cosines, origin, along((0, 0, 0), normal, step), range(count))
    in_order = [each.image_id for each in slices]
    shuffled.shuffle(slices)
    (volume,) = volumes_of(slices, RULES)
    assert volume.regular
    assert volume.orthogonal
    assert list(volume.image_ids) == in_order
    assert volume.spacing[2] == pytest.approx(step, abs=1e-6)
    assert volume.origin == pytest.approx(origin, abs=1e-6)
    assert volume.direction[6:] == pytest.approx(normal, abs=1e-5)
    assert volume.dimensions == (24, 16, count)


@given(directions(), origins, steps, st.integers(4, 30), st.data())
def test_missing_slices_are_counted_where_they_are(cosines, origin, step, count, data):
    inner = st.integers(1, count - 2)
    gone = data.draw(st.sets(inner, min_size=1, max_size=max(1, count // 4)))
    left = [index for index in range(count) if index not in gone]
    # Else most neighbours are two steps apart, and nobody could know.
    between = [b - a for a, b in itertools.pairwise(left)]
    assume(sorted(between)[(len(between) - 1) // 2] == 1)
    (volume,) = volumes_of(
        stack(cosines, origin, along((0, 0, 0), normal_of(cosines), step), left), RULES
    )
    assert not volume.regular
    assert list(volume.slice_indices) == left
    assert [gap.missing for gap in volume.gaps] == [n - 1 for n in between if n > 1]
    assert volume.dimensions[2] == count
    assert volume.off_lattice == ()


@given(directions(), origins, steps, st.integers(5, 30), st.data())
def test_one_displaced_slice_is_named(cosines, origin, step, count, data):
    place = data.draw(st.integers(0, count - 1))
    by = data.draw(st.floats(0.05, 20)) * step
    slices = stack(cosines, origin, along((0, 0, 0), normal_of(cosines), step), range(count))
    moved = along(slices[place].position, cosines[data.draw(st.integers(0, 1))], by)
    slices[place] = slices[place]._replace(position=moved)
    (volume,) = volumes_of(slices, RULES)
    assert not volume.regular
    assert volume.off_lattice == (slices[place].image_id,)
    assert volume.orthogonal
    assert volume.max_deviation == pytest.approx(by, rel=1e-4)
    assert volume.spacing[2] == pytest.approx(step, abs=1e-6)


@given(directions(), origins, steps, st.integers(3, 30), st.floats(0.1, 40))
def test_a_tilted_stack_is_regular_and_sheared(cosines, origin, step, count, degrees):
    normal = normal_of(cosines)
    lean = math.radians(degrees)
    direction = along(along((0, 0, 0), normal, math.cos(lean)), cosines[1], math.sin(lean))
    (volume,) = volumes_of(
        stack(cosines, origin, along((0, 0, 0), direction, step), range(count)), RULES
    )
    assert volume.regular
    assert not volume.orthogonal
    assert volume.tilt_degrees == pytest.approx(degrees, abs=1e-2)
    assert volume.spacing[2] == pytest.approx(step, abs=1e-6)


@given(directions(), origins, st.integers(2, 12), st.integers(2, 5), st.booleans())
def test_groups_of_a_value(cosines, origin, count, groups, is_shuffled):
    step = along((0, 0, 0), normal_of(cosines), 3.0)
    slices = [
        each._replace(image_id=f"{value}-{each.image_id}")
        for value in range(groups)
        for each in stack(cosines, origin, step, range(count), EchoTime=10.0 * value)
    ]
    if is_shuffled:
        random.Random(count).shuffle(slices)
    found = list(volumes_of(slices, RULES))
    assert [volume.group.value for volume in found] == [10.0 * value for value in range(groups)]
    assert all(volume.regular and len(volume.image_ids) == count for volume in found)
    assert {volume.group.count for volume in found} == {groups}


@given(directions(), origins, st.integers(2, 12), st.integers(2, 5))
def test_groups_by_rank_where_values_differ_from_slice_to_slice(cosines, origin, count, groups):
    step = along((0, 0, 0), normal_of(cosines), 3.0)
    slices = [
        slice_at(
            100 * rank + index, along(origin, step, index), cosines, TriggerTime=40.0 * rank + index
        )
        for rank in range(groups)
        for index in range(count)
    ]
    found = list(volumes_of(slices, RULES))
    assert [volume.group.index for volume in found] == list(range(groups))
    for rank, volume in enumerate(found):
        assert volume.image_ids == tuple(f"image:{100 * rank + n:04}" for n in range(count))


AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def axial(*heights, first=0, **options):
    return [
        slice_at(first + number, (0.0, 0.0, height), AXIAL, **options)
        for number, height in enumerate(heights)
    ]


def test_a_group_of_two_slices_has_the_step_of_its_siblings():
    slices = axial(0, 2, 4, EchoTime=1.0) + axial(0, 4, first=10, EchoTime=2.0)
    whole, short = volumes_of(slices, RULES)
    assert whole.regular
    assert [gap.missing for gap in short.gaps] == [1]
    assert short.slice_indices == (0, 2)
    assert "otherGroupsHave" in [note.code for note in short.notes]


def test_two_attributes_together():
    slices = [
        slice_at(100 * e + 10 * f + n, (0.0, 0.0, float(n)), AXIAL, EchoTime=e, FlipAngle=f)
        for e in (1, 2)
        for f in (5, 9)
        for n in range(3)
    ]
    found = list(volumes_of(slices, RULES))
    assert {volume.group.attribute for volume in found} == {"EchoTime/FlipAngle"}
    assert [volume.group.value for volume in found] == [(1, 5), (1, 9), (2, 5), (2, 9)]


def test_what_nothing_separates_is_one_volume_with_duplicates():
    slices = axial(0, 2, 4) + axial(0, 2, 4, first=10)
    (volume,) = volumes_of(slices, RULES)
    assert not volume.regular
    assert volume.duplicates == tuple((f"image:{n:04}", f"image:{n + 10:04}") for n in range(3))
    assert volume.slice_indices == (0, 0, 1, 1, 2, 2)
    assert "positionsRepeated" in [note.code for note in volume.notes]


def test_a_duplicate_and_a_missing_slice_of_one_volume():
    (volume,) = volumes_of(axial(0, 2, 2, 6, 8), RULES)
    assert volume.duplicates == (("image:0001", "image:0002"),)
    assert [gap.missing for gap in volume.gaps] == [1]
    assert volume.slice_indices == (0, 1, 1, 3, 4)


def test_thicker_slices_further_apart_are_not_missing_ones():
    slices = axial(0, 2, 4, 6) + axial(12, 18, first=10, thickness=6.0)
    (volume,) = volumes_of(slices, RULES)
    assert [gap.missing for gap in volume.gaps] == [None, None]
    assert volume.affine_lps is None
    assert volume.slice_indices is None
    assert volume.spacing[2] is None


def test_a_distance_that_is_no_whole_number_of_steps():
    (volume,) = volumes_of(axial(0, 2, 4, 7, 9, 11), RULES)
    assert [(gap.after, gap.distance, gap.missing) for gap in volume.gaps] == [
        ("image:0002", 3.0, None)
    ]
    assert volume.affine_lps is None


def test_rounded_positions_are_regular_however_many():
    heights = [round(n * 2 / 3, 2) for n in range(600)]
    (volume,) = volumes_of(axial(*heights), RULES)
    assert volume.gaps == ()
    assert volume.dimensions[2] == 600
    assert volume.spacing[2] == pytest.approx(2 / 3, abs=1e-4)


def test_half_of_the_slices_shifted_is_no_lattice():
    slices = axial(0, 2, 4) + [slice_at(10 + n, (5.0, 0.0, 6.0 + 2 * n), AXIAL) for n in range(3)]
    (volume,) = volumes_of(slices, RULES)
    assert not volume.regular
    assert volume.affine_lps is None


@pytest.mark.parametrize(
    "fields",
    [
        {"row_cosines": (0.0, 0.0, 0.0)},
        {"row_cosines": (1.0, 0.0)},
        {"row_cosines": (0.0, 1.0, 0.0)},
        {"column_cosines": None},
        {"pixel_spacing": (0.0, 1.0)},
        {"pixel_spacing": (math.nan, 1.0)},
        {"pixel_spacing": None},
        {"rows": None},
        {"image_position_patient": (0.0, math.inf, 0.0)},
        {"image_position_patient": None},
        {"image_position_patient": (1.7e308, 0.0, 0.0)},
    ],
)
def test_an_image_without_a_place_says_what_it_lacks(fields):
    whole = {
        "rows": 4,
        "columns": 4,
        "row_cosines": (1.0, 0.0, 0.0),
        "column_cosines": (0.0, 1.0, 0.0),
        "pixel_spacing": (1.0, 1.0),
        "image_position_patient": (0.0, 0.0, 0.0),
    }
    module = ImagePlaneModule(**{**whole, **fields})
    lacks = [each for each in (grid_of(module, 1, RULES), position_of(module)) if type(each) is str]
    (text,) = lacks
    assert "(00" in text


def test_a_value_that_differs_from_slice_to_slice_is_an_order_and_assumed():
    slices = [
        slice_at(10 * n + b, (0.0, 0.0, float(n)), AXIAL, DiffusionBValue=100.0 * b + 10 * (n % 5))
        for n in range(10)
        for b in range(2)
    ]
    found = list(volumes_of(slices, RULES))
    assert [len(volume.image_ids) for volume in found] == [10, 10]
    assert all(volume.group.assumed for volume in found)
    assert all("groupsAssumed" in [note.code for note in volume.notes] for volume in found)
