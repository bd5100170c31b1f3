"""Added dictionaries and lists are kept as read-only copies, equal to what was added."""

from __future__ import annotations

import copy
import json
import pickle
from collections import Counter, OrderedDict, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaprov_core import ProviderCache
from metaprov_core.cache.read_only import read_only

IMAGE = "clinic:7"

#: What JSON knows.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)

CHANGES_OF_A_DICTIONARY = {
    "set": lambda it: it.__setitem__("a", 2),
    "delete": lambda it: it.__delitem__("a"),
    "update": lambda it: it.update(a=2),
    "|=": lambda it: it.__ior__({"a": 2}),
    "pop": lambda it: it.pop("a"),
    "popitem": lambda it: it.popitem(),
    "setdefault": lambda it: it.setdefault("b", 2),
    "clear": lambda it: it.clear(),
    "attribute": lambda it: setattr(it, "a", 2),
}
CHANGES_OF_A_LIST = {
    "set": lambda it: it.__setitem__(0, 2),
    "set slice": lambda it: it.__setitem__(slice(None), [2]),
    "delete": lambda it: it.__delitem__(0),
    "append": lambda it: it.append(2),
    "extend": lambda it: it.extend([2]),
    "+=": lambda it: it.__iadd__([2]),
    "*=": lambda it: it.__imul__(2),
    "insert": lambda it: it.insert(0, 2),
    "pop": lambda it: it.pop(),
    "remove": lambda it: it.remove(1),
    "reverse": lambda it: it.reverse(),
    "sort": lambda it: it.sort(),
    "clear": lambda it: it.clear(),
    "attribute": lambda it: setattr(it, "a", 2),
}


@pytest.mark.parametrize(
    "change", CHANGES_OF_A_DICTIONARY.values(), ids=CHANGES_OF_A_DICTIONARY.keys()
)
def test_a_dictionary_cannot_be_changed(change):
    kept = read_only({"a": 1})
    with pytest.raises((TypeError, AttributeError)):
        change(kept)
    assert kept == {"a": 1}


@pytest.mark.parametrize("change", CHANGES_OF_A_LIST.values(), ids=CHANGES_OF_A_LIST.keys())
def test_a_list_cannot_be_changed(change):
    kept = read_only([1, 3])
    with pytest.raises((TypeError, AttributeError)):
        change(kept)
    assert kept == [1, 3]


def test_neither_can_what_is_in_it():
    kept = read_only({"frames": [{"position": [1, 2, 3]}]})
    with pytest.raises(TypeError, match="read-only: change a copy of it"):
        kept["frames"][0]["position"].append(4)


def test_a_change_of_what_was_given_does_not_reach_the_copy():
    given_value = {"position": [1, 2, 3]}
    kept = read_only(given_value)
    given_value["position"].append(4)
    assert kept == {"position": [1, 2, 3]}


@pytest.mark.parametrize(
    "value",
    [OrderedDict(a=1), defaultdict(int, a=1), Counter("a")],
    ids=lambda value: type(value).__name__,
)
def test_other_dictionaries_are_copied_too(value):
    kept = read_only(value)
    value["a"] = 2
    assert kept == {"a": 1}
    with pytest.raises(TypeError):
        kept["a"] = 3


@pytest.mark.parametrize("value", [{1, 2}, bytearray(b"pixels")], ids=["set", "bytearray"])
def test_a_set_and_a_bytearray_become_what_cannot_be_changed(value):
    kept = read_only(value)
    assert kept == value
    assert hash(kept)


def test_what_is_in_a_tuple_is_read_only_too():
    (inner,) = read_only(([1],))
    with pytest.raises(TypeError):
        inner.append(2)


@pytest.mark.parametrize(
    "value",
    [1, "a", None, object(), 2.5, b"", frozenset()],
    ids=lambda value: type(value).__name__,
)
def test_every_other_value_is_kept_itself(value):
    assert read_only(value) is value


@pytest.mark.parametrize(
    "duplicate",
    [dict, lambda it: it.copy(), copy.copy, copy.deepcopy],
    ids=["dict()", "copy()", "copy.copy", "copy.deepcopy"],
)
def test_a_copy_of_a_dictionary_can_be_changed(duplicate):
    changed = duplicate(read_only({"a": 1}))
    changed["a"] = 2
    assert changed == {"a": 2}


@pytest.mark.parametrize(
    "duplicate",
    [list, lambda it: it.copy(), copy.copy, copy.deepcopy],
    ids=["list()", "copy()", "copy.copy", "copy.deepcopy"],
)
def test_a_copy_of_a_list_can_be_changed(duplicate):
    changed = duplicate(read_only([1]))
    changed.append(2)
    assert changed == [1, 2]


def test_all_of_a_deep_copy_can_be_changed():
    changed = copy.deepcopy(read_only({"frames": [{"position": [1, 2, 3]}]}))
    changed["frames"][0]["position"].append(4)
    assert changed == {"frames": [{"position": [1, 2, 3, 4]}]}


def test_merging_gives_a_dictionary_that_can_be_changed():
    merged = read_only({"a": 1}) | {"b": 2}
    merged["a"] = 3
    assert merged == {"a": 3, "b": 2}


def test_a_cache_keeps_a_read_only_copy_of_what_is_added():
    cache = ProviderCache(1)
    cache.add(IMAGE, {"suvbw": 0.1})
    with pytest.raises(TypeError):
        cache.get(IMAGE)["suvbw"] = 0.2


def test_a_cache_keeps_a_read_only_copy_of_what_is_loaded():
    cache = ProviderCache(1)
    with pytest.raises(TypeError):
        cache.get(IMAGE, lambda _: {"suvbw": 0.1})["suvbw"] = 0.2


@given(VALUES)
def test_a_read_only_copy_equals_what_it_copies(value):
    assert read_only(value) == value


@given(VALUES)
def test_a_read_only_copy_is_the_same_in_JSON(value):
    assert json.dumps(read_only(value)) == json.dumps(value)


@given(VALUES)
def test_a_read_only_copy_comes_back_from_pickle(value):
    kept = read_only(value)
    again = pickle.loads(pickle.dumps(kept))
    assert (type(again), again) == (type(kept), kept)


@given(VALUES)
def test_a_read_only_copy_is_not_copied_again(value):
    kept = read_only(value)
    assert read_only(kept) is kept
