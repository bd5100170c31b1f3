"""Files and modules that METAPROV_PLUGINS and `metaprov --plugin` name, to try before packaging."""

from __future__ import annotations

import os
import pickle
import sys
from textwrap import dedent

import pytest

from metaprov_core import Host, PluginLoadError, PluginLoadWarning, hookimpl

PROVIDER = """
    from metaprov_core import hookimpl

    @hookimpl(types=["weight"])
    def get_metadata():
        return {answer!r}
    """


@pytest.fixture
def write(tmp_path):
    """Write a file with a provider; its path. Its module is forgotten in the end."""
    paths = []

    def write(name="ward.py", source=PROVIDER, answer="by hand"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(source.replace("{answer!r}", repr(answer))))
        paths.append(path)
        return path

    yield write
    for name, module in list(sys.modules.items()):
        if getattr(module, "__file__", None) in [str(path) for path in paths]:
            del sys.modules[name]


@pytest.fixture
def host(site, monkeypatch):
    """A host with these files and modules, and the distributions of the site."""

    def host(*plugins, **options):
        monkeypatch.setenv("METAPROV_PLUGINS", ",".join(map(str, plugins)))
        return site.host(**options)

    return host


def failure_of(host):
    with pytest.warns(PluginLoadWarning) as warned:
        host.load_plugins()
    (record,) = [record for record in host.plugins() if record.status == "failed"]
    assert [str(each.message) for each in warned] == [str(record.error)]
    return record, str(record.error)


# -- what a file or module has


def test_a_file_with_marked_functions_is_a_plugin(host, write):
    path = write()

    asked = host(path)

    (record,) = [each for each in asked.plugins() if each.status == "active"]
    assert asked.get("weight", "clinic:7") == "by hand"
    assert (record.name, record.distribution, record.entry_point) == ("ward", "", str(path))
    assert record.plugin is sys.modules["ward"]
    assert record.import_ms is not None


def test_a_module_is_named_as_python_imports_it(host, site):
    site.write("ward_of_site", PROVIDER.format(answer="a module"))

    assert host("ward_of_site").get("weight", "clinic:7") == "a module"


def test_a_class_is_made_for_each_host(host, write):
    path = write(
        source="""
        from metaprov_core import hookimpl

        class Ward:
            def __init__(self):
                self.hosts = []

            @hookimpl
            def attach(self, host):
                self.hosts.append(host)

            @hookimpl(types=["weight"])
            def get_metadata(self):
                return self.hosts
        """
    )
    one, other = host(path), host(path)

    assert one.get("weight", "clinic:7") == [one]
    assert other.get("weight", "clinic:7") == [other]
    assert [each.name for each in one.plugins() if each.status == "active"] == ["ward"]


def test_of_several_classes_those_are_plugins_that_no_other_is_derived_from(host, write):
    path = write(
        source="""
        from abc import ABC, abstractmethod
        from metaprov_core import MetadataPlugin, hookimpl

        class Base(MetadataPlugin):
            @hookimpl(types=["weight"])
            def get_metadata(self):
                return type(self).__name__

        class Ward(Base): ...
        class Alias(Base): ...
        Again = Ward
        class Other: ...

        class Abstract(ABC):
            @abstractmethod
            @hookimpl(types=["height"])
            def get_metadata(self): ...
        """
    )

    names = [each.name for each in host(path).plugins() if each.status == "active"]

    assert sorted(names) == ["ward:Alias", "ward:Ward"]


def test_where_functions_are_marked_classes_are_not_plugins(host, write):
    path = write(source=dedent(PROVIDER) + dedent("""\
        class Ward:
            @hookimpl(types=["height"])
            def get_metadata(self): ...
        """))  # fmt: skip

    assert [each.name for each in host(path).plugins() if each.status == "active"] == ["ward"]


def test_classes_of_a_file_can_be_data_classes_and_can_be_pickled(host, write):
    path = write(
        source="""
        from __future__ import annotations
        from dataclasses import dataclass
        from metaprov_core import hookimpl

        @dataclass
        class Weight:
            kilograms: float

        @hookimpl(types=["weight"])
        def get_metadata():
            return Weight(70.0)
        """
    )

    weight = host(path).get("weight", "clinic:7")

    assert pickle.loads(pickle.dumps(weight)) == weight


# -- what cannot be a plugin


