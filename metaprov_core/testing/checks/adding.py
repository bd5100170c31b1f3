"""Tests of what was added: until when it is the answer."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pytest

from metaprov_core import MetadataNotFoundError, MetadataReadError, base_image_id, with_frame
from metaprov_core.testing.contract import answer_of, breaks, raised, shown, tell
from metaprov_core.testing.examples import ANOTHER_FRAME, UNKNOWN_ID, UNKNOWN_TYPE, Examples
from metaprov_core.testing.values.varied import variations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from metaprov_core import Host
    from metaprov_core.testing.examples import Question

__all__ = ["AddingTests"]

#: How many other values are tried, where a plugin refuses them.
_TRIES: Final = 20

_KEPT = "A value that was added is the answer until it is cleared."
_TAKEN = "add_metadata keeps the value and returns True, or returns None: not mine."


class AddingTests(Examples):
    """A plugin that takes values keeps each until it is cleared, and no longer."""

    @pytest.fixture
    def given(
        self, added: Mapping[Question, Any], hooks: Collection[str]
    ) -> list[tuple[str, str, Any]]:
        """The values to add; a plugin that takes some has an example."""
        if not added and "add_metadata" in hooks:
            pytest.fail("it implements add_metadata: override the fixture `added`", pytrace=False)
        if not added:
            pytest.skip("it takes no values")
        return [(type, image_id, value) for (type, image_id), value in added.items()]

    def test_what_was_added_is_the_answer_until_it_is_cleared(
        self, host_without_added: Host, given: list[tuple[str, str, Any]]
    ) -> None:
        host = host_without_added
        to_do = "in clear_metadata forget what was added too; None there stands for all"
        for type, image_id, value in given:
            for cleared in ((type, image_id), (None, image_id), (type, None), (None, None)):
                before = _answered(host, type, image_id)
                self._add(host, type, image_id, value)
                tell(host.clear, *cleared)
                after = _answered(host, type, image_id)
                if not (after is before is None or self.same(after, before)):
                    did = f"answers {type} of {image_id} after clear{cleared} with {shown(after)}"
                    breaks(_KEPT, f"{did}, and before it was added with {shown(before)}", to_do)

    def test_the_last_value_that_was_added_is_the_answer(
        self, host_without_added: Host, given: list[tuple[str, str, Any]]
    ) -> None:
        host = host_without_added
        contract = "Of several values that were added for an image, the last is the answer."
        to_do = "let add_metadata replace the value, and drop what was derived from the old one"
        for type, image_id, value in given:
            for later in self._others(type, value, given):
                tell(host.clear)
                self._add(host, type, image_id, value)
                try:
                    host.add(type, image_id, later)
                except Exception:  # noqa: S112 - it may well refuse such a value
                    continue
                answer = answer_of(host, type, image_id, contract, to_do)
                if answer is None or self.same(answer, value):
                    did = f"answers {type} of {image_id} with {shown(answer)}, after first"
                    breaks(contract, f"{did} {shown(value)}, then {shown(later)} was added", to_do)
                break

    def test_what_was_added_stays_when_others_are_cleared_and_sources_change(
        self, host: Host, given: list[tuple[str, str, Any]]
    ) -> None:
        contract = (
            "What was added goes when its own image and type are cleared; not with others, and not "
            "when something has changed."
        )
        to_do = (
            "look at `type` and `image_id` in clear_metadata, and keep what was added in "
            "metadata_changed: ProviderCache.clear forgets it, ProviderCache.changed does not"
        )
        for type, image_id, value in given:
            others = [
                (None, UNKNOWN_ID),
                (UNKNOWN_TYPE, image_id),
                *((None, each) for _, each, _ in given if not _same_image(each, image_id)),
            ]
            for cleared in others:
                tell(host.clear, *cleared)
                self._still(host, (type, image_id, value), f"clear{cleared}", contract, to_do)
                self._add(host, type, image_id, value)
            for changed in ((None, None), (type, None), (type, image_id)):
                tell(host.changed, *changed)
                self._still(host, (type, image_id, value), f"changed{changed}", contract, to_do)
            for each in given:
                self._add(host, *each)

    def test_what_was_added_for_a_frame_goes_with_its_image(
        self, host_without_added: Host, given: list[tuple[str, str, Any]]
    ) -> None:
        host = host_without_added
        contract = "clear is of an image with all its frames: the frame of the id is ignored."
        to_do = "compare base_image_id of the ids in clear_metadata, as ProviderCache.clear does"
        for type, image_id, value in given:
            frame = with_frame(image_id, ANOTHER_FRAME)
            before = _answered(host, type, frame)
            try:
                host.add(type, frame, value)
            except MetadataNotFoundError:
                continue  # It takes none for frames.
            except Exception as error:
                breaks(_TAKEN, f"{raised(error)} for {type} of {frame}", "return None: not mine")
            self._still(host, (type, frame, value), "add", _KEPT, "answer with what was added")
            tell(host.clear, type, image_id)
            after = _answered(host, type, frame)
            if not (after is before is None or self.same(after, before)):
                did = f"answers {type} of {frame} with {shown(after)} after clear of {image_id}"
                breaks(contract, did, to_do)

    def test_what_was_added_goes_when_another_frame_of_its_image_is_cleared(
        self, host: Host, given: list[tuple[str, str, Any]], answers: Mapping[Question, Any]
    ) -> None:
        contract = "clear is of an image with all its frames: the frame of the id is ignored."
        to_do = "compare base_image_id of the ids in clear_metadata, as ProviderCache.clear does"
        for type, image_id, value in given:
            frame = with_frame(image_id, ANOTHER_FRAME)
            tell(host.clear, None, frame)
            answer = answer_of(host, type, image_id, contract, to_do)
            if (type, image_id) not in answers and self.same(answer, value):
                did = f"answers {type} of {image_id} with {shown(answer)} after clear of {frame}"
                breaks(contract, did, to_do)

    def test_a_value_of_another_type_is_not_taken(
        self, host: Host, expected: Mapping[Question, Any]
    ) -> None:
        to_do = "begin with: if type != ...: return None"
        for image_id in dict.fromkeys([UNKNOWN_ID, *(image_id for _, image_id in expected)]):
            try:
                host.add(UNKNOWN_TYPE, image_id, {})
            except MetadataNotFoundError:
                continue
            except Exception as error:
                did = f"{raised(error)} for a value of {UNKNOWN_TYPE}, which is not its own"
                breaks(_TAKEN, did, to_do)
            did = f"takes a value of {UNKNOWN_TYPE} for {image_id}, which it never answers with"
            breaks(_TAKEN, did, to_do)

    # -- what they have in common

    def _add(self, host: Host, type: str, image_id: str, value: Any) -> None:
        """Add an example, which is the answer then."""
        to_do = "keep the value, answer with it, and mend the example where it is wrong"
        try:
            host.add(type, image_id, value)
        except Exception as error:
            breaks(_TAKEN, f"{raised(error)} for the example {type} of {image_id}", to_do)
        self._still(host, (type, image_id, value), "add", _KEPT, to_do)

    def _still(
        self,
        host: Host,
        given: tuple[str, str, Any],
        after: str,
        contract: str,
        to_do: str,
    ) -> None:
        type, image_id, value = given
        answer = answer_of(host, type, image_id, contract, to_do)
        if not self.same(answer, value):
            did = f"answers {type} of {image_id} with {shown(answer)} after {after}"
            breaks(contract, f"{did}, and {shown(value)} was added", to_do)

    def _others(self, type: str, value: Any, given: list[tuple[str, str, Any]]) -> Iterator[Any]:
        """Values of a type that are not this one: of other examples, or made of it."""
        examples = (other for each, _, other in given if each == type)
        for other in islice((*examples, *islice(variations(value), _TRIES)), _TRIES):
            if not self.same(other, value):
                yield other


def _answered(host: Host, type: str, image_id: str) -> Any:
    """The answer; None where there is none, or where the image cannot be read without a value."""
    try:
        return host.get(type, image_id)
    except MetadataReadError:
        return None
    except Exception as error:
        did = f"{raised(error)} for {type} of {image_id}, which has no value"
        breaks(_KEPT, did, "return None where there is none")


def _same_image(one: str, other: str) -> bool:
    return base_image_id(one) == base_image_id(other)
