"""Tests of who is answered what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from metaprov_core import MetadataReadError
from metaprov_core.testing.contract import answer_of, breaks, raised, shown
from metaprov_core.testing.examples import PLUGIN, UNKNOWN_ID, Examples

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metaprov_core import Host, Provider
    from metaprov_core.testing.examples import Question

__all__ = ["AnswerTests"]

_DOES_NOTHING = {"no answer", "passed the answer on"}


class AnswerTests(Examples):
    """An answer to what is the plugin's own, and None to the rest."""

    def test_it_answers_what_is_its_own(self, host: Host, expected: Mapping[Question, Any]) -> None:
        contract = "A provider answers the questions that are its own, as the examples say."
        to_do = "mend the provider; or the example, or what it declares as types and schemes"
        for (type, image_id), answer in expected.items():
            explanation = host.explain(type, image_id)
            if explanation.error is not None:
                breaks(contract, f"{raised(explanation.error)}\n{explanation}", to_do)
            if explanation.answer is None:
                breaks(contract, f"has no answer, for None is none\n{explanation}", to_do)
            if not self.same(explanation.answer, answer):
                did = f"answers {shown(explanation.answer)}, and the example is {shown(answer)}"
                breaks(contract, f"{did}\n{explanation}", to_do)
            if not any(
                row.provider.plugin == PLUGIN
                and row.answer is not None
                and row.outcome not in _DOES_NOTHING
                for row in explanation.rows
            ):
                breaks(contract, f"leaves the answer to another plugin\n{explanation}", to_do)

    def test_it_has_no_answer_to_what_is_not_its_own(
        self, host: Host, expected: Mapping[Question, Any], others: Iterable[Question]
    ) -> None:
        contract = (
            "A provider returns None for what is not its own; a wrapper the None it is given."
        )
        to_do = (
            "return None (0, '' and {} are answers); raise MetadataReadError for your own images "
            "alone, and keep nothing of one question for the next. Where it is right to answer, "
            "override the fixture `others`"
        )
        for type, image_id in others:
            # So that there is something to answer with by mistake.
            for question in expected:
                answer_of(host, *question, contract, to_do)
            answer = answer_of(host, type, image_id, contract, to_do)
            if answer is not None:
                breaks(contract, f"answers {type} of {image_id} with {shown(answer)}", to_do)

    def test_the_same_question_has_the_same_answer(
        self, host: Host, expected: Mapping[Question, Any]
    ) -> None:
        contract = "The same question has the same answer, until somebody tells of a change."
        to_do = "answer with a value that can be read again, not with an iterator; keep no counters"
        for (type, image_id), answer in expected.items():
            for number in (1, 2, 3):
                given = answer_of(host, type, image_id, contract, to_do)
                if not self.same(given, answer):
                    did = f"answers {type} of {image_id} with {shown(given)} at question {number}"
                    breaks(contract, did, to_do)

    def test_many_images_are_answered_as_each_alone(
        self,
        host_without_added: Host,
        answers: Mapping[Question, Any],
        unreadable: Iterable[Question],
        others: Iterable[Question],
    ) -> None:
        host = host_without_added
        contract = "get_many answers for each image as get does, whatever else is asked together."
        to_do = (
            "what `asked_together` names may be loaded along; each image has its own answer, and "
            "its own exception at its own turn"
        )
        images: dict[str, dict[str, Any]] = {}
        for (type, image_id), answer in answers.items():
            images.setdefault(str(type), {})[image_id] = answer
        strange, broken = set(others), set(unreadable)
        for type, own in images.items():
            unread = [image_id for each, image_id in broken if each == type]
            unknown = [image_id for image_id in (UNKNOWN_ID,) if (type, image_id) in strange]
            for image_ids in ([*own, *unknown, *unread, *own], [*unread, *unknown, *reversed(own)]):
                host.clear()
                try:
                    given = host.get_many(type, image_ids, return_exceptions=True)
                except Exception as error:
                    breaks(contract, f"{raised(error)} for {type} of {image_ids}", to_do)
                for image_id, answer in zip(image_ids, given, strict=True):
                    if image_id in own:
                        right = self.same(answer, own[image_id])
                    elif image_id in unread:
                        right = isinstance(answer, MetadataReadError)
                    else:
                        right = answer is None
                    if not right:
                        did = f"answers {type} of {image_id}, asked together with {image_ids}, with"
                        breaks(contract, f"{did} {shown(answer)}", to_do)

    def test_an_image_that_cannot_be_read_raises_every_time_and_names_the_plugin(
        self, host: Host, unreadable: Iterable[Question]
    ) -> None:
        if not (questions := list(unreadable)):
            pytest.skip("no example of an image that cannot be read: `unreadable`")
        contract = (
            "An image of the plugin's own, or of what it wraps, that cannot be read raises "
            "MetadataReadError every time it is asked about."
        )
        to_do = (
            "raise MetadataReadError(source, reason) from the error, keep no answer for the image, "
            "and let through what others raise"
        )
        names = [record.name for record in host.plugins()]
        for type, image_id in questions * 2:
            asked = f"for {type} of {image_id}"
            try:
                answer = host.get(type, image_id)
            except MetadataReadError as error:
                if not any(name in note for note in error.__notes__ for name in names):
                    breaks(contract, f"{raised(error)} {asked}, which names no plugin", to_do)
            except Exception as error:
                breaks(contract, f"{raised(error)} {asked}", to_do)
            else:
                breaks(contract, f"answers {shown(answer)} {asked}", to_do)

    def test_the_types_it_answers_are_those_it_declares(
        self, own_providers: list[Provider], expected: Mapping[Question, Any]
    ) -> None:
        contract = "A provider answers the types that it declares, and each has an example."
        declared = {str(type) for provider in own_providers for type in provider.types or ()}
        answered = {str(type) for type, _ in expected}
        declares_all = all(provider.types is not None for provider in own_providers)
        if declares_all and (more := answered - declared):
            breaks(contract, f"answers {sorted(more)}, which it does not declare", "declare it")
        if untried := declared - answered - set(map(str, self.untried_types)):
            to_do = "mend the name, add an example to `answers`, or name it in untried_types"
            breaks(contract, f"declares {sorted(untried)}, which no example is given for", to_do)