@pytest.mark.parametrize(
    ("name", "source", "error"),
    [
        ("ward.py", "1 / 0", "cannot import plugin 'ward': ZeroDivisionError: division by zero"),
        (
            "ward.py",
            "import metaprov_core\nmetaprov_core.x",
            "cannot import plugin 'ward': AttributeError: ",
        ),
        (
            "ward.py",
            "x = 1",
            (
                "cannot register plugin 'ward': InvalidPluginError: nothing in it is marked with "
                "@hookimpl"
            ),
        ),
        (
            "ward.py",
            "from metaprov_core import hookimpl\n@hookimpl\ndef get_metdata(): ...",
            "cannot register plugin 'ward': InvalidPluginError: get_metdata implements no hook",
        ),
        (
            "ward.py",
            (
                "from metaprov_core import hookimpl\nclass Ward:\n"
                "    def __init__(self, path): ...\n    @hookimpl\n    def get_metadata(self): ..."
            ),
            "cannot create plugin 'ward': TypeError: ",
        ),
        (
            "ward.txt",
            "x = 1",
            (
                "cannot import plugin 'ward': ImportError: {path} is no Python file: its name does "
                "not end with .py"
            ),
        ),
    ],
)
def test_what_cannot_be_a_plugin_is_a_failed_record_with_one_warning(
    host, write, name, source, error
):
    path = write(name, source)

    record, said = failure_of(host(path))

    assert said.startswith(error.format(path=path))
    assert (record.name, record.entry_point, record.distribution) == ("ward", str(path), "")


def test_a_file_and_a_module_that_are_not_there_are_named(host, tmp_path):
    _, no_file = failure_of(host(tmp_path / "none.py"))
    _, no_module = failure_of(host("no_such_module"))

    assert no_file == (
        f"cannot import plugin 'none': FileNotFoundError: there is no file {tmp_path / 'none.py'}"
    )
    assert no_module == (
        "cannot import plugin 'no_such_module': ModuleNotFoundError: No module named "
        "'no_such_module'"
    )


def test_a_file_that_failed_is_imported_anew_when_it_is_mended(host, write):
    failing = host(write(source="1 / 0"))
    failure_of(failing)
    write(answer="mended")

    failing.refresh()

    assert failing.get("weight", "clinic:7") == "mended"


def test_a_file_that_asks_while_it_is_imported_is_told_when_to_ask(host, write):
    path = write(source="from conftest_of_by_hand import HOST\nHOST.get('weight', 'clinic:7')")
    asked = host(path)
    sys.modules["conftest_of_by_hand"] = type(sys)("conftest_of_by_hand")
    sys.modules["conftest_of_by_hand"].HOST = asked
    try:
        _, said = failure_of(asked)
    finally:
        del sys.modules["conftest_of_by_hand"]

    assert "plugin 'ward' asks the host while it is being loaded" in said


def test_with_strict_a_failure_is_raised_at_every_question(host, write):
    failing = host(write(source="1 / 0"), strict=True)
    failure_of(failing)

    with pytest.raises(PluginLoadError, match="division by zero"):
        failing.get("weight", "clinic:7")


# -- names


def test_a_file_that_is_called_like_a_module_does_not_take_its_place(host, write):
    import json

    path = write("json.py", answer="not json")

    assert host(path).get("weight", "clinic:7") == "not json"
    assert sys.modules["json"] is json
    assert sys.modules["json_"].__file__ == str(path)


def test_files_of_one_name_are_two_plugins(host, write):
    one, other = write("a/ward.py", answer="one"), write("b/ward.py", answer="other")

    asked = host(one, other)

    assert asked.get("weight", "clinic:7") == "one"
    names = [record.name for record in asked.plugins() if record.status == "active"]
    assert names == [f"{one}:ward", f"{other}:ward"]


def test_a_file_named_twice_is_one_plugin(host, write):
    path = write()

    assert [r.name for r in host(path, path).plugins() if r.status == "active"] == ["ward"]


def test_what_is_installed_and_named_is_one_plugin(host, site):
    site.install("ward", PROVIDER.format(answer="installed"))

    record, said = failure_of(host("ward"))

    assert (
        said == "cannot register plugin 'ward': ValueError: it is the same object as plugin 'ward'"
    )
    assert record.distribution == ""


def test_an_installed_plugin_of_the_same_name_gets_that_of_its_distribution(host, site, write):
    site.install("ward", PROVIDER.format(answer="installed"))

    asked = host(write("other/ward.py"))

    assert [r.name for r in asked.plugins() if r.status == "active"] == ["ward", "ward:ward"]
    assert asked.get("weight", "clinic:7") == "by hand"


# -- order, and what the environment says


def test_the_first_named_is_asked_first_after_those_that_a_program_registers(host, site, write):
    site.install("installed", PROVIDER.format(answer="installed"))
    asked = host(write("one.py"), write("two.py"))

    class Registered:
        @hookimpl(types=["weight"])
        def get_metadata(self): ...

    asked.register(Registered())

    names = [provider.name for provider in asked.call_order("weight", "clinic:7")]
    assert names == ["Registered", "one", "two", "installed"]


def test_they_are_used_where_nothing_installed_is(host, write, monkeypatch):
    path = write()

    assert host(path, only=[]).get("weight", "clinic:7") == "by hand"
    monkeypatch.setenv("METAPROV_DISABLE_AUTOLOAD", "1")
    assert host(path).get("weight", "clinic:7") == "by hand"


def test_a_host_that_does_not_discover_has_none(write, monkeypatch):
    monkeypatch.setenv("METAPROV_PLUGINS", str(write()))

    assert Host().plugins() == []


