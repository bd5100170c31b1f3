"""Tests of what is kept: what was added, what was derived, how much, and for how long."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import pytest

from metaprov_core import with_frame

from .examples import UNKNOWN_ID, Examples
from .holdings import holdings
from .recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from metaprov_core import Host

    from .examples import Question

__all__ = ["KeepingTests"]

#: A frame that no example has.
_ANOTHER_FRAME: Final = 977
_MANY: Final = 1_000


class KeepingTests(Examples):
    """What is forgotten, and when."""

    @pytest.fixture
    def given(
        self, added: Mapping[Question, Any], hooks: Collection[str]
    ) -> list[tuple[str, str, Any]]:
        """The values to add; a plugin that takes some has an example."""
        if not added and "add_metadata" in hooks:
            pytest.fail("it implements add_metadata: override the fixture `added`")
        if not added:
            pytest.skip("it takes no values")
        return [(type, image_id, value) for (type, image_id), value in added.items()]

    def test_what_was_added_is_the_answer_until_it_is_cleared(
        self, host_without_added: Host, given: list[tuple[str, str, Any]]
    ) -> None:
        host = host_without_added
        for type, image_id, value in given:
            before = host.get(type, image_id)
            host.add(type, image_id, value)
            assert self.same(host.get(type, image_id), value)
            host.clear(type, image_id)
            after = host.get(type, image_id)
            assert after is before is None or self.same(after, before)

    def test_what_was_added_stays_when_other_images_are_cleared_and_sources_change(
        self, host: Host, given: list[tuple[str, str, Any]]
    ) -> None:
        host.clear(None, UNKNOWN_ID)
        host.changed()
        for type, image_id, value in given:
            host.changed(type, image_id)
            assert self.same(host.get(type, image_id), value), f"{type} of {image_id} is gone"

    def test_what_was_added_for_a_frame_goes_with_its_image(
        self, host_without_added: Host, given: list[tuple[str, str, Any]]
    ) -> None:
        host = host_without_added
        for type, image_id, value in given:
            frame = with_frame(image_id, _ANOTHER_FRAME)
            before = host.get(type, frame)
            host.add(type, frame, value)
            assert self.same(host.get(type, frame), value)
            host.clear(type, image_id)
            after = host.get(type, frame)
            assert after is before is None or self.same(after, before), f"{frame} is still there"

    def test_what_was_added_goes_when_another_frame_of_its_image_is_cleared(
        self, host: Host, given: list[tuple[str, str, Any]], answers: Mapping[Question, Any]
    ) -> None:
        for type, image_id, value in given:
            host.clear(None, with_frame(image_id, _ANOTHER_FRAME))
            if (type, image_id) not in answers:
                assert not self.same(host.get(type, image_id), value), (
                    f"{type} of {image_id} is still there: clear() ignores the frame"
                )

    def test_a_value_of_another_type_is_not_taken(self, host: Host) -> None:
        with pytest.raises(LookupError):
            host.add("noSuchModuleOfConformance", UNKNOWN_ID, {})

    def test_answers_are_there_again_after_a_change_and_after_a_clear(
        self, host_without_added: Host, answers: Mapping[Question, Any]
    ) -> None:
        host = host_without_added
        for (type, image_id), answer in answers.items():
            host.get(type, image_id)
            for forget in (host.changed, host.clear):
                forget()
                assert self.same(host.get(type, image_id), answer)
                forget(type, image_id)
                assert self.same(host.get(type, image_id), answer)

    def test_its_sources_are_asked_again_after_a_change_and_after_a_clear(
        self, host_without_added: Host, answers: Mapping[Question, Any]
    ) -> None:
        host, recorder = host_without_added, Recorder()
        host.register(recorder)
        for question in answers:
            host.clear()
            asked = _asked(host, recorder, question)
            for forget in (host.changed, host.clear):
                forget()
                assert asked <= _asked(host, recorder, question), (
                    f"after {forget.__name__}() the answer to {question} is still the old one"
                )
                for type, image_id in asked:
                    forget(type, with_frame(image_id, _ANOTHER_FRAME))
                    assert (type, image_id) in _asked(host, recorder, question), (
                        f"after {forget.__name__}({type!r}, ...) of another frame of the image "
                        f"the answer to {question} is still the old one"
                    )

    def test_it_leaves_its_host_without_an_error(
        self, plugin: object, host_without_added: Host, caplog: pytest.LogCaptureFixture
    ) -> None:
        host_without_added.unregister(plugin)
        assert "its detach raised" not in caplog.text, caplog.text

    def test_what_is_kept_is_bounded(
        self,
        plugin: object,
        host: Host,
        expected: Mapping[Question, Any],
        check: Callable[[int], None],
    ) -> None:
        check(0)
        before = holdings(plugin)
        for type, image_id in list(expected)[:5]:
            for number in range(1, _MANY + 1):
                # An image that is not its own may well be an error.
                with suppress(Exception):
                    host.get(type, with_frame(image_id, number))
                with suppress(Exception):
                    host.get(type, f"{UNKNOWN_ID}/{number}")
        grown = [
            path
            for path, size in holdings(plugin).items()
            if size - before.get(path, 0) >= _MANY
            and path.partition("[")[0] not in self.bounded_elsewhere
        ]
        assert not grown, (
            f"{', '.join(grown)} grow with every image that is asked about: keep answers in a "
            "ProviderCache, or name what is bounded by other means in bounded_elsewhere"
        )


def _asked(host: Host, recorder: Recorder, question: Question) -> set[Question]:
    """What the plugin asks to answer a question."""
    recorder.forget()
    host.get(*question)
    return set(recorder.questions) - {(str(question[0]), question[1])}
