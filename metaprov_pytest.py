"""The pytest plugin of metaprov: fixtures for whoever tests a plugin, or code that asks one.

A module of its own, as pytest loads it in every test run of every environment that metaprov is
installed in: nothing of metaprov is imported before a test wants it, no plugin is looked for, and
the environment variables are read no earlier than without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metaprov_core import Host
    from metaprov_core.testing import Recorder

__all__ = ["metaprov_host", "metaprov_host_with", "metaprov_recorder"]

# The assertions that plugins inherit say what they compared.
pytest.register_assert_rewrite("metaprov_core.testing")


@pytest.fixture
def metaprov_host() -> Iterator[Host]:
    """A host of this test alone, without the plugins that happen to be installed.

    It is closed after the test.
    """
    from metaprov_core import Host

    with Host() as host:
        yield host


@pytest.fixture
def metaprov_host_with(metaprov_host: Host) -> Callable[..., Host]:
    """Register plugins in the host of this test, the last one to be asked first; returns it."""

    def host_with(*plugins: object) -> Host:
        for plugin in plugins:
            metaprov_host.register(plugin)
        return metaprov_host

    return host_with


@pytest.fixture
def metaprov_recorder(metaprov_host: Host) -> Recorder:
    """What the host of this test is asked from now on, and what it is told of."""
    from metaprov_core.testing import Recorder

    recorder = Recorder()
    metaprov_host.register(recorder, "recorder")
    return recorder
