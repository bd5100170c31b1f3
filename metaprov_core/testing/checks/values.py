"""Tests of what an answer is: immutable, picklable, of Python's numbers, of the promised class."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from metaprov_core.answers import is_of
from metaprov_core.testing.contract import answer_of, breaks, raised, shown
from metaprov_core.testing.examples import UNKNOWN_TYPE, Examples
from metaprov_core.testing.values.parts import numpy_scalars_in
from metaprov_core.testing.values.tampering import tamper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_core import Host, Provider
    from metaprov_core.testing.examples import Question

__all__ = ["ValueTests"]

#: How deep in an answer its parts are looked at.
_DEEP = 5


class ValueTests(Examples):
    """Answers are values that anybody may keep, share and send."""

    def test_an_answer_cannot_be_changed_by_its_caller(
        self, host: Host, expected: Mapping[Question, Any]
    ) -> None:
        contract = "An answer is shared by all who ask, so no caller can change it for the others."
        to_do = "answer with a frozen struct, a tuple, bytes, or what a ProviderCache keeps"
        for (type, image_id), answer in expected.items():
            before = _copied(answer)
            tamper(answer_of(host, type, image_id, contract, to_do))
            given = answer_of(host, type, image_id, contract, to_do)
            if not self.same(given, before):
                did = (
                    f"answers {type} of {image_id} with {shown(given)} after its caller changed it"
                )
                breaks(contract, did, to_do)

    def test_answers_can_be_sent_to_another_process(
        self, host: Host, expected: Mapping[Question, Any]
    ) -> None:
        if not self.picklable:
            pytest.skip("picklable = False: answers stay in their process")
        contract = "Answers can be pickled, as data loaders send them to other processes."
        to_do = "answer with plain values, without locks, files and lambdas; or picklable = False"
        for (type, image_id), answer in expected.items():
            given = answer_of(host, type, image_id, contract, to_do)
            try:
                received = pickle.loads(pickle.dumps(given))  # noqa: S301 - its own
            except Exception as error:
                did = f"answers {type} of {image_id} with {shown(given)}, and pickle"
                breaks(contract, f"{did} {raised(error)}", to_do)
            if not self.same(received, answer):
                did = f"{type} of {image_id} became {shown(received)} on the way"
                breaks(contract, did, to_do)

    def test_numbers_are_those_of_python(
        self,
        host: Host,
        answers: Mapping[Question, Any],
        added: Mapping[Question, Any],
    ) -> None:
        contract = "Single numbers are those of Python; those of NumPy are none to JSON and others."
        for question in {**answers, **added}:
            type, image_id = question
            if question in added and any(numpy_scalars_in(added[question], _DEEP)):
                continue  # It was given so.
            answer = answer_of(host, type, image_id, contract, "raise nothing for it")
            for place, scalar in numpy_scalars_in(answer, _DEEP):
                kind = f"numpy.{scalar.__class__.__name__}"
                did = f"has a {kind}, {shown(scalar)}, in {type} of {image_id}: answer{place}"
                breaks(contract, did, "answer with scalar.item(), or array.tolist()")

    def test_an_answer_is_of_the_class_that_its_key_promises(
        self, host: Host, own_providers: list[Provider], expected: Mapping[Question, Any]
    ) -> None:
        contract = "A MetadataType with a class promises that the answers are of that class."
        to_do = (
            "answer with that class, make it of mappings that are added, or declare the key "
            "without a class"
        )
        keys = {str(key): key for each in own_providers for key in each.declared_types}
        for key, image_id in expected:
            for promising in (key, keys.get(str(key)), host.type_of(str(key))):
                promised = getattr(promising, "answer_class", None)
                answer = answer_of(host, key, image_id, contract, to_do)
                if promised is not None and not _is_of(answer, promised):
                    promised_name = getattr(promised, "__name__", promised)
                    did = f"answers {key} of {image_id} with {shown(answer)}"
                    breaks(contract, f"{did}, and the key promises {promised_name}", to_do)

    def test_it_describes_no_type_that_it_does_not_serve(self, host: Host) -> None:
        contract = "describe_type returns the key of a type that the plugin serves, else None."
        to_do = "return None from describe_type for other types, and raise nothing"
        try:
            key = host.type_of(UNKNOWN_TYPE)
        except Exception as error:
            breaks(contract, f"{raised(error)} for the type {UNKNOWN_TYPE}", to_do)
        if key is not None:
            breaks(contract, f"describes {UNKNOWN_TYPE}, which nobody serves, as {key!r}", to_do)


def _copied(answer: Any) -> Any:
    """A copy of an answer, which may be the very object that the plugin has; else itself."""
    try:
        return copy.deepcopy(answer)
    except Exception:  # of any class
        return answer


def _is_of(answer: Any, promised: Any) -> bool:
    # Where a float is wanted, type checkers take an int.
    if promised is float and isinstance(answer, int):
        return not isinstance(answer, bool)
    return is_of(answer, promised)
