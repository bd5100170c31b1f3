"""Broken distributions, survived and reported: the others answer, and the failure is told."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import NamedTuple

import pytest

from metaprov_core import Host, PluginLoadError, PluginLoadWarning, PluginRecord

IMAGE = "clinic:7"


class Fault(NamedTuple):
    """What is wrong with a plugin, when that is found, and what is told of it."""

    #: The module of the plugin.
    source: str
    #: What is being done when it fails.
    stage: str
    #: The exception, by class and message.
    cause: str
    #: What its entry point names.
    value: str = "broken"


def hook(text: str) -> str:
    """A module with this hook function."""
    return f"from metaprov_core import hookimpl\n{dedent(text)}"


def class_with(text: str) -> str:
    """A module with a class Provider, with this in it and a provider."""
    body = dedent(text).replace("\n", "\n    ")
    provider = "@hookimpl\n    def get_metadata(self): return 'broken'"
    return f"from metaprov_core import hookimpl\nclass Provider:\n    {body}\n    {provider}\n"


FAULTS = {
    "raises at import": Fault("raise ValueError('no licence')", "import", "ValueError: no licence"),
    "exits at import": Fault("raise SystemExit(3)", "import", "SystemExit: 3"),
    "panics at import": Fault(
        "class Panic(BaseException): ...\nraise Panic('rust')", "import", "Panic: rust"
    ),
    "has a syntax error": Fault("def def", "import", "SyntaxError: invalid syntax"),
    "lacks a dependency": Fault(
        "import no_such_dependency",
        "import",
        "ModuleNotFoundError: No module named 'no_such_dependency'",
    ),
    "is not there": Fault(
        "", "import", "ModuleNotFoundError: No module named 'elsewhere'", "elsewhere"
    ),
    "lacks the attribute": Fault(
        "",
        "import",
        "AttributeError: module 'broken' has no attribute 'Missing'",
        "broken:Missing",
    ),
    "has an invalid entry point": Fault("", "import", "", "broken provider"),
    "has an empty entry point": Fault("", "import", "", ""),
    "cannot be created": Fault(
        class_with("def __init__(self): raise OSError('no disk')"),
        "create",
        "OSError: no disk",
        "broken:Provider",
    ),
    "exits when it is created": Fault(
        class_with("def __init__(self): raise SystemExit(3)"),
        "create",
        "SystemExit: 3",
        "broken:Provider",
    ),
    "wants an argument to be created": Fault(
        class_with("def __init__(self, folder): ..."),
        "create",
        "TypeError: Provider.__init__() missing 1 required positional argument: 'folder'",
        "broken:Provider",
    ),
    "cannot be attached": Fault(
        class_with("@hookimpl\ndef attach(self, host): raise OSError('no network')"),
        "attach",
        "OSError: no network",
        "broken:Provider",
    ),
    "asks the host when it is attached": Fault(
        class_with("@hookimpl\ndef attach(self, host): host.get('anything', 'clinic:7')"),
        "attach",
        "MetaprovError: plugin 'broken' asks the host while it is being loaded",
        "broken:Provider",
    ),
    "is a module that implements attach": Fault(
        hook("@hookimpl\ndef attach(host): ..."),
        "register",
        "InvalidPluginError: a module is one object in every host: to implement attach, "
        "make it a class",
    ),
    "is no plugin": Fault(
        "it = 7", "register", "InvalidPluginError: it has no function marked", "broken:it"
    ),
    "has no hook function": Fault(
        "def get_metadata(): ...", "register", "InvalidPluginError: it has no function marked"
    ),
    "has a wrong signature": Fault(
        hook("@hookimpl\ndef get_metadata(kind, image_id): ..."),
        "register",
        "InvalidPluginError: get_metadata takes kind: get_metadata has the arguments type, ima",
    ),
    "misspells a hook": Fault(
        hook("@hookimpl\ndef get_metdata(): ..."),
        "register",
        "InvalidPluginError: get_metdata implements no hook: there is no get_metdata; "
        "did you mean get_metadata?",
    ),
    "misspells a specification": Fault(
        hook("@hookimpl(specname='get_metdata')\ndef spacing(): ..."),
        "register",
        "InvalidPluginError: spacing implements no hook: there is no get_metdata",
    ),
    "has a coroutine": Fault(
        hook("@hookimpl\nasync def get_metadata(): ..."),
        "register",
        "InvalidPluginError: get_metadata is a coroutine function",
    ),
    "has an asynchronous generator": Fault(
        hook("@hookimpl\nasync def get_metadata(): yield"),
        "register",
        "InvalidPluginError: get_metadata is a coroutine function",
    ),
    "has a generator that is no wrapper": Fault(
        hook("@hookimpl\ndef get_metadata(): yield"),
        "register",
        "InvalidPluginError: get_metadata is a generator function",
    ),
    "has a wrapper that is no generator": Fault(
        hook("@hookimpl(wrapper=True)\ndef get_metadata(): ..."),
        "register",
        "InvalidPluginError: get_metadata is marked wrapper=True, but never yields",
    ),
    "has keyword-only arguments": Fault(
        hook("@hookimpl\ndef get_metadata(*, type): ..."),
        "register",
        "InvalidPluginError: get_metadata has keyword-only arguments",
    ),
    "has an argument with a default": Fault(
        hook("@hookimpl\ndef get_metadata(type, image_id=None): ..."),
        "register",
        "InvalidPluginError: get_metadata has arguments with defaults",
    ),
    "has variable arguments": Fault(
        hook("@hookimpl\ndef get_metadata(*args): ..."),
        "register",
        "InvalidPluginError: get_metadata has *args or **kwargs",
    ),
    "has variable keywords": Fault(
        hook("@hookimpl\ndef get_metadata(**kwargs): ..."),
        "register",
        "InvalidPluginError: get_metadata has *args or **kwargs",
    ),
    "declares types for another hook": Fault(
        hook("@hookimpl(types=['a'])\ndef add_metadata(): ..."),
        "register",
        "InvalidPluginError: add_metadata declares types",
    ),
    "declares one type as a string": Fault(
        hook("@hookimpl(types='pixels')\ndef get_metadata(): ..."),
        "import",
        "TypeError: types is a list of names",
    ),
    "has an old-style wrapper": Fault(
        "def get_metadata(): yield\nget_metadata.metaprov_impl = {'hookwrapper': True}",
        "register",
        "InvalidPluginError: get_metadata is marked hookwrapper=True",
    ),
    "marks an object that is no function": Fault(
        hook("import functools\nget_metadata = hookimpl(functools.partial(print))"),
        "register",
        "InvalidPluginError: get_metadata is marked, but is a partial",
    ),
    "marks a class": Fault(
        hook("@hookimpl\nclass get_metadata: ..."),
        "register",
        "InvalidPluginError: get_metadata is marked, but is a type",
    ),
    "asks the host when it is imported": Fault(
        "import metaprov_core\nimport sys\nsys.host_under_test.get('anything', 'clinic:7')",
        "import",
        "MetaprovError: plugin 'broken' asks the host while it is being loaded",
    ),
}


@pytest.fixture(params=FAULTS.values(), ids=FAULTS)
def fault(request) -> Fault:
    return request.param


@pytest.fixture
def broken_host(site, answering, fault, monkeypatch):
    """Make a host with a broken plugin between two sound ones."""
    site.install("aurora", answering(None))
    site.install("broken", fault.source, version="0.9", entry_points={"broken": fault.value})
    site.install("zenith", answering("zenith"))

    def broken_host(**options) -> Host:
        host = site.host(**options)
        monkeypatch.setattr(sys, "host_under_test", host, raising=False)
        return host

    return broken_host


def failed(host: Host) -> list[PluginRecord]:
    return [record for record in host.plugins() if record.status == "failed"]


class TestOfABrokenPlugin:
    def test_the_others_answer(self, broken_host):
        host = broken_host()
        with pytest.warns(PluginLoadWarning):
            assert host.get("anything", IMAGE) == "zenith"

    def test_the_record_tells_distribution_version_stage_and_cause(self, broken_host, fault):
        host = broken_host()
        with pytest.warns(PluginLoadWarning):
            (record,) = failed(host)
        (failure,) = record.error.failures
        assert failure[:4] == ("broken", "broken", "0.9", fault.stage)
        assert f"{type(failure.cause).__name__}: {failure.cause}".startswith(fault.cause)

    def test_one_warning_tells_it(self, broken_host, fault):
        host = broken_host()
        with pytest.warns(PluginLoadWarning) as caught:
            host.get_many("anything", [IMAGE, IMAGE])
        (warning,) = caught
        text = str(warning.message)
        assert text.startswith(f"cannot {fault.stage} plugin 'broken' of broken 0.9: {fault.cause}")

    def test_nothing_of_it_is_left_behind(self, broken_host):
        host = broken_host()
        with pytest.warns(PluginLoadWarning):
            host.load_plugins()
        assert [provider.name for provider in host.providers()] == ["aurora", "zenith"]

    def test_strict_raises_until_it_is_repaired(self, broken_host, fault, site, answering):
        host = broken_host(strict=True)
        with pytest.warns(PluginLoadWarning), pytest.raises(PluginLoadError, match="'broken'"):
            host.get("anything", IMAGE)
        with pytest.raises(PluginLoadError, match="'broken'"):
            host.get("anything", IMAGE)
        site.forget_modules()
        site.install("broken", answering("repaired"), version="0.9")
        host.refresh()
        assert host.get("anything", IMAGE) == "repaired"


# -- strict


@pytest.fixture
def twice_broken(site, answering):
    site.install("aurora", answering("aurora"))
    site.install("broken", "raise ValueError('no licence')")
    site.install("broken-too", "raise ValueError('no network')")
    return site


@pytest.mark.parametrize(
    "question",
    [
        lambda host: host.get("anything", IMAGE),
        lambda host: host.get_many("anything", [IMAGE]),
        lambda host: host.require("anything", IMAGE),
        lambda host: host.explain("anything", IMAGE),
        lambda host: host.find_images("folder"),
        lambda host: host.add("anything", IMAGE, 1),
    ],
    ids=["get", "get_many", "require", "explain", "find_images", "add"],
)
def test_strict_names_every_failure_in_every_question(twice_broken, question):
    host = twice_broken.host(strict=True)
    with pytest.warns(PluginLoadWarning):
        host.load_plugins()
    with pytest.raises(PluginLoadError) as caught:
        question(host)
    assert {failure.name for failure in caught.value.failures} == {"broken", "broken-too"}
    assert set(str(caught.value).splitlines()) == {
        "cannot import plugin 'broken' of broken 1.0: ValueError: no licence",
        "cannot import plugin 'broken-too' of broken-too 1.0: ValueError: no network",
    }


def test_METAPROV_STRICT_makes_a_host_strict(twice_broken, monkeypatch):
    monkeypatch.setenv("METAPROV_STRICT", "1")
    host = twice_broken.host()
    with pytest.warns(PluginLoadWarning), pytest.raises(PluginLoadError):
        host.get("anything", IMAGE)


def test_strict_is_not_bothered_by_what_is_disabled(twice_broken):
    host = twice_broken.host(strict=True, disable=["broken", "broken-too"])
    assert host.get("anything", IMAGE) == "aurora"


def test_strict_is_not_lifted_by_what_is_registered(twice_broken):
    host = twice_broken.host(strict=True)
    with pytest.warns(PluginLoadWarning):
        host.register(lambda: "by hand")
    with pytest.raises(PluginLoadError):
        host.get("anything", IMAGE)


def test_a_host_in_use_becomes_strict_when_refresh_finds_a_failure(site, answering):
    site.install("aurora", answering("aurora"), entry_points={"a": "aurora"})
    host = site.host(strict=True)
    assert host.get("anything", IMAGE) == "aurora"
    site.install("aurora", answering("aurora"), entry_points={"a": "aurora", "b": "missing"})
    with pytest.warns(PluginLoadWarning, match="'b'"):
        host.refresh()
    with pytest.raises(PluginLoadError, match="'b'"):
        host.get("anything", IMAGE)


def test_each_failure_is_one_warning(twice_broken):
    host = twice_broken.host()
    with pytest.warns(PluginLoadWarning) as caught:
        host.get("anything", IMAGE)
    assert len(caught) == 2


def test_the_warnings_come_when_everything_answers_already(twice_broken):
    host = twice_broken.host()
    # Warnings are errors in these tests: the first one is raised.
    with pytest.raises(PluginLoadWarning):
        host.get("anything", IMAGE)
    assert host.get("anything", IMAGE) == "aurora"


# -- KeyboardInterrupt


INTERRUPTED = {
    "at import": Fault(
        hook("import sys\nif sys.interrupts.pop(): raise KeyboardInterrupt")
        + "\n@hookimpl\ndef get_metadata(): return 'broken'",
        "import",
        "",
    ),
    "when it is created": Fault(
        class_with(
            "def __init__(self):\n"
            "    import sys\n"
            "    if sys.interrupts.pop(): raise KeyboardInterrupt"
        ),
        "create",
        "",
        "broken:Provider",
    ),
}


@pytest.mark.parametrize("fault", INTERRUPTED.values(), ids=INTERRUPTED)
def test_an_interrupt_is_raised_and_the_next_question_tries_again(broken_host, monkeypatch):
    monkeypatch.setattr(sys, "interrupts", [False, True], raising=False)
    host = broken_host(order=["broken"])
    with pytest.raises(KeyboardInterrupt):
        host.get("anything", IMAGE)
    assert host.get("anything", IMAGE) == "broken"


# -- distributions that cannot be read

CORRUPT = {
    "no equals sign": b"[metaprov.providers]\nthis is not an entry point\n",
    "undecodable bytes": b"[metaprov.providers]\nname = \xff\xfe\n",
    "null bytes": b"[metaprov.providers]\n\x00\x01\x02\n",
    "another group": b"[console_scripts]\nthis is no script\n",
}


@pytest.fixture(params=CORRUPT.values(), ids=CORRUPT)
def corrupt(request, site, answering):
    """A site with a distribution that cannot be read, and a sound plugin."""
    site.install("aurora", answering("aurora"))
    site.install("rotten", version="0.9", entry_points=request.param)
    site.distributions.remove("rotten")
    return site


class TestOfACorruptDistribution:
    def test_the_plugins_of_others_answer(self, corrupt):
        host = corrupt.host()
        with pytest.warns(PluginLoadWarning, match="rotten 0.9"):
            assert host.get("anything", IMAGE) == "aurora"

    def test_the_record_tells_distribution_version_stage_and_cause(self, corrupt):
        host = corrupt.host()
        with pytest.warns(PluginLoadWarning):
            (record,) = failed(host)
        (failure,) = record.error.failures
        assert failure[:4] == ("", "rotten", "0.9", "find")
        assert isinstance(failure.cause, Exception)

    def test_one_warning_tells_it(self, corrupt):
        host = corrupt.host()
        with pytest.warns(PluginLoadWarning) as caught:
            host.get_many("anything", [IMAGE, IMAGE])
        (warning,) = caught
        assert str(warning.message).startswith("cannot find the entry points of rotten 0.9: ")

    def test_a_line_that_is_no_entry_point_is_told_in_plain_words(self, site):
        site.install("rotten", entry_points=CORRUPT["no equals sign"])
        host = site.host(only=None)
        with pytest.warns(PluginLoadWarning):
            (record,) = failed(host)
        assert "has a line that is not 'name = module:attribute'" in str(record.error)

    def test_strict_raises_until_it_is_repaired(self, corrupt):
        host = corrupt.host(strict=True)
        with pytest.warns(PluginLoadWarning), pytest.raises(PluginLoadError, match=r"rotten 0\.9"):
            host.get("anything", IMAGE)
        corrupt.install("rotten", version="0.9", entry_points="")
        corrupt.distributions.remove("rotten")
        host.refresh()
        assert host.get("anything", IMAGE) == "aurora"


def test_a_corrupt_distribution_that_another_of_its_name_hides_is_no_failure(make_site, answering):
    second, first = make_site("second"), make_site("first")
    first.install("twice", answering("first"))
    second.install("twice", entry_points=b"[metaprov.providers]\nno entry point\n")
    assert first.host(strict=True).get("anything", IMAGE) == "first"


def test_a_corrupt_distribution_hides_another_of_its_name(make_site, answering):
    second, first = make_site("second"), make_site("first")
    second.install("twice", answering("second"))
    first.install("twice", entry_points=b"[metaprov.providers]\nno entry point\n")
    host = first.host()
    with pytest.warns(PluginLoadWarning) as caught:
        assert host.get("anything", IMAGE) is None
    assert str(caught[0].message).startswith("cannot find the entry points of twice 1.0")


@pytest.mark.parametrize("metadata", [None, b"", b"Name: \xff\xfe\n"])
def test_a_corrupt_distribution_need_not_have_readable_metadata(site, answering, metadata):
    site.install("aurora", answering("aurora"))
    site.install("rotten", entry_points=b"\xff")
    site.distributions.remove("rotten")
    path = site.folder / "rotten-1.0.dist-info" / "METADATA"
    path.unlink() if metadata is None else path.write_bytes(metadata)
    host = site.host()
    with pytest.warns(PluginLoadWarning, match="cannot find the entry points of"):
        assert host.get("anything", IMAGE) == "aurora"


@pytest.mark.parametrize("metadata", [None, b"", b"Name: \xff\xfe\n", b"Metadata-Version: 2.1\n"])
def test_a_plugin_whose_distribution_has_no_readable_metadata_does_not_stop_the_others(
    site, answering, metadata
):
    site.install("aurora", answering("aurora"))
    site.install("nameless", answering(None))
    path = site.folder / "nameless-1.0.dist-info" / "METADATA"
    path.unlink() if metadata is None else path.write_bytes(metadata)
    host = site.host()
    with pytest.warns(PluginLoadWarning):
        assert host.get("anything", IMAGE) == "aurora"


# -- one object, two entry points


def test_one_object_under_two_entry_points_is_one_plugin(site, answering):
    site.install("aurora", answering("aurora"), entry_points={"a": "aurora", "b": "aurora"})
    host = site.host()
    with pytest.warns(PluginLoadWarning):
        assert [provider.name for provider in host.providers()] == ["a"]


def test_the_second_entry_point_of_one_object_is_a_failed_record(site, answering):
    site.install("aurora", answering("aurora"), entry_points={"a": "aurora", "b": "aurora"})
    host = site.host()
    with pytest.warns(PluginLoadWarning) as caught:
        (record,) = failed(host)
    assert record.name == "b"
    assert [str(each.message) for each in caught] == [
        "cannot register plugin 'b' of aurora 1.0: ValueError: it is the same object as plugin 'a'"
    ]


def test_an_object_that_was_registered_by_hand_is_not_discovered_again(site, answering):
    site.install("sky", answering("sky"))
    site.write("dusk", answering("dusk"))
    host = site.host()
    host.load_plugins()
    import dusk

    host.register(dusk, "mine")
    site.install("sky", answering("sky"), entry_points={"sky": "sky", "dusk": "dusk"})
    with pytest.warns(PluginLoadWarning, match="the same object as plugin 'mine'"):
        host.refresh()
    assert host.get("anything", IMAGE) == "dusk"


# -- changes while being asked


@pytest.mark.parametrize(
    ("action", "answers"),
    [
        ("self.host.unregister('restless')", ["restless", "zenith", "zenith"]),
        ("self.host.replace('restless', lambda: 'tame')", ["restless", "tame", "tame"]),
        ("self.host.register(lambda: 'late', 'late')", ["restless", "late", "late"]),
        ("self.host.refresh()", ["restless", "restless", "restless"]),
    ],
)
def test_a_plugin_may_change_the_plugins_while_it_is_asked(site, answering, action, answers):
    site.install("zenith", answering("zenith"))
    site.install(
        "restless",
        hook(f"""
            class Provider:
                @hookimpl
                def attach(self, host):
                    self.host = host

                @hookimpl
                def get_metadata(self):
                    {action}
                    return "restless"
            """),
        entry_points={"restless": "restless:Provider"},
    )
    host = site.host()
    assert [host.get("anything", IMAGE) for _ in answers] == answers


# -- asking while being imported


@pytest.mark.parametrize("value", ["hasty", "hasty:Provider"])
def test_a_plugin_that_the_user_imports_and_that_asks_at_once_fails_with_the_reason(
    site, answering, value
):
    site.install("aurora", answering("aurora"))
    source = class_with("")
    asking = "import metaprov_core\nprint(metaprov_core.get('anything', 'clinic:7'))\n"
    site.install("hasty", asking + source, entry_points={"hasty": value})
    program = """
        import warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            import hasty
        (warning,) = caught
        print(warning.message)
        """
    assert site.run(program).stdout == (
        "aurora\n"
        "cannot import plugin 'hasty' of hasty 1.0: ImportError: hasty is still being imported: "
        "it asks the host at import time; let it ask in a hook\n"
    )


# -- threads


@pytest.mark.parametrize("first", ["import metaprov_core; metaprov_core.plugins()", "import eager"])
def test_a_thread_may_import_the_core_while_a_plugin_is_imported(site, first):
    site.install(
        "eager",
        hook("""
            import threading

            def import_the_core():
                import metaprov_core
                print(metaprov_core.Host().get("anything", "clinic:7"))

            thread = threading.Thread(target=import_the_core)
            thread.start()
            thread.join(30)
            print("stuck" if thread.is_alive() else "done")

            @hookimpl
            def get_metadata(): ...
            """),
    )
    assert site.run(first).stdout == "None\ndone\n"


def test_the_core_may_be_imported_by_a_plugin_in_one_thread_and_by_the_user_in_another(site):
    site.install("eager", hook("@hookimpl\ndef get_metadata(): return 'eager'"))
    program = """
        import importlib
        import threading

        start = threading.Barrier(2)

        def import_(name):
            start.wait()
            importlib.import_module(name)

        names = ("eager", "metaprov_core")
        threads = [threading.Thread(target=import_, args=[name]) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        import metaprov_core
        print(metaprov_core.get("anything", "clinic:7"))
        """
    assert site.run(program).stdout == "eager\n"


def test_when_several_threads_ask_first_each_class_is_created_and_attached_once(site):
    site.install(
        "single",
        hook("""
            events = []

            class Provider:
                def __init__(self):
                    events.append("created")

                @hookimpl
                def attach(self, host):
                    events.append("attached")

                @hookimpl
                def get_metadata(self):
                    return "single"
            """),
        entry_points={"single": "single:Provider"},
    )
    program = """
        import sys
        import threading
        import metaprov_core

        sys.setswitchinterval(1e-6)
        start = threading.Barrier(8)
        answers = []

        def ask(host):
            start.wait()
            answers.append(host.get("anything", "clinic:7"))

        for _ in range(20):
            host = metaprov_core.Host(discover=True)
            threads = [threading.Thread(target=ask, args=[host]) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)

        import single
        print(len(answers), set(answers), single.events == ["created", "attached"] * 20)
        """
    assert site.run(program).stdout == "160 {'single'} True\n"


def test_when_several_threads_ask_first_a_failure_is_one_warning(site):
    site.install("broken", "raise ValueError('no licence')")
    program = """
        import sys
        import threading
        import warnings
        import metaprov_core

        sys.setswitchinterval(1e-6)
        start = threading.Barrier(8)

        def ask(host):
            start.wait()
            host.get("anything", "clinic:7")

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in range(20):
                host = metaprov_core.Host(discover=True)
                threads = [threading.Thread(target=ask, args=[host]) for _ in range(8)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(30)
        print(len(caught))
        """
    assert site.run(program).stdout == "20\n"
