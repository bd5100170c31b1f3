"""Settings of a plugin package: each plugin that is told of a change, and no other."""

from __future__ import annotations

import doctest
import gc
from dataclasses import dataclass

import pytest

from metaprov_core import SettingsListeners
from metaprov_core.hooks import settings


class Plugin:
    def __init__(self, error: Exception | None = None) -> None:
        self.told = 0
        self.error = error

    def settings_changed(self) -> None:
        self.told += 1
        if self.error is not None:
            raise self.error


def test_the_example_runs() -> None:
    (example,) = (each for each in doctest.DocTestFinder().find(settings) if each.examples)
    assert doctest.DocTestRunner().run(example).failed == 0


def test_each_is_told_once_until_it_leaves() -> None:
    listeners, stays, leaves = SettingsListeners(), Plugin(), Plugin()
    for each in (stays, leaves, stays):
        listeners.add(each)
    listeners.tell()
    listeners.discard(leaves)
    listeners.discard(leaves)
    listeners.tell()

    assert (stays.told, leaves.told) == (2, 1)


def test_all_are_told_before_what_some_raised_is_raised() -> None:
    listeners = SettingsListeners()
    error = RuntimeError("no")
    plugins = [Plugin(), Plugin(error), Plugin()]
    for each in plugins:
        listeners.add(each)

    with pytest.raises(ExceptionGroup, match="the new settings hold") as raised:
        listeners.tell()

    assert raised.value.exceptions == (error,)
    assert [each.told for each in plugins] == [1, 1, 1]


def test_plugins_that_are_equal_are_told_each() -> None:
    @dataclass
    class Equal:
        told: int = 0

        def settings_changed(self) -> None:
            self.told += 1

    listeners, stays, leaves = SettingsListeners(), Equal(), Equal()
    for each in (stays, leaves):
        listeners.add(each)
    listeners.discard(leaves)
    listeners.tell()

    assert (stays.told, leaves.told) == (1, 0)


def test_a_plugin_that_is_gone_is_not_kept() -> None:
    listeners = SettingsListeners()
    told: list[str] = []

    class Gone:
        def settings_changed(self) -> None:
            told.append("gone")

    listeners.add(Gone())
    gc.collect()
    listeners.tell()

    assert told == []
