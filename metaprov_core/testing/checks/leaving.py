"""Tests of what a plugin takes: memory, imports, what it has open, and what it leaves behind."""

from __future__ import annotations

import pickle
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final

import pytest

from metaprov_core import with_frame
from metaprov_core.testing.contract import breaks, raised
from metaprov_core.testing.examples import UNKNOWN_ID, Examples, own_functions
from metaprov_core.testing.held.holdings import grown, holdings
from metaprov_core.testing.held.opened import left_open
from metaprov_core.testing.held.reach import leads_through, package_of
from metaprov_core.testing.held.started import threads_started_by
from metaprov_core.testing.imports import imported_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from threading import Thread

    from metaprov_core import Host
    from metaprov_core.testing.examples import Question

__all__ = ["LeavingTests"]

_MANY: Final = 1_000


class LeavingTests(Examples):
    """A plugin takes no more than it must, and leaves nothing behind."""

    def test_what_is_kept_is_bounded(
        self,
        plugin: object,
        host: Host,
        expected: Mapping[Question, Any],
        check: Callable[[int], None],
    ) -> None:
        contract = "What a plugin keeps of the images that it is asked about is bounded."
        to_do = (
            "keep answers in a ProviderCache, those of frames too; or name what is bounded by "
            "other means in bounded_elsewhere"
        )
        check(0)
        for type, image_id in list(expected)[:5]:
            numbers = range(1, _MANY + 1)
            frames = [with_frame(image_id, number) for number in numbers]
            for asked in (frames, [f"{UNKNOWN_ID}/{number}" for number in numbers]):
                before = holdings(plugin)
                for each in asked:
                    # An image that is not its own may well be an error.
                    with suppress(Exception):
                        host.get(type, each)
                paths = [
                    path
                    for path in grown(before, holdings(plugin), _MANY)
                    if not leads_through(path, self.bounded_elsewhere)
                ]
                if paths:
                    did = f"asked about {_MANY} images such as {asked[0]}, has {_MANY} things more"
                    breaks(contract, f"{did} in {', '.join(paths)}", to_do)

    def test_importing_it_imports_nothing_heavy(self, plugin: object) -> None:
        if isinstance(plugin, ModuleType):
            module = plugin.__name__
        else:
            owner = plugin if isinstance(plugin, FunctionType) else type(plugin)
            module = owner.__module__
        if heavy := imported_with(module, self.heavy_modules):
            breaks(
                "Every program with plugins imports them all, so importing one is quick.",
                f"imports {', '.join(heavy)} with {module}",
                "import it in the function that needs it",
            )

    def test_it_leaves_its_host_without_an_error(
        self, plugin: object, host_without_added: Host, caplog: pytest.LogCaptureFixture
    ) -> None:
        host_without_added.unregister(plugin)
        if "its detach raised" in caplog.text:
            breaks(
                "detach raises nothing, whether the plugin was asked anything or not.",
                caplog.text,
                "close what was opened, if it was",
            )

    @pytest.fixture
    def started(self, plugin: object) -> Iterator[list[Thread]]:
        """The threads that the plugin starts from now on."""
        with threads_started_by(package_of(plugin)) as started:
            yield started

    # What the fixtures of its tests start, servers say, is started before.
    @pytest.mark.usefixtures("expected", "sources", "unreadable")
    def test_what_it_opened_is_closed_when_it_leaves(
        self,
        plugin: object,
        *,
        started: list[Thread],
        host: Host,
        expected: Mapping[Question, Any],
        unreadable: Iterable[Question],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        contract = "A plugin closes in detach what it has open: files, connections, threads."
        to_do = (
            "implement detach, and close there what was opened; after that nothing is asked. Name "
            "what the plugin was given, and its owner closes, in open_elsewhere"
        )
        for question in (*expected, *unreadable):
            with suppress(Exception):
                host.get(*question)
        host.unregister(plugin)
        if "its detach raised" in caplog.text:
            breaks(contract, caplog.text, to_do)
        # They may share with the plugin what their modules have open.
        for source in host.plugins():
            host.unregister(source.name)
        if still := left_open(plugin, self.open_elsewhere, started):
            breaks(contract, f"has left its host, and open: {', '.join(still)}", to_do)

    def test_its_settings_can_be_sent_to_another_process(self, host: Host) -> None:
        contract = "copy_settings gives a call that can be pickled, None, or raises ValueError."
        to_do = "return functools.partial(function of a module, plain values)"
        for function in own_functions(host, "copy_settings"):
            try:
                call = function()
            except ValueError:
                continue
            except Exception as error:
                breaks(contract, raised(error), to_do)
            try:
                # Not called: it would set this process.
                received = pickle.loads(pickle.dumps(call))  # noqa: S301 - its own
            except Exception as error:
                breaks(contract, f"gives {call!r}, and pickle {raised(error)}", to_do)
            if received is not None and not callable(received):
                breaks(contract, f"gives {call!r}, which cannot be called", to_do)
