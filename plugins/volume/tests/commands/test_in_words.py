"""Volumes in words, whoever answers with them."""

import pytest

from metaprov_modules import Note, VolumeGap, VolumeGeometryModule, VolumeGroup
from metaprov_volume.commands.in_words import (
    defects_in_short,
    defects_of,
    group_of,
    remarks_of,
    size_of,
    spacing_of,
)
from metaprov_volume.commands.short_ids import ShortIds


@pytest.fixture(scope="module")
def volume():
    def make(**changes):
        fields = {
            "dimensions": (3, 2, 4),
            "spacing": (0.5, 0.75, 2.0),
            "origin": (0.0, 0.0, 0.0),
            "direction": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
            "affine_lps": None,
            "affine_ras": None,
            "image_ids": ("a", "b", "c", "d"),
            "slice_indices": (0, 1, 2, 3),
            "distances": (0.0, 2.0, 4.0, 6.0),
            "regular": True,
            "orthogonal": True,
            "tilt_degrees": 0.0,
        }
        return VolumeGeometryModule(**{**fields, **changes})

    return make


def test_a_step_that_is_not_known_is_a_question(volume):
    assert spacing_of(volume(spacing=(0.976563, 0.976563, None))) == "0.977x0.977x?"
    assert size_of(volume()) == "3x2x4"


@pytest.mark.parametrize(
    ("attribute", "value", "said"),
    [
        ("EchoTime", 10.0, "EchoTime 10 (2 of 3)"),
        ("DiffusionBValue", None, "DiffusionBValue none (2 of 3)"),
        ("EchoTime/KVP", (10, None), "EchoTime/KVP 10/none (2 of 3)"),
    ],
)
def test_a_group_is_its_attribute_its_value_and_its_place(volume, attribute, value, said):
    group = VolumeGroup(attribute=attribute, value=value, index=1, count=3)

    assert group_of(volume(group=group)) == said


def test_the_usual_step_is_measured_where_none_is_known(volume):
    gap = VolumeGap(after="b", distance=7.5)
    uneven = volume(
        spacing=(1.0, 1.0, None), distances=(0.0, 2.5, 2.5, 5.0, 12.5), gaps=(gap,), regular=False
    )

    assert list(defects_of(uneven, str)) == ["uneven after b: 7.5 mm instead of 2.5"]
    assert list(defects_in_short(uneven)) == ["slices not evenly spaced"]


def test_a_distance_of_a_tilted_stack_is_compared_along_the_normal(volume):
    gap = VolumeGap(after="b", distance=3.8637, missing=1)
    tilted = volume(gaps=(gap,), regular=False, orthogonal=False, tilt_degrees=15.0)

    assert list(defects_of(tilted, str)) == ["slice missing after b: 3.864 mm instead of 1.932"]


def test_of_many_defects_the_first_are_told(volume):
    gaps = tuple(VolumeGap(after=f"{n}", distance=4.0, missing=1) for n in range(20))
    doubled = tuple(f"{n}" for n in range(20))
    told = list(defects_of(volume(gaps=gaps, duplicates=(doubled,), regular=False), str))

    assert len(told) == 10
    assert told[8] == "and 12 more gaps; --json has all"
    assert told[9] == "20 images at one position: 0, 1, 2, 3, 4, 5, 6, 7 and 12 others"


def test_a_volume_that_is_not_regular_says_so_whatever_else_it_says(volume):
    off = volume(regular=False, max_deviation=0.5)

    assert list(defects_of(off, str)) == [
        "not regular: slices are beside their places by up to 0.5 mm"
    ]


def test_notes_are_sentences_with_their_codes(volume):
    note = Note(code="singleSlice", severity="info", sentence="There is one.", attribute="")

    assert list(remarks_of(volume(notes=(note,)))) == ["info: There is one. [singleSlice]"]


def test_ids_are_short(tmp_path):
    (tmp_path / "ct").mkdir()
    short = ShortIds([str(tmp_path)])

    assert short(f"dicomfile:{tmp_path}/ct/1.dcm?frame=3") == "ct/1.dcm frame 3"
    assert short("dicomfile:/elsewhere/1.dcm") == "/elsewhere/1.dcm"
    assert short("wadors:https://host/studies/1/series/2/instances/4.5/frames/6") == "4.5 frame 6"
    assert short("clinic:7") == "7"
    one_file = ShortIds([str(tmp_path / "ct" / "1.dcm")])
    assert one_file(f"dicomfile:{tmp_path}/ct/2.dcm") == "2.dcm"
