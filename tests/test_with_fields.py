"""with_fields: an answer with some fields changed, whatever its class."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import msgspec
import pytest

from metaprov_core import ProviderCache, with_fields


class Struct(msgspec.Struct, frozen=True):
    rows: int
    columns: int = 2


@dataclass(frozen=True)
class Data:
    rows: int
    columns: int = 2


class Tuple(NamedTuple):
    rows: int
    columns: int = 2


@pytest.mark.parametrize("kind", [Struct, Data, Tuple])
def test_a_copy_of_its_class_has_the_changes_and_the_answer_is_as_it_was(kind):
    answer = kind(1)
    assert with_fields(answer, rows=5) == kind(5, 2)
    assert answer == kind(1, 2)
    with pytest.raises(TypeError, match="row"):
        with_fields(answer, row=5)


def test_what_a_cache_keeps_is_changed_in_a_copy_that_is_read_only_too():
    cache = ProviderCache(1)
    cache.add("clinic:7", {"rows": 1, "columns": 2})
    answer = cache.get("clinic:7")
    changed = with_fields(answer, rows=5)
    assert (changed, answer) == ({"rows": 5, "columns": 2}, {"rows": 1, "columns": 2})
    with pytest.raises(TypeError, match="read-only"):
        changed["rows"] = 6


def test_any_mapping_becomes_a_read_only_dictionary():
    assert with_fields(MappingProxyType({"rows": 1}), columns=2) == {"rows": 1, "columns": 2}


def test_fields_may_be_called_as_arguments_are_and_what_is_in_them_is_read_only_too():
    changed = with_fields({"answer": 1}, answer=[2], new=3)
    assert changed == {"answer": [2], "new": 3}
    with pytest.raises(TypeError, match="read-only"):
        changed["answer"].append(4)


@pytest.mark.parametrize("answer", [3, "text", None, Data])
def test_what_has_no_fields_is_a_TypeError(answer):
    with pytest.raises(TypeError, match="has no fields to change"):
        with_fields(answer, rows=1)
