"""Type keys: strings that know the class of their answer."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from metaprov_core import MetadataType

PLANE = MetadataType("imagePlaneModule", dict)
INSTANCE = MetadataType("instance")


def test_a_key_equals_its_string():
    assert PLANE == "imagePlaneModule"


def test_a_key_is_found_where_its_string_is():
    assert {"imagePlaneModule": 1}[PLANE] == {PLANE: 1}["imagePlaneModule"] == 1


def test_keys_of_one_name_are_equal_whatever_their_class():
    assert MetadataType("instance", list) == INSTANCE


def test_a_key_knows_the_class_of_its_answer():
    assert (PLANE.answer_class, INSTANCE.answer_class) == (dict, None)


def test_str_of_a_key_is_a_plain_string():
    assert type(str(PLANE)) is str


def test_a_key_is_printed_as_its_string():
    assert f"{PLANE}" == "imagePlaneModule"


def test_a_key_is_a_string_in_JSON():
    assert json.dumps({"type": PLANE}) == '{"type": "imagePlaneModule"}'


def test_the_repr_tells_name_and_class():
    assert (repr(PLANE), repr(INSTANCE)) == (
        "MetadataType('imagePlaneModule', dict)",
        "MetadataType('instance')",
    )


@pytest.mark.parametrize("key", [PLANE, INSTANCE], ids=str)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickled_key_comes_back_whole(key, protocol):
    again = pickle.loads(pickle.dumps(key, protocol))
    assert (type(again), again, again.answer_class) == (MetadataType, key, key.answer_class)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copied_key_knows_its_class(duplicate):
    assert duplicate(PLANE).answer_class is dict


@pytest.mark.parametrize(
    ("answer_class", "name"),
    [(int | str, "int | str"), (list[int], "list[int]"), (tuple[dict, ...], "tuple[dict, ...]")],
)
def test_a_class_may_have_parameters_or_be_one_of_several(answer_class, name):
    key = MetadataType("both", answer_class)
    assert (key.answer_class, repr(key)) == (answer_class, f"MetadataType('both', {name})")


@pytest.mark.parametrize("wrong", ["dict", 3, {}])
def test_what_is_no_class_is_refused_where_the_key_is_made(wrong):
    with pytest.raises(TypeError, match="the answers of 'scan' are of a class, not of"):
        MetadataType("scan", wrong)


def test_a_key_has_no_other_attributes():
    with pytest.raises(AttributeError):
        PLANE.colour = "red"


def test_a_key_is_declared_with_its_class_in_brackets_too():
    assert MetadataType[dict]("imagePlaneModule", dict) == PLANE
