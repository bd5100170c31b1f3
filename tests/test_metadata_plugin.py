"""The base class of plugins, which is for type checkers alone."""

from __future__ import annotations

import doctest
import inspect

import pytest

from metaprov_core import Host, MetadataPlugin, PluginLoadError, hookimpl
from metaprov_core.hooks import base_class, specs


def test_only_overrides_that_are_marked_are_registered():
    class Clinic(MetadataPlugin):
        @hookimpl
        def find_images(self, source):
            return ["clinic:7"] if source == "clinic:" else None

        def add_metadata(self, type, image_id, value):
            return True

    host = Host()
    host.register(Clinic())

    assert host.plugins()[0].hooks == ("find_images",)
    assert list(host.find_images("clinic:")) == ["clinic:7"]
    with pytest.raises(LookupError):
        host.add("patientModule", "clinic:7", {})


def test_a_plugin_that_overrides_nothing_is_refused():
    with pytest.raises(PluginLoadError, match="no function marked"):
        Host().register(MetadataPlugin())


def test_a_hook_can_call_the_one_that_it_overrides():
    class Clinic(MetadataPlugin):
        @hookimpl
        def attach(self, host):
            super().attach(host)
            self.host = host

    plugin, host = Clinic(), Host()
    host.register(plugin)

    assert plugin.host is host


@pytest.mark.parametrize("hook", sorted({*specs.__all__} - {"get_metadata"}))
def test_every_hook_but_get_metadata_is_there_with_its_arguments(hook):
    specified = inspect.signature(getattr(specs, hook))
    method = inspect.signature(getattr(MetadataPlugin, hook))

    assert list(method.parameters.values())[1:] == list(specified.parameters.values())
    assert method.return_annotation == specified.return_annotation


def test_its_example_runs():
    assert doctest.testmod(base_class).failed == 0
