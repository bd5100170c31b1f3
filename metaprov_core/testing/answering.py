"""Tests of what is answered."""

from __future__ import annotations

import copy
import pickle
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from metaprov_core import MetadataReadError

from .examples import PLUGIN, UNKNOWN_ID, Examples
from .imports import imported_with
from .parts import numpy_scalars_in
from .tampering import tamper

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from metaprov_core import Host, Provider

    from .examples import Question

__all__ = ["AnswerTests"]

_DOES_NOTHING = {"no answer", "passed the answer on"}
#: How deep in an answer its parts are looked at.
_DEEP = 5


class AnswerTests(Examples):
    """Who is answered what."""

    def test_it_answers_what_is_its_own(self, host: Host, expected: Mapping[Question, Any]) -> None:
        for (type, image_id), answer in expected.items():
            explanation = host.explain(type, image_id)
            assert explanation.answer is not None, f"None is no answer\n{explanation}"
            assert self.same(explanation.answer, answer), f"got {explanation.answer!r}"
            assert any(
                row.provider.plugin == PLUGIN
                and row.answer is not None
                and row.outcome not in _DOES_NOTHING
                for row in explanation.rows
            ), f"another plugin answers\n{explanation}"

    def test_it_has_no_answer_to_what_is_not_its_own(
        self, host: Host, others: Iterable[Question]
    ) -> None:
        for type, image_id in others:
            answer = host.get(type, image_id)
            assert answer is None, f"{type} of {image_id} is {answer!r}: return None, not mine"

    def test_the_same_question_has_the_same_answer(
        self, host: Host, expected: Mapping[Question, Any]
    ) -> None:
        for (type, image_id), answer in expected.items():
            given = [host.get(type, image_id), *host.get_many(type, [image_id, image_id])]
            assert [self.same(other, answer) for other in given] == [True] * 3, given

    def test_an_answer_cannot_be_changed_by_its_caller(
        self, host: Host, expected: Mapping[Question, Any]
    ) -> None:
        for (type, image_id), answer in expected.items():
            # The expected answer may be the very object that the plugin answers with.
            with suppress(Exception):
                answer = copy.deepcopy(answer)  # noqa: PLW2901
            tamper(host.get(type, image_id))
            given = host.get(type, image_id)
            assert self.same(given, answer), (
                f"{type} of {image_id} is {given!r} after its caller changed it: answer with a "
                "frozen struct, a tuple, or what a ProviderCache keeps"
            )

    def test_answers_can_be_sent_to_another_process(
        self, host: Host, expected: Mapping[Question, Any]
    ) -> None:
        if not self.picklable:
            pytest.skip("picklable = False: answers stay in their process")
        for (type, image_id), answer in expected.items():
            received = pickle.loads(pickle.dumps(host.get(type, image_id)))  # noqa: S301 - its own
            assert self.same(received, answer), f"{type} of {image_id} became {received!r}"

    def test_numbers_are_those_of_python(
        self, host_without_added: Host, answers: Mapping[Question, Any]
    ) -> None:
        for type, image_id in answers:
            for place, scalar in numpy_scalars_in(host_without_added.get(type, image_id), _DEEP):
                pytest.fail(
                    f"{type} of {image_id}{place} is a numpy.{scalar.__class__.__name__}, which is "
                    "no number to JSON and other programs: answer with scalar.item()"
                )

    def test_the_types_it_answers_are_those_it_declares(
        self, own_providers: list[Provider], expected: Mapping[Question, Any]
    ) -> None:
        declared = {str(type) for provider in own_providers for type in provider.types or ()}
        answered = {str(type) for type, _ in expected}
        assert any(provider.types is None for provider in own_providers) or answered <= declared
        untried = declared - answered - set(map(str, self.untried_types))
        assert not untried, (
            f"{sorted(untried)} are declared, and no example is given: add one to `answers`, or "
            "name them in untried_types"
        )

    def test_a_computed_answer_is_of_the_class_that_its_key_promises(
        self,
        host_without_added: Host,
        own_providers: list[Provider],
        answers: Mapping[Question, Any],
    ) -> None:
        declared = [type for provider in own_providers for type in provider.declared_types]
        classes = {str(type): getattr(type, "answer_class", None) for type in declared}
        for type, image_id in answers:
            answer, promised = host_without_added.get(type, image_id), classes.get(type)
            assert promised is None or isinstance(answer, promised), (
                f"{type} of {image_id} is a {answer.__class__.__name__}, and its MetadataType "
                f"promises {promised.__name__}"
            )

    def test_an_image_that_cannot_be_read_raises_every_time_and_names_the_plugin(
        self, host: Host, unreadable: Iterable[Question]
    ) -> None:
        if not (questions := list(unreadable)):
            pytest.skip("no example of an image that cannot be read: `unreadable`")
        for type, image_id in questions * 2:
            with pytest.raises(MetadataReadError) as raised:
                host.get(type, image_id)
            assert any(PLUGIN in note for note in raised.value.__notes__)

    def test_it_finds_its_images_and_no_others(
        self, hooks: Collection[str], host: Host, found: Mapping[str, Iterable[str]]
    ) -> None:
        if not found:
            assert "find_images" not in hooks, "it implements find_images: override `found`"
            return
        for source, image_ids in found.items():
            assert list(host.find_images(source)) == list(image_ids)
        with pytest.raises(LookupError):
            host.find_images(UNKNOWN_ID)

    def test_importing_it_imports_nothing_heavy(self, plugin: object) -> None:
        if isinstance(plugin, ModuleType):
            module = plugin.__name__
        else:
            owner = plugin if isinstance(plugin, FunctionType) else type(plugin)
            module = owner.__module__
        heavy = imported_with(module, self.heavy_modules)
        assert not heavy, f"{module} imports {heavy}: import them in the function that needs them"
