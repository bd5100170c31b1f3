"""Installed plugins answer with no call; what is found, when it is imported, what may be told."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import warnings
from textwrap import dedent

import pytest

from metaprov_core import Host, PluginLoadWarning

IMAGE = "clinic:7"

CLASS = """\
    from metaprov_core import hookimpl

    class Provider:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl
        def get_metadata(self):
            return self
    """


def names(host: Host) -> list[str]:
    return [record.name for record in host.plugins() if record.status == "active"]


@pytest.fixture
def two(site, answering):
    """A site with two plugins, of which aurora is asked first."""
    site.install("aurora", answering("aurora"))
    site.install("zenith", answering("zenith"))
    return site


# -- with no other step


def test_a_package_that_declares_an_entry_point_is_asked_once_pip_has_installed_it(site, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        dedent("""\
            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"

            [project]
            name = "clinic-names"
            version = "0.3"
            dependencies = ["metaprov-core"]

            [project.entry-points."metaprov.providers"]
            names = "clinic_names"
            """)
    )
    (project / "clinic_names.py").write_text(
        dedent("""\
            from metaprov_core import hookimpl

            names = {}


            def add(image_id, name):
                names[image_id] = name


            @hookimpl(types=["patientModule"])
            def get_metadata(type, image_id):
                return names.get(image_id)
            """)
    )
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", site.folder, project],
        check=True,
    )
    site.distributions.append("clinic-names")
    program = """
        import clinic_names
        import metaprov_core

        clinic_names.add("clinic:7", "Ann")
        print(metaprov_core.get("patientModule", "clinic:7"))
        print([record.title for record in metaprov_core.plugins() if record.status == "active"])
        """
    assert site.run(program).stdout == "Ann\n['names (clinic-names 0.3)']\n"


def test_the_default_host_discovers(two):
    program = "import metaprov_core; print(metaprov_core.get('anything', 'clinic:7'))"
    assert two.run(program).stdout == "aurora\n"


def test_a_plugin_may_be_a_module(site, answering):
    site.install("aurora", answering("answer"))
    assert site.host().get("anything", IMAGE) == "answer"


def test_a_plugin_may_be_a_function(site):
    site.install(
        "aurora",
        "def answer(image_id): return image_id",
        entry_points={"names": "aurora:answer"},
    )
    assert site.host().get("anything", IMAGE) == IMAGE


def test_a_plugin_may_be_an_object(site):
    site.install("aurora", CLASS + "\n    it = Provider()", entry_points={"it": "aurora:it"})
    host = site.host()
    assert host.get("anything", IMAGE).host is host


def test_of_a_class_each_host_has_an_instance_of_its_own(site):
    site.install("aurora", CLASS, entry_points={"aurora": "aurora:Provider"})
    one, other = site.host(), site.host()
    assert one.get("anything", IMAGE).host is one
    assert other.get("anything", IMAGE).host is other


def test_a_module_is_one_plugin_in_every_host(site, answering):
    site.install("aurora", answering("answer"))
    one, other = site.host(), site.host()
    assert one.plugins()[0].plugin is other.plugins()[0].plugin


def test_a_host_that_does_not_discover_has_what_is_registered_and_nothing_else(two):
    assert Host().plugins() == []


def test_entry_points_of_other_groups_are_no_plugins(site, answering):
    site.install(
        "aurora",
        answering("answer"),
        entry_points="[console_scripts]\naurora = aurora:main\n[other.group]\naurora = aurora\n",
    )
    with pytest.warns(PluginLoadWarning, match="no distribution is called 'aurora'"):
        assert names(site.host()) == []


def test_one_distribution_may_have_several_plugins(site, answering):
    site.write("dusk", answering("dusk"))
    site.install("sky", answering("sky"), entry_points={"noon": "sky", "dusk": "dusk"})
    assert names(site.host()) == ["dusk", "noon"]


# -- when


def test_import_of_the_core_imports_no_plugin(two):
    program = """
        import sys
        import metaprov_core
        print({"aurora", "zenith"} & set(sys.modules))
        """
    assert two.run(program).stdout == "set()\n"


@pytest.mark.parametrize("module", ["email.message", "logging"])
def test_import_of_the_core_leaves_out_what_is_slow_to_import(two, module):
    program = f"import sys, metaprov_core; print({module!r} in sys.modules)"
    assert two.run(program).stdout == "False\n"


def test_a_look_at_the_plugins_leaves_out_what_is_slow_to_import(two):
    program = """
        import sys
        import metaprov_core
        metaprov_core.plugins()
        print({"email.message", "logging"} & set(sys.modules))
        """
    assert two.run(program).stdout == "set()\n"


@pytest.mark.parametrize(
    "call",
    [
        "get('anything', 'clinic:7')",
        "get_many('anything', ['clinic:7'])",
        "explain('anything', 'clinic:7')",
        "call_order('anything', 'clinic:7')",
        "register(lambda: None)",
        "plugins()",
        "providers()",
        "types()",
        "load_plugins()",
        "clear()",
    ],
)
def test_plugins_are_imported_by_the_first_call_that_needs_them(two, call):
    host = two.host()
    assert "aurora" not in sys.modules
    eval(f"host.{call}", {"host": host})
    assert "aurora" in sys.modules


def test_a_new_host_sees_what_was_installed_since_the_last_one(site, answering):
    site.install("aurora", answering("aurora"))
    names(site.host())
    site.install("zenith", answering("zenith"))
    assert names(site.host()) == ["aurora", "zenith"]


def test_a_host_sees_what_was_installed_before_it_was_made(two, answering):
    host = two.host(only=None)
    two.install("noon", answering("noon"))
    assert "noon" not in names(host)


# -- refresh


def test_refresh_finds_what_was_installed_since(site, answering):
    site.install("sky", answering("old"), entry_points={"sky": "sky"})
    host = site.host()
    host.get("anything", IMAGE)
    site.write("dusk", answering("new"))
    site.install("sky", entry_points={"dusk": "dusk", "sky": "sky"})
    host.refresh()
    assert host.get("anything", IMAGE) == "new"


def test_refresh_lets_go_of_what_was_uninstalled(two):
    host = two.host(only=["aurora", "zenith"])
    host.get("anything", IMAGE)
    two.uninstall("aurora")
    with pytest.warns(PluginLoadWarning, match="'aurora'"):
        host.refresh()
    assert host.get("anything", IMAGE) == "zenith"


def test_refresh_keeps_a_plugin_as_it_is(site):
    site.install("aurora", CLASS, entry_points={"aurora": "aurora:Provider"})
    host = site.host()
    before = host.get("anything", IMAGE)
    host.refresh()
    assert host.get("anything", IMAGE) is before


def test_refresh_brings_back_a_discovered_plugin_that_was_unregistered(two):
    host = two.host()
    host.unregister("aurora")
    assert names(host) == ["zenith"]
    host.refresh()
    assert names(host) == ["aurora", "zenith"]


def test_a_refresh_that_was_interrupted_can_be_made_again(site, answering):
    """With what was seen last for what was loaded, the second one found nothing to load."""
    site.install("early", answering(1, "types=['early']"))
    host = site.host(only=["early", "late"])
    with pytest.warns(PluginLoadWarning, match="late"):
        assert host.get("early", "clinic:7") == 1
    site.install("late", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        host.refresh()
    assert host.get("early", "clinic:7") == 1
    site.write("late", answering(2, "types=['late']"))
    host.refresh()
    assert host.get("late", "clinic:7") == 2


def test_refresh_before_the_first_question_imports_nothing(two):
    two.host().refresh()
    assert "aurora" not in sys.modules


def test_refresh_reads_the_environment_again(two, monkeypatch):
    host = two.host()
    host.load_plugins()
    monkeypatch.setenv("METAPROV_DISABLE", "aurora")
    host.refresh()
    assert names(host) == ["zenith"]


# -- which


def test_a_disabled_plugin_is_not_asked(two):
    assert two.host(disable=["aurora"]).get("anything", IMAGE) == "zenith"


def test_a_disabled_plugin_is_not_imported(two):
    two.host(disable=["aurora"]).load_plugins()
    assert "aurora" not in sys.modules


def test_a_disabled_plugin_is_listed_as_such(two):
    records = {record.name: record.status for record in two.host(disable=["aurora"]).plugins()}
    assert (records["aurora"], records["zenith"]) == ("disabled", "active")


def test_only_names_the_plugins_that_are_imported(two):
    assert names(two.host(only=["zenith"])) == ["zenith"]
    assert "aurora" not in sys.modules


def test_only_nothing_is_nothing(two):
    assert names(two.host(only=[])) == []


def test_what_is_disabled_is_not_used_though_only_names_it(two):
    assert names(two.host(only=["aurora", "zenith"], disable=["aurora"])) == ["zenith"]


@pytest.mark.parametrize("name", ["acme-dicom", "Acme_DICOM", "acme.dicom", "acme--dicom"])
@pytest.mark.parametrize("spelling", ["acme-dicom", "Acme.Dicom", "acme_dicom"])
def test_names_are_compared_by_PEP_503(site, answering, name, spelling):
    site.install(spelling, answering("answer"), entry_points={"pixels": "acme_dicom"})
    assert names(site.host(disable=[name])) == []


@pytest.mark.parametrize("name", ["names_and-more", "Names.And.More", "clinic"])
def test_an_entry_point_or_its_distribution_may_be_named(site, answering, name):
    site.install("clinic", answering("answer"), entry_points={"names-and-more": "clinic"})
    assert names(site.host(disable=[name])) == []


@pytest.mark.parametrize("option", ["order", "disable", "only"])
def test_a_name_that_matches_nothing_is_one_warning(two, option):
    options = {"only": ["aurora", "zenith"], "disable": [], "order": []}
    options[option] = [*options[option], "nonesuch"]
    host = two.host(**options)
    with pytest.warns(PluginLoadWarning) as caught:
        host.get_many("anything", [IMAGE, IMAGE])
    given = f"{option} (METAPROV_{option.upper()})"
    assert [str(each.message) for each in caught] == [
        f"no plugin and no distribution is called 'nonesuch', which {given} names"
    ]


def test_a_distribution_that_has_commands_alone_may_be_named(two):
    two.install("greeter", "", entry_points="[metaprov.commands]\ngreet = greeter:greet\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert names(two.host(only=["aurora", "greeter"])) == ["aurora"]


def test_a_name_that_several_options_give_is_one_warning(two):
    host = two.host(order=["nonesuch"], disable=["nonesuch"])
    with pytest.warns(PluginLoadWarning) as caught:
        host.load_plugins()
    (warning,) = caught
    assert "which order (METAPROV_ORDER) and disable (METAPROV_DISABLE) names" in str(
        warning.message
    )


def test_a_warning_points_at_the_line_that_asked(two):
    with pytest.warns(PluginLoadWarning) as caught:
        two.host(order=["nonesuch"]).get("anything", IMAGE)
    assert [each.filename for each in caught] == [__file__]


def test_METAPROV_DISABLE_names_plugins_that_are_not_imported(two, monkeypatch):
    monkeypatch.setenv("METAPROV_DISABLE", " Aurora , ")
    assert names(two.host()) == ["zenith"]
    assert "aurora" not in sys.modules


def test_METAPROV_ONLY_names_the_plugins_that_are_imported(two, monkeypatch):
    monkeypatch.setenv("METAPROV_ONLY", "ZENITH")
    assert names(two.host(only=None)) == ["zenith"]


def test_METAPROV_ONLY_without_a_name_is_nothing(two, monkeypatch):
    monkeypatch.setenv("METAPROV_ONLY", "")
    assert names(two.host(only=None)) == []


@pytest.mark.parametrize(
    ("variable", "value", "given"),
    [
        ("METAPROV_DISABLE", "aurora", {"disable": []}),
        ("METAPROV_ONLY", "zenith", {"only": ["aurora", "zenith"]}),
    ],
)
def test_what_is_given_counts_and_the_environment_does_not(
    two, monkeypatch, variable, value, given
):
    monkeypatch.setenv(variable, value)
    assert names(two.host(**given)) == ["aurora", "zenith"]


def test_a_host_that_does_not_discover_reads_no_environment(two, monkeypatch, make_provider):
    monkeypatch.setenv("METAPROV_DISABLE", "nonesuch")
    monkeypatch.setenv("METAPROV_ONLY", "nonesuch")
    host = Host()
    host.register(make_provider("answer"), "mine")
    assert host.get("anything", IMAGE) == "answer"


def test_METAPROV_DISABLE_AUTOLOAD_leaves_what_is_registered_by_hand(two, monkeypatch):
    monkeypatch.setenv("METAPROV_DISABLE_AUTOLOAD", "1")
    host = two.host(only=None)
    host.register(lambda: "answer", "by hand")
    assert names(host) == ["by hand"]


@pytest.mark.parametrize("value", ["", "0", "false", "No", "OFF"])
def test_METAPROV_DISABLE_AUTOLOAD_may_be_switched_off(two, monkeypatch, value):
    monkeypatch.setenv("METAPROV_DISABLE_AUTOLOAD", value)
    assert names(two.host()) == ["aurora", "zenith"]


# -- one name, several distributions; one distribution, several places


@pytest.fixture
def namesakes(site, answering):
    site.install("aurora", answering("of aurora"), entry_points={"pixels": "aurora"})
    site.install("zenith", answering("of zenith"), entry_points={"pixels": "zenith"})
    return site


def test_two_distributions_may_have_a_plugin_of_one_name(namesakes):
    with pytest.warns(PluginLoadWarning):
        assert names(namesakes.host()) == ["aurora:pixels", "zenith:pixels"]


def test_a_plugin_name_that_two_distributions_have_is_one_warning(namesakes):
    with pytest.warns(PluginLoadWarning) as caught:
        namesakes.host().load_plugins()
    assert [str(each.message) for each in caught] == [
        "several distributions have a plugin 'pixels': they are aurora:pixels and zenith:pixels"
    ]


@pytest.mark.parametrize("name", ["aurora:pixels", "Aurora:Pixels", "aurora"])
def test_one_of_two_namesakes_can_be_disabled(namesakes, name):
    with pytest.warns(PluginLoadWarning):
        assert names(namesakes.host(disable=[name])) == ["zenith:pixels"]


def test_a_name_that_was_given_by_hand_is_not_taken_by_refresh(site, answering):
    site.write("dusk", answering("dusk"))
    site.install("sky", answering("sky"))
    host = site.host()
    host.register(lambda: "by hand", "dusk")
    site.install("sky", answering("sky"), entry_points={"sky": "sky", "dusk": "dusk"})
    host.refresh()
    assert names(host) == ["dusk", "sky:dusk", "sky"]


def test_what_was_registered_by_hand_under_the_name_of_its_entry_point_is_not_there_twice(site):
    site.write("dawn", "from metaprov_core import hookimpl\n@hookimpl\ndef get_metadata(): ...")
    host = site.host()
    host.register(importlib.import_module("dawn"))
    site.install("sky", entry_points={"dawn": "dawn"})
    with pytest.warns(PluginLoadWarning, match="it is the same object as plugin 'dawn'"):
        host.refresh()
    assert names(host) == ["dawn"]


def test_of_a_distribution_twice_on_the_path_the_first_counts(make_site, answering):
    second, first = make_site("second"), make_site("first")
    second.install(
        "Twice.Dist", answering("second"), version="1.0", entry_points={"a": "twice_dist"}
    )
    first.install("twice-dist", answering("first"), version="2.0", entry_points={"a": "twice_dist"})
    (record,) = [each for each in first.host().plugins() if each.status == "active"]
    assert (record.version, record.plugin.get_metadata()) == ("2.0", "first")


def test_of_a_distribution_twice_on_the_path_what_only_the_second_declares_is_no_plugin(
    make_site, answering
):
    second, first = make_site("second"), make_site("first")
    first.install("twice", answering("first"), entry_points={"a": "twice"})
    second.install("twice", answering("second"), entry_points={"a": "twice", "legacy": "twice"})
    assert names(first.host()) == ["a"]


def test_of_a_distribution_twice_on_the_path_the_first_counts_though_it_declares_nothing(
    make_site, answering
):
    second, first = make_site("second"), make_site("first")
    first.install("twice", answering("first"), entry_points={})
    second.install("twice", answering("second"))
    with pytest.warns(PluginLoadWarning, match="called 'twice'"):
        assert names(first.host()) == []


def test_a_folder_that_is_twice_on_the_path_has_its_plugins_once(site, answering, monkeypatch):
    monkeypatch.syspath_prepend(site.folder)
    site.install("aurora", answering("aurora"))
    assert names(site.host()) == ["aurora"]


def test_records_of_a_fresh_process_are_ready_for_JSON(two):
    program = """
        import json
        import metaprov_core
        active = [each for each in metaprov_core.plugins() if each.status == "active"]
        print(json.dumps([each.to_dict() for each in active]))
        """
    assert [each["name"] for each in json.loads(two.run(program).stdout)] == ["aurora", "zenith"]
