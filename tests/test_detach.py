"""Leaving a host: when a plugin is told, in which order, and what becomes of what it raises."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent
from threading import Event, Thread

import pytest

import metaprov_core
from metaprov_core import Host, MetaprovError, PluginLoadError, hookimpl


class Told:
    """Writes down what it is told, and what its host answered at that moment."""

    def __init__(self, name: str = "told", log: list[str] | None = None) -> None:
        self.name = name
        self.log = [] if log is None else log

    @hookimpl
    def attach(self):
        self.log.append(f"{self.name} attach")

    @hookimpl
    def detach(self):
        self.log.append(f"{self.name} detach")

    @hookimpl
    def metadata_changed(self):
        self.log.append(f"{self.name} changed")

    @hookimpl(types=["name"])
    def get_metadata(self):
        return self.name


@pytest.fixture
def log():
    return []


def test_a_plugin_that_is_unregistered_is_detached_once(log):
    host = Host()
    plugin = Told("a", log)
    host.register(plugin)
    assert host.unregister(plugin) is plugin
    host.close()
    assert log == ["a attach", "a detach"]


def test_it_is_published_told_of_the_change_and_then_detached(log):
    host = Host()

    class Leaving(Told):
        @hookimpl
        def detach(self, host):
            log.append(f"detach: {host.get('name', 'clinic:7')} answers")

    leaving = Leaving("leaving", log)
    host.register(Told("staying", log))
    host.register(leaving)
    host.get("name", "clinic:7")
    log.clear()
    host.unregister(leaving)
    assert log == ["staying changed", "detach: staying answers"]


def test_a_successor_is_attached_before_the_plugin_that_it_replaces_is_detached(log):
    host = Host()
    host.register(Told("old", log), "plugin")
    host.replace("plugin", Told("new", log))
    assert log == ["old attach", "new attach", "old detach"]


def test_a_plugin_that_joins_again_is_detached_again(log):
    host = Host()
    plugin = Told("a", log)
    for _ in range(2):
        host.register(plugin)
        host.unregister(plugin)
    assert log == ["a attach", "a detach"] * 2


def test_in_two_hosts_it_leaves_each_for_itself(log):
    class Both:
        @hookimpl
        def attach(self, host):
            log.append(("attach", host))

        @hookimpl
        def detach(self, host):
            log.append(("detach", host))

    one, other, plugin = Host(), Host(), Both()
    one.register(plugin)
    other.register(plugin)
    one.close()
    assert log == [("attach", one), ("attach", other), ("detach", one)]


def test_what_is_no_longer_installed_is_detached_at_refresh(site):
    source = """\
        from metaprov_core import hookimpl

        class Plugin:
            log = []

            @hookimpl
            def detach(self):
                self.log.append("detached")
    """
    site.install("aurora", source, entry_points={"aurora": "aurora:Plugin"})
    site.install("zenith", source, entry_points={"zenith": "zenith:Plugin"})
    host = site.host(only=["aurora", "zenith"])
    host.load_plugins()
    import aurora
    import zenith

    site.uninstall("aurora")
    with pytest.warns(UserWarning, match="no plugin and no distribution is called 'aurora'"):
        host.refresh()
    assert (aurora.Plugin.log, zenith.Plugin.log) == (["detached"], [])


def test_a_plugin_whose_attach_raised_is_not_detached(log):
    class Failing(Told):
        @hookimpl
        def attach(self):
            raise OSError("no database")

    host = Host()
    with pytest.raises(PluginLoadError):
        host.register(Failing("failing", log))
    host.close()
    assert log == []


def test_a_plugin_that_was_attached_and_never_published_is_detached(log):
    class Rival(Told):
        @hookimpl
        def attach(self, host):
            host.register(Told("first", log), "name")
            log.append("rival attach")

    host = Host()
    with pytest.raises(ValueError, match="registered already"):
        host.register(Rival("rival", log), "name")
    assert log == ["first attach", "rival attach", "rival detach"]
    assert host.get("name", "clinic:7") == "first"


def test_who_is_unregistered_while_another_is_attached_is_detached_in_the_end(log):
    class Taking(Told):
        @hookimpl
        def attach(self, host):
            host.unregister("first")
            log.append("taking attach")

    host = Host()
    host.register(Told("first", log), "first")
    host.register(Taking("taking", log))
    assert log == ["first attach", "taking attach", "first detach"]


def test_those_attached_before_an_interrupted_load_are_detached(site, monkeypatch):
    site.install(
        "aurora",
        """\
        from metaprov_core import hookimpl
        log = []

        class Plugin:
            @hookimpl
            def attach(self):
                log.append("attach")

            @hookimpl
            def detach(self):
                log.append("detach")
        """,
        entry_points={"zenith": "aurora:Plugin"},
    )
    site.install(
        "midnight",
        """\
        from metaprov_core import hookimpl
        pressed = []

        class Plugin:
            @hookimpl
            def attach(self):
                if not pressed:
                    pressed.append(True)
                    raise KeyboardInterrupt
        """,
        entry_points={"a": "midnight:Plugin"},
    )
    host = site.host(order=["a"])
    with pytest.raises(KeyboardInterrupt):
        host.load_plugins()
    import aurora

    assert aurora.log == ["attach", "detach"]
    host.load_plugins()
    assert aurora.log == ["attach", "detach", "attach"]


def test_what_detach_raises_is_logged_and_keeps_nobody_from_leaving(log, caplog):
    class Failing(Told):
        @hookimpl
        def detach(self):
            raise OSError("disk full")

    host = Host()
    host.register(Told("below", log))
    host.register(Failing("failing", log), "failing")
    host.close()
    assert log[-1] == "below detach"
    assert "plugin failing left, and its detach raised OSError: disk full" in caplog.text


def test_closing_lets_the_last_registered_go_first_and_is_final(log):
    with Host() as host:
        host.register(Told("first", log))
        host.register(Told("second", log))
        assert host.get("name", "clinic:7") == "second"
    assert log[-2:] == ["second detach", "first detach"]
    for call in (
        lambda: host.get("name", "clinic:7"),
        lambda: host.get_many("name", ["clinic:7"]),
        lambda: host.get_many("name", []),
        lambda: host.require("name", "/data/a.dcm"),
        lambda: host.explain("name", "clinic:7"),
        lambda: host.find_images("clinic:"),
        lambda: host.prefetch(["clinic:7"]),
        lambda: host.add("name", "clinic:7", 1),
        host.changed,
        host.clear,
        lambda: host.register(Told()),
        lambda: host.replace("first", Told()),
        lambda: host.unregister("first"),
        host.refresh,
        host.load_plugins,
        host.plugins,
        host.providers,
        host.types,
        lambda: host.type_of("name"),
        lambda: host.call_order("name", "clinic:7"),
    ):
        with pytest.raises(MetaprovError, match="this host is closed"):
            call()
    host.close()
    assert len(log) == 4


def test_a_change_lets_go_who_left_in_it_and_in_no_other(log):
    """Another change, made while this one is told of, detaches nobody before the rest is told."""

    class Registering:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl
        def metadata_changed(self):
            if "leaving" not in [record.name for record in self.host.plugins()] and not log:
                log.append("told")
                self.host.register(lambda: None, "another")
                log.append("registered")

    host = Host()
    host.register(Told("leaving", []), "leaving")
    host.register(Registering())
    host.get("name", "clinic:7")
    leaving = next(each.plugin for each in host.plugins() if each.name == "leaving")
    leaving.log = log
    host.unregister("leaving")
    assert log == ["told", "registered", "leaving detach"]


def test_a_thread_detaches_only_who_left_in_its_own_change(log):
    told, go_on = Event(), Event()

    class Waiting:
        @hookimpl
        def metadata_changed(self):
            if not told.is_set():
                told.set()
                go_on.wait(10)
                log.append("all are told")

    host = Host()
    host.register(Told("leaving", log), "leaving")
    host.register(Told("other", []), "other")
    host.get("name", "clinic:7")
    host.register(lambda: None, "waiting")
    host.replace("waiting", Waiting())
    log.clear()
    told.clear()
    thread = Thread(target=host.unregister, args=["leaving"])
    thread.start()
    assert told.wait(10)
    host.unregister("other")
    go_on.set()
    thread.join()
    assert log[-2:] == ["all are told", "leaving detach"]


def test_an_interrupt_of_one_keeps_the_others_from_staying_open(log):
    class Interrupted(Told):
        @hookimpl
        def detach(self):
            raise KeyboardInterrupt

    host = Host()
    host.register(Told("below", log))
    host.register(Interrupted("interrupted", log))
    with pytest.raises(KeyboardInterrupt):
        host.close()
    assert log[-1] == "below detach"


def test_a_refresh_that_is_interrupted_is_none(site, log):
    plugin = """\
        from metaprov_core import hookimpl

        class Plugin:
            @hookimpl(types=["name"])
            def get_metadata(self):
                return "aurora"
    """
    site.install("aurora", plugin, entry_points={"aurora": "aurora:Plugin"})
    host = site.host(only=None, disable=["metaprov-dicom", "metaprov-dicomweb", "metaprov-scaling"])
    host.register(Told("told", log))
    host.unregister("Told")
    assert host.get("name", "clinic:7") == "aurora"
    site.uninstall("aurora")
    site.install("zenith", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        host.refresh()
    assert host.get("name", "clinic:7") == "aurora"
    assert "aurora" in [record.name for record in host.plugins()]


def test_while_a_host_closes_its_plugins_may_tell_it_of_changes(log, caplog):
    class Telling(Told):
        @hookimpl
        def detach(self, host):
            host.changed()
            log.append("closed what was open")

    host = Host()
    host.register(Telling("telling", log))
    host.close()
    assert log[-1] == "closed what was open"
    assert not caplog.records
    with pytest.raises(MetaprovError, match="this host is closed"), host:
        pytest.fail("entered")


def test_a_question_that_is_being_answered_while_the_host_closes_is_answered():
    class Closing:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl(types=["name"])
        def get_metadata(self):
            self.host.close()
            return "answered"

    host = Host()
    host.register(Closing())
    assert host.get("name", "clinic:7") == "answered"


def test_a_host_that_is_closed_before_it_loads_imports_nothing(site):
    site.install("aurora", "raise ImportError('imported')")
    with site.host():
        pass
    assert "aurora" not in sys.modules


def test_a_module_has_no_detach(site):
    site.install(
        "aurora",
        """\
        from metaprov_core import hookimpl

        @hookimpl
        def detach(host): ...
        """,
    )
    with pytest.warns(UserWarning, match="to implement detach, make it a class"):
        site.host().load_plugins()


DEFAULT_HOST = """
    import os, sys
    import metaprov_core

    class Plugin:
        @metaprov_core.hookimpl
        def attach(self): ...

        @metaprov_core.hookimpl
        def detach(self):
            print("detached in", "parent" if os.getpid() == parent else "child", flush=True)

        @metaprov_core.hookimpl(types=["name"])
        def get_metadata(self):
            return "answer"

    parent = os.getpid()
    metaprov_core.register(Plugin())
    metaprov_core.get("name", "clinic:7")
"""


def run(program: str) -> str:
    completed = subprocess.run(
        [sys.executable, "-c", dedent(program)],
        env={**os.environ, "METAPROV_DISABLE_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return completed.stdout


def test_the_default_host_closes_when_the_program_ends():
    assert run(DEFAULT_HOST) == "detached in parent\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_detaches_no_plugin_that_its_parent_attached():
    in_child = """
    child = os.fork()
    if child == 0:
        print(metaprov_core.get("name", "clinic:7"), flush=True)
        metaprov_core.default_host.close()
        sys.exit()
    os.waitpid(child, 0)
    """
    assert run(DEFAULT_HOST + in_child) == "answer\ndetached in parent\n"


def test_the_module_has_no_close_of_its_own():
    # The default host is everybody's: whoever closes it takes it from all.
    assert not hasattr(metaprov_core, "close")
