"""A host in another process: the same plugins and settings, no secrets, and no answers."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from textwrap import dedent

import pytest

import metaprov_core
from metaprov_core import Host, hookimpl

CONFIGURED = """
    from functools import partial
    from metaprov_core import hookimpl

    value = "as in the beginning"

    def configure(new):
        global value
        value = new

    @hookimpl(types=["setting"])
    def get_metadata():
        return value

    @hookimpl
    def copy_settings():
        return partial(configure, value)
    """
ASKED = "[each.name for each in host.plugins() if each.order], host.get('x', 'clinic:7')"


@pytest.fixture
def elsewhere(site):
    """Ask an unpickled host in another process, whose environment may be another one."""

    def ask(pickled: bytes, question: str, **environment: str) -> str:
        program = f"import pickle, sys; host = pickle.load(sys.stdin.buffer); print({question})"
        run = subprocess.run(
            [sys.executable, "-c", program],
            input=pickled,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(site.folder), **environment},
            cwd=os.sep,
            timeout=60,
            check=False,
        )
        return (run.stdout or run.stderr.splitlines()[-1]).decode().strip()

    return ask


@pytest.fixture
def three(site, answering):
    """Three distributions, each with a provider that answers with its name."""
    for name in ("a", "b", "c"):
        site.install(name, answering(name))
    return site


def test_it_has_the_same_plugins_in_the_same_order(three, elsewhere):
    pickled = pickle.dumps(three.host(order=["b"], disable=["a"]))

    assert elsewhere(pickled, ASKED) == "['b', 'c'] b"
    assert elsewhere(pickled, ASKED, METAPROV_ORDER="c", METAPROV_DISABLE="b") == ("['b', 'c'] b")


def test_it_lacks_what_was_unregistered(three, elsewhere):
    host = three.host()
    host.unregister(host.plugins()[0].name)

    assert elsewhere(pickle.dumps(host), ASKED) == "['b', 'c'] b"


def test_plugins_that_are_installed_there_alone_do_not_answer(three, elsewhere, answering):
    pickled = pickle.dumps(Host(discover=True, order=["b"]))
    three.install("z", answering("z"))

    names = elsewhere(pickled, "[each.name for each in host.plugins() if each.order]")

    assert "'a'" in names
    assert "'z'" not in names


def test_a_plugin_that_is_missing_there_is_an_error(three, elsewhere):
    pickled = pickle.dumps(three.host())
    three.uninstall("b")

    assert elsewhere(pickled, ASKED) == (
        "metaprov_core.MetaprovError: this process cannot answer as the one that pickled the host: "
        "it lacks b (b 1.0)"
    )


def test_another_version_is_another_plugin(three, elsewhere, answering):
    pickled = pickle.dumps(three.host())
    three.uninstall("b")
    three.install("b", answering("b"), version="1.1")

    assert "it lacks b (b 1.0)" in elsewhere(pickled, ASKED)


def test_files_that_are_named_are_plugins_there_too(site, elsewhere, monkeypatch):
    folder = site.folder / "files"
    folder.mkdir()
    (folder / "ward.py").write_text(dedent(CONFIGURED))
    monkeypatch.setenv("METAPROV_PLUGINS", "./ward.py")
    monkeypatch.chdir(folder)

    assert elsewhere(pickle.dumps(site.host()), "host.get('setting', 'clinic:7')") == (
        "as in the beginning"
    )


def test_a_module_that_is_named_stays_one_beside_a_folder_of_its_name(
    site, elsewhere, tmp_path, monkeypatch
):
    site.write("ward", CONFIGURED)
    (tmp_path / "ward").mkdir()
    monkeypatch.setenv("METAPROV_PLUGINS", "ward")
    monkeypatch.chdir(tmp_path)

    assert elsewhere(pickle.dumps(site.host()), "host.get('setting', 'clinic:7')") == (
        "as in the beginning"
    )


def test_settings_go_along(site, elsewhere):
    site.install("configured", CONFIGURED)
    host = site.host()
    host.load_plugins()
    sys.modules["configured"].configure("another")

    assert elsewhere(pickle.dumps(host), "host.get('setting', 'clinic:7')") == "another"


def test_settings_that_cannot_go_are_named(site):
    site.install("configured", CONFIGURED.replace("partial(configure, value)", "lambda: None"))

    with pytest.raises(ValueError, match=r"settings of plugin configured \(configured 1.0\) can"):
        pickle.dumps(site.host())


def test_an_error_of_the_plugin_is_raised(site):
    site.install("given", CONFIGURED.replace("return partial(configure, value)", "1 / 0"))

    with pytest.raises(ZeroDivisionError):
        pickle.dumps(site.host())


def test_a_plugin_that_is_an_object_stays(site, make_provider):
    host = site.host()
    host.register(make_provider("here"), "here")

    with pytest.raises(ValueError, match="no other process has the plugin here"):
        pickle.dumps(host)
    host.unregister("here")
    pickle.dumps(host)


def test_a_replacement_stays(three, make_provider):
    host = three.host()
    host.replace("b", make_provider("here"))

    with pytest.raises(ValueError, match="no other process has the plugin b"):
        pickle.dumps(host)


def test_a_value_that_was_given_stays(site):
    site.install(
        "taking",
        """
        from metaprov_core import hookimpl

        @hookimpl
        def add_metadata(value):
            return True
        """,
    )
    host = site.host()
    host.add("x", "clinic:7", 1)

    with pytest.raises(ValueError, match=r"values were given to this host with add\(\)"):
        pickle.dumps(host)
    host.clear("x")
    with pytest.raises(ValueError, match="values were given"):
        pickle.dumps(host)
    host.clear()
    pickle.dumps(host)


def test_a_closed_host_is_refused(site):
    host = site.host()
    host.close()

    with pytest.raises(metaprov_core.MetaprovError, match="closed"):
        pickle.dumps(host)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_a_host_of_its_own(three, copied):
    host = three.host()
    other = copied(host)

    other.unregister("a")

    assert other.get("x", "clinic:7") == "b"
    assert host.get("x", "clinic:7") == "a"


def test_what_it_skips_is_skipped_there(site, elsewhere):
    site.install(
        "raising", "from metaprov_core import hookimpl\n@hookimpl\ndef get_metadata(): 1/0"
    )

    assert elsewhere(pickle.dumps(site.host(on_error="skip")), "host.get('x', 'a:1')") == "None"


def test_a_wrapper_of_it_is_refused(site):
    host = site.host()

    class Wrapping:
        @hookimpl(wrapper=True)
        def copy_settings(self):
            return (yield)

    with pytest.raises(metaprov_core.PluginLoadError, match="copy_settings"):
        host.register(Wrapping())
