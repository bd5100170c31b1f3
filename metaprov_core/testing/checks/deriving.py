"""Tests of answers that follow from something else: other plugins' answers, files."""

from __future__ import annotations

import copy
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pytest

from metaprov_core import Host, MetadataReadError, base_image_id, hookimpl, with_frame
from metaprov_core.testing.contract import answer_of, breaks, raised, shown, tell
from metaprov_core.testing.examples import ANOTHER_FRAME, PLUGIN, Examples
from metaprov_core.testing.recorder import Asked, Recorder
from metaprov_core.testing.spoiled import Files
from metaprov_core.testing.values.varied import variations, varied_throughout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from metaprov_core import Provider
    from metaprov_core.testing.examples import Question

__all__ = ["DerivingTests"]

_FOLLOWS = "Answers follow from the sources as they are: after changed() nothing old is left."
_DROP = (
    "in metadata_changed and clear_metadata drop what was derived for that image with all its "
    "frames, and what was computed from more images: ProviderCache.changed, ProviderCache.clear"
)
#: How many other answers of each source are tried.
_VARIATIONS: Final = 8
#: How many sources of an answer are tried: a series has thousands.
_SOURCES: Final = 20


class _InFront:
    """Answers some questions before the sources do: with another answer, or by raising."""

    def __init__(self) -> None:
        self.answers: dict[Question, Any] = {}

    @hookimpl(tryfirst=True)
    def get_metadata(self, type: str, image_id: str) -> Any:
        answer = self.answers.get((str(type), image_id))
        if isinstance(answer, MetadataReadError):
            raise answer
        return answer


