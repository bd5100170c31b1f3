"""Tests of the images that are found, and of those that are fetched before they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from metaprov_core import MetadataNotFoundError
from metaprov_core.testing.contract import breaks, raised
from metaprov_core.testing.examples import PLUGIN, UNKNOWN_ID, Examples

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from metaprov_core import Host
    from metaprov_core.testing.examples import Question

__all__ = ["FindingTests"]

_FOREIGN: Final = "notes.conformance"


class _GivenUpError(BaseException):
    """The program that asked has given up."""


class FindingTests(Examples):
    """Finding and fetching."""

    def test_it_finds_its_images_and_no_others(
        self,
        hooks: Collection[str],
        host: Host,
        found: Mapping[str, Iterable[str]],
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        if not found:
            if "find_images" in hooks:
                pytest.fail(
                    "it implements find_images: override the fixture `found`", pytrace=False
                )
            return
        contract = "find_images gives the image ids behind a source in order, each time the same."
        to_do = "return a new iterable for each call, sorted, with each image once"
        for source, image_ids in found.items():
            expected = list(image_ids)
            for _ in range(2):
                given = _found(host, source, contract, to_do)
                if given != expected:
                    breaks(contract, f"finds {given} in {source}, not {expected}", to_do)
        for source in (UNKNOWN_ID, *_foreign(tmp_path_factory.mktemp("foreign"))):
            contract = "find_images returns None for a source that has nothing of the plugin's own."
            to_do = "look whether the source is yours; say why not with note(), and raise nothing"
            if given := _found(host, source, contract, to_do):
                breaks(contract, f"finds {given} in {source}", to_do)

    def test_images_can_be_fetched_before_they_are_asked_for(
        self,
        hooks: Collection[str],
        host: Host,
        expected: Mapping[Question, Any],
        unreadable: Iterable[Question],
        check: Callable[[int], None],
    ) -> None:
        if "prefetch" not in hooks:
            pytest.skip("it implements no prefetch")
        contract = (
            "prefetch is told of all images that will be asked for, those of others among them; it "
            "raises nothing for an image, as the question about it will."
        )
        to_do = "leave out what is not yours, and catch what an image raises"
        images = dict.fromkeys(image_id for _, image_id in (*expected, *unreadable))
        for type in dict.fromkeys(("instance", *(str(type) for type, _ in expected))):
            try:
                host.prefetch([UNKNOWN_ID, *images], type)
            except Exception as error:
                breaks(contract, raised(error), to_do)
            check(0)

    def test_whoever_gives_up_fetching_is_let_through(
        self, hooks: Collection[str], host: Host, expected: Mapping[Question, Any]
    ) -> None:
        if "prefetch" not in hooks:
            pytest.skip("it implements no prefetch")
        contract = (
            "What done() raises in prefetch means that the program gave up: it is let through."
        )
        calls = []

        def give_up(count: int) -> None:
            calls.append(count)
            raise _GivenUpError

        images = tuple(dict.fromkeys(image_id for _, image_id in expected))
        for function in _implementations(host, "prefetch", "type", "image_ids", "done"):
            for type in dict.fromkeys(("instance", *(str(type) for type, _ in expected))):
                host.changed()
                calls.clear()
                try:
                    function(type, images, give_up)
                except _GivenUpError:
                    continue
                if calls:
                    did = f"keeps what done() raised to itself, and called it {len(calls)} times"
                    breaks(contract, did, "catch Exception, not BaseException, around images alone")


def _found(host: Host, source: str, contract: str, to_do: str) -> list[str]:
    try:
        return list(host.find_images(source))
    except MetadataNotFoundError:
        return []
    except Exception as error:
        breaks(contract, f"{raised(error)} for {source}", to_do)


def _foreign(folder: Path) -> list[str]:
    """A folder with nothing in it, one with a file of no format, and that file."""
    (folder / "empty").mkdir()
    (folder / "full").mkdir()
    file = folder / "full" / _FOREIGN
    file.write_text("Nobody's image.")
    return [str(folder / "empty"), str(folder / "full"), str(file)]


def _implementations(host: Host, hook: str, *arguments: str) -> list[Callable[..., Any]]:
    """The plugin's functions for a hook, to be called with these arguments."""
    return [
        implementation.called_with(*arguments)
        for record in host.plugins()
        if record.name == PLUGIN
        for implementation in record.implementations
        if implementation.hook == hook
    ]