def test_refresh_reads_the_variable_again_and_keeps_what_stays(host, write, monkeypatch):
    source = """
        from metaprov_core import hookimpl

        class Ward:
            left = []

            @hookimpl
            def detach(self):
                self.left.append(self)

            @hookimpl(types=["weight"])
            def get_metadata(self):
                return self
        """
    path = write(source=source)
    asked = host(path)
    ward = asked.get("weight", "clinic:7")

    asked.refresh()
    assert asked.get("weight", "clinic:7") is ward
    monkeypatch.setenv("METAPROV_PLUGINS", "")
    asked.refresh()

    assert asked.get("weight", "clinic:7") is None
    assert ward.left == [ward]


def test_threads_that_ask_first_at_the_same_time_get_an_answer(host, write, in_thread):
    asked = host(write(source="import time\ntime.sleep(0.2)\n" + dedent(PROVIDER)))

    outcomes = [in_thread(lambda: asked.get("weight", "clinic:7")) for _ in range(4)]

    assert [outcome() for outcome in outcomes] == ["by hand"] * 4


# -- on the command line


def test_plugin_uses_a_file_for_one_run(site, command, write):
    site.install("installed", PROVIDER.format(answer="installed"))

    asked = command("--plugin", write(), "get", "weight", "clinic:7")

    assert (asked.stdout, asked.stderr) == (b"by hand\n", b"")
    assert command("get", "weight", "clinic:7").stdout == b"installed\n"


def test_plugin_may_be_repeated_and_comes_before_the_variable(command, write):
    two = write("two.py", source=PROVIDER.replace("weight", "height"))

    options = ("--plugin", write("one.py", answer="one"), "--plugin", two)
    asked = command(*options, "explain", "weight", "clinic:7", METAPROV_PLUGINS=str(write()))

    rows = [line.split()[0] for line in asked.stdout.decode().splitlines()[2:4]]
    assert rows == ["one", "ward"]
    assert command(*options, "get", "height", "clinic:7").stdout == b"by hand\n"


@pytest.mark.parametrize("before", [("get", "weight", "clinic:7"), ("plugins",), ("check",)])
def test_plugin_that_cannot_be_used_is_one_line_and_status_2(command, write, before):
    asked = command("--plugin", write(source="1 / 0"), *before)

    assert (asked.returncode, asked.stdout) == (2, b"")
    assert asked.stderr.decode() == (
        "metaprov: cannot import plugin 'ward': ZeroDivisionError: division by zero\n"
    )


def test_a_failure_of_another_plugin_is_a_warning_still_and_told_once(site, command, write):
    site.install("broken", "raise OSError('no licence')")
    path = write()

    asked = command("--plugin", path, "get", "weight", "clinic:7")
    listed = command("--plugin", path, "plugins")

    warning = (
        "metaprov: warning: cannot import plugin 'broken' of broken 1.0: OSError: no licence\n"
    )
    assert (asked.stdout.decode(), asked.stderr.decode()) == ("by hand\n", warning)
    assert (listed.stdout + listed.stderr).count(b"no licence") == 1


def test_the_variable_warns_and_check_says_what_to_do(command, write):
    path = str(write(source="1 / 0"))

    asked = command("get", "weight", "clinic:7", METAPROV_PLUGINS=path)
    checked = command("check", METAPROV_PLUGINS=path)

    assert asked.returncode == 1
    assert b"metaprov: warning: cannot import plugin 'ward': ZeroDivisionError" in asked.stderr
    assert checked.returncode == 3
    assert checked.stdout.decode() == (
        "error: ward: cannot import it: ZeroDivisionError: division by zero; "
        f"repair it, or take {path} out of METAPROV_PLUGINS\n"
    )


def test_a_file_is_found_from_where_the_command_is_run(site, write):
    import subprocess

    write()
    asked = subprocess.run(
        [sys.executable, "-m", "metaprov_core", "--plugin", "ward.py", "get", "weight", "clinic:7"],
        cwd=write().parent,
        env={**os.environ, "METAPROV_ONLY": ""},
        capture_output=True,
        timeout=60,
        check=True,
    )

    assert asked.stdout == b"by hand\n"


def test_a_file_that_is_named_later_takes_its_name_at_refresh_as_in_a_fresh_process(
    site, answering, monkeypatch, tmp_path
):
    site.install("zenith", answering("installed"), entry_points={"lantern": "zenith"})
    host = site.host()
    host.load_plugins()
    file = tmp_path / "lantern.py"
    file.write_text(answering("by hand"))
    monkeypatch.setenv("METAPROV_PLUGINS", str(file))
    host.refresh()
    for each in (host, site.host()):
        active = [record.name for record in each.plugins() if record.status == "active"]
        assert active == ["lantern", "zenith:lantern"]
        assert each.get("name", "lantern:7") == "by hand"
    host.unregister("lantern")
    assert host.get("name", "lantern:7") == "installed"


def test_a_file_may_have_dots_in_its_name(site, answering, monkeypatch, tmp_path):
    file = tmp_path / "lamp.v2.py"
    file.write_text(answering("answer"))
    monkeypatch.setenv("METAPROV_PLUGINS", str(file))
    assert site.host(only=[]).get("name", "clinic:7") == "answer"