class DerivingTests(Examples):
    """What is derived follows its sources, and leaves them as they are."""

    @pytest.fixture
    def below(
        self, sources: Iterable[object], answers: Mapping[Question, Any]
    ) -> Iterator[tuple[Host, dict[Question, Any]]]:
        """A host with the sources alone, and what they answer to the questions of the examples."""
        with Host() as host:
            for source in sources:
                host.register(source)
            found = {}
            for type, image_id in answers:
                with suppress(Exception):
                    found[str(type), image_id] = host.get(type, image_id)
            yield host, {question: each for question, each in found.items() if each is not None}

    def test_answers_are_there_again_after_a_change_and_after_a_clear(
        self, host_without_added: Host, answers: Mapping[Question, Any]
    ) -> None:
        host = host_without_added
        contract = "What was derived is derived again after changed() and clear()."
        to_do = "forget answers, but not what they are derived from; only detach closes anything"
        for (type, image_id), answer in answers.items():
            for forget in (host.changed, host.clear):
                for about in ((None, None), (type, image_id)):
                    answer_of(host, type, image_id, contract, to_do)
                    tell(forget, *about)
                    given = answer_of(host, type, image_id, contract, to_do)
                    if not self.same(given, answer):
                        did = f"answers {type} of {image_id} with {shown(given)} after"
                        breaks(contract, f"{did} {forget.__name__}{about}", to_do)

    def test_its_sources_are_asked_again_after_a_change_and_after_a_clear(
        self, host_without_added: Host, answers: Mapping[Question, Any]
    ) -> None:
        host, recorder = host_without_added, Recorder()
        host.register(recorder)
        for question in answers:
            tell(host.clear)
            asked = _asked(host, recorder, question)
            for forget in (host.changed, host.clear):
                tell(forget)
                if lacking := asked - _asked(host, recorder, question):
                    did = f"has the old answer to {question} after {forget.__name__}(), and did not"
                    breaks(_FOLLOWS, f"{did} ask again for {sorted(lacking)}", _DROP)
                for type, image_id in asked:
                    frame = with_frame(image_id, ANOTHER_FRAME)
                    tell(forget, type, frame)
                    if (type, image_id) not in _asked(host, recorder, question):
                        did = f"has the old answer to {question} after {forget.__name__} of {type}"
                        breaks(_FOLLOWS, f"{did} of {frame}, a frame of the image", _DROP)

    def test_an_answer_follows_its_sources_after_a_change(
        self,
        below: tuple[Host, dict[Question, Any]],
        plugin: object,
        answers: Mapping[Question, Any],
    ) -> None:
        host, wrapped = below
        in_front, recorder = _InFront(), Recorder()
        for each, name in ((plugin, PLUGIN), (in_front, "in-front"), (recorder, "recorder")):
            host.register(each, name)
        tell(host.clear)
        # Before a wrapper has seen what it is to answer, as it may keep the first that it sees.
        for (type, image_id), answer in answers.items():
            if _wraps(host, type, image_id) and (str(type), image_id) in wrapped:
                source = Asked(str(type), image_id, wrapped[str(type), image_id])
                self._follows(host, in_front, Asked(type, image_id, answer), source)
        for (type, image_id), answer in answers.items():
            recorder.forget()
            answer_of(host, type, image_id, _FOLLOWS, "raise nothing for an example")
            sources = {
                each[:2]: each
                for each in recorder.asked
                if each.answer is not None and each[:2] != (str(type), image_id)
            }
            for source in islice(sources.values(), _SOURCES):
                self._follows(host, in_front, Asked(type, image_id, answer), source)

    def test_a_file_that_is_rewritten_is_read_again_after_a_change(
        self, host_without_added: Host, answers: Mapping[Question, Any], tmp_path: Path
    ) -> None:
        files = Files(tmp_path) if self.files_change else None
        if not files:
            pytest.skip("no file in tmp_path that the answers may follow from")
        host = host_without_added
        contract = "A file that was rewritten is read again once changed() tells of its image."
        to_do = (
            "keep what is read of files in a ProviderCache, not in an lru_cache, and drop it in "
            "metadata_changed and clear_metadata"
        )

        def rewritten() -> None:
            for _, image_id in answers:
                tell(host.changed, None, image_id)

        with files.spoiled():
            follow = [
                question
                for question, answer in answers.items()
                if not self.same(_answer_or_none(host, question), answer)
            ]
        rewritten()
        for (type, image_id), answer in answers.items():
            given = answer_of(host, type, image_id, contract, to_do)
            if not self.same(given, answer):
                did = f"answers {type} of {image_id} with {shown(given)} of a file that was damaged"
                breaks(contract, f"{did}, and is whole again", to_do)
        with files.spoiled():
            rewritten()
            for question in follow:
                given = _answer_or_none(host, question)
                if self.same(given, answers[question]):
                    did = f"answers {question} with {shown(given)}, which is no longer in the file"
                    breaks(contract, did, to_do)

    def test_a_wrapper_leaves_the_answer_that_it_wraps_as_it_is(
        self, below: tuple[Host, dict[Question, Any]], plugin: object
    ) -> None:
        host, wrapped = below
        contract = "A wrapper changes a copy: the answer belongs to the provider that gave it."
        to_do = "answer with metaprov_core.with_fields(answer, ...), or another copy"
        copies = {}
        for question, answer in wrapped.items():
            # What cannot be copied or compared cannot be looked at.
            with suppress(Exception):
                if (copied := copy.deepcopy(answer)) == answer:
                    copies[question] = copied
        host.register(plugin, PLUGIN)
        for question in copies:
            _answer_or_none(host, question)
        host.unregister(PLUGIN)
        for question, copied in copies.items():
            after = _answer_or_none(host, question)
            if not bool(after == copied):
                did = f"made {shown(after)} of the answer to {question}, which was {shown(copied)}"
                breaks(contract, did, to_do)

    def test_a_wrapper_withholds_no_error_of_what_it_wraps(
        self,
        host_without_added: Host,
        answers: Mapping[Question, Any],
    ) -> None:
        host, in_front = host_without_added, _InFront()
        contract = "What a source raises reaches whoever asked, through every wrapper."
        to_do = "let exceptions through at `yield`, or answer in place of the source; not None"
        host.register(in_front)
        for type, image_id in answers:
            if not _wraps(host, type, image_id):
                continue
            in_front.answers = {(str(type), image_id): MetadataReadError(image_id, "it is torn")}
            tell(host.changed)
            try:
                answer = host.get(type, image_id)
            except MetadataReadError:
                continue
            except Exception as error:
                breaks(contract, f"{raised(error)} in place of a MetadataReadError", to_do)
            if answer is None:
                did = f"has no answer to {type} of {image_id}, whose source raises"
                breaks(contract, f"{did} MetadataReadError", to_do)

    def test_what_rests_on_other_images_is_declared_with_the_scope_of_a_series(
        self,
        host_without_added: Host,
        answers: Mapping[Question, Any],
    ) -> None:
        host, recorder = host_without_added, Recorder()
        contract = (
            'A provider whose answers rest on other images declares scope="series", or its key '
            "does, so that whoever works in batches asks with whole series."
        )
        host.register(recorder)
        for question in answers:
            type, image_id = question
            tell(host.clear)
            image = base_image_id(image_id)
            others = {
                each for each in _asked(host, recorder, question) if base_image_id(each[1]) != image
            }
            scopes = {each.scope for each in _own_providers(host, type, image_id)}
            key = host.types().get(str(type))
            if others and "series" not in scopes and (key is None or key.scope != "series"):
                did = f"asks for {sorted(others)[:3]} to answer {type} of {image_id}"
                to_do = (
                    '@hookimpl(types=[...], scope="series"), or MetadataType(..., scope="series")'
                )
                breaks(contract, did, to_do)

    def _follows(self, host: Host, in_front: _InFront, answered: Asked, source: Asked) -> None:
        """Ask while a source has another answer, then when it has its own again."""
        for other in islice(
            (*varied_throughout(source.answer), *variations(source.answer)), _VARIATIONS
        ):
            in_front.answers = {source[:2]: other}
            tell(host.clear)
            # Of that it may make nothing.
            with suppress(Exception):
                host.get(*answered[:2])
            in_front.answers = {}
            tell(host.changed, *source[:2])
            given = answer_of(host, *answered[:2], _FOLLOWS, _DROP)
            if not self.same(given, answered.answer):
                did = f"still answers {answered[:2]} with {shown(given)}, after {source[:2]} was"
                breaks(_FOLLOWS, f"{did} {shown(other)} and is {shown(source.answer)}", _DROP)


def _own_providers(host: Host, type: str, image_id: str) -> list[Provider]:
    return [each for each in host.call_order(type, image_id) if each.plugin == PLUGIN]


def _wraps(host: Host, type: str, image_id: str) -> bool:
    return any(each.wrapper for each in _own_providers(host, type, image_id))


def _answer_or_none(host: Host, question: Question) -> Any:
    with suppress(Exception):
        return host.get(*question)
    return None


def _asked(host: Host, recorder: Recorder, question: Question) -> set[Question]:
    """What the plugin asks to answer a question."""
    recorder.forget()
    answer_of(host, *question, _FOLLOWS, "raise nothing for an example")
    return set(recorder.questions) - {(str(question[0]), question[1])}
