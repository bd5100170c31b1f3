"""The metaprov command, run as its users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import metaprov_core
from metaprov_core import PluginRecord
from metaprov_core.cli.loading import advice_without_plugins
from metaprov_core.cli.output import print_plugins

METAPROV = Path(sys.executable).with_name("metaprov")

PLUGIN = """
    from metaprov_core import MetadataCycleError, MetadataReadError, hookimpl, note

    ANSWERS = {
        "clinic:7": {"patientName": "Ann", "sizes": [1.5, 2.0], "weight": None},
        "clinic:9": "Bob",
    }

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(image_id):
        if image_id == "clinic:torn":
            raise MetadataReadError(image_id, "the page is torn")
        if image_id == "clinic:bug":
            raise ZeroDivisionError("division by zero")
        if image_id == "clinic:circle":
            raise MetadataCycleError((("patientModule", image_id),) * 2)
        if image_id == "clinic:8":
            note("nobody wrote the name down")
        return ANSWERS.get(image_id)

    @hookimpl
    def find_images(source):
        return {"clinic:": iter(ANSWERS), "clinic:empty": iter(())}.get(source)
    """


@pytest.fixture
def metaprov(site):
    """Run the command with one plugin, called clinic."""
    site.install("clinic", PLUGIN)

    def run(*arguments, **environment):
        variables = {"METAPROV_ONLY": ",".join(site.distributions), **environment}
        return subprocess.run(
            [METAPROV, *arguments],
            env={**os.environ, "PYTHONPATH": str(site.folder), **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_get_prints_the_fields_of_a_module(metaprov):
    completed = metaprov("get", "patientModule", "clinic:7")

    assert completed.returncode == 0
    assert [line.split() for line in completed.stdout.splitlines()] == [
        ["field", "value"],
        ["patientName", "Ann"],
        ["sizes", "1.5,", "2.0"],
        ["weight", "-"],
    ]


def test_get_prints_any_other_answer_as_it_is(metaprov):
    assert metaprov("get", "patientModule", "clinic:9").stdout == "Bob\n"


def test_get_prints_what_a_value_says_of_itself_whole(metaprov, site):
    site.install(
        "header",
        """
        from metaprov_core import hookimpl

        class Header:
            def __str__(self):
                return "\\n".join(f"(0008,{line:04x})" for line in range(100))

        @hookimpl(types=["dataset"])
        def get_metadata():
            return Header()
        """,
    )

    lines = metaprov("get", "dataset", "clinic:7").stdout.splitlines()

    assert (len(lines), lines[-1]) == (100, "(0008,0063)")


def test_get_prints_strings_one_a_line_and_numbers_on_one(metaprov, site, answering):
    site.install("ids", answering([f"clinic:{each}" for each in range(20)], 'types=["ids"]'))
    site.install("spacing", answering((0.5, 0.25), 'types=["spacing"]'))

    assert len(metaprov("get", "ids", "clinic:7").stdout.splitlines()) == 20
    assert metaprov("get", "spacing", "clinic:7").stdout == "0.5, 0.25\n"


def test_get_shows_the_structs_in_a_field_by_their_fields(metaprov, site, answering):
    answer = {
        "suvbw": 0.5,
        "notes": [{"code": "a", "sentence": "x " * 150}, {"code": "b", "sentence": "y"}],
        "frame": {"number": 3, "times": [1, 2]},
        "many": list(range(99)),
        "none": [],
    }
    site.install("scaling", answering(answer, 'types=["scalingModule"]'))

    assert metaprov("get", "scalingModule", "clinic:7").stdout.splitlines() == [
        "field         value",
        "suvbw         0.5",
        "notes",
        "  - code      a",
        f"    sentence  {'x ' * 149}x",
        "  - code      b",
        "    sentence  y",
        "frame",
        "  number      3",
        "  times       1, 2",
        "many          0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, ... (99 values)",
        "none",
    ]


def test_get_prints_json_for_programs(metaprov):
    completed = metaprov("get", "patientModule", "clinic:7", "--json")

    assert json.loads(completed.stdout) == {
        "patientName": "Ann",
        "sizes": [1.5, 2.0],
        "weight": None,
    }


def test_where_nobody_answers_the_status_is_1_and_stderr_explains(metaprov):
    completed = metaprov("get", "patientModule", "clinic:8")

    assert completed.returncode == 1
    assert completed.stdout == ""
    assert "patientModule of clinic:8: nobody answers" in completed.stderr
    assert "nobody wrote the name down" in completed.stderr


def test_a_type_that_nobody_serves_suggests_the_near_ones(metaprov):
    completed = metaprov("get", "patientModul", "clinic:7")

    assert completed.returncode == 1
    assert "no provider serves 'patientModul'; did you mean patientModule?" in completed.stderr


def test_an_image_that_cannot_be_read_is_one_sentence_and_status_2(metaprov):
    completed = metaprov("get", "patientModule", "clinic:torn")

    assert completed.returncode == 2
    assert completed.stderr == "metaprov: cannot read clinic:torn: the page is torn\n"


def test_an_exception_of_a_plugin_names_the_plugin_and_has_status_3(metaprov):
    completed = metaprov("get", "patientModule", "clinic:bug")

    assert completed.returncode == 3
    assert completed.stderr == (
        "metaprov: ZeroDivisionError: division by zero; raised by plugin clinic (clinic 1.0) in "
        "get_metadata('patientModule', 'clinic:bug'); --traceback shows where\n"
    )


def test_traceback_shows_where_a_plugin_raised(metaprov):
    completed = metaprov("--traceback", "get", "patientModule", "clinic:bug")

    assert completed.returncode == 3
    assert completed.stderr.startswith("Traceback (most recent call last)")
    assert "ZeroDivisionError: division by zero" in completed.stderr
    assert "raised by plugin clinic" in completed.stderr


def test_a_circle_of_plugins_is_their_mistake_and_has_status_3(metaprov):
    completed = metaprov("get", "patientModule", "clinic:circle")

    assert completed.returncode == 3
    assert "the answer depends on itself" in completed.stderr


@pytest.mark.parametrize("command", ["get", "explain", "find"])
def test_what_is_empty_is_refused(metaprov, command):
    completed = metaprov(command, *(["patientModule"] if command != "find" else []), "")

    assert completed.returncode == 2
    assert "it is empty" in completed.stderr


@pytest.mark.parametrize("arguments", [("get",), ("explain", "a", "b", "c"), ("nonsense",)])
def test_wrong_usage_has_status_2_and_shows_how(metaprov, arguments):
    completed = metaprov(*arguments)

    assert completed.returncode == 2
    assert "Usage: metaprov" in completed.stderr


def test_explain_shows_who_was_asked_and_what_each_said(metaprov):
    completed = metaprov("explain", "patientModule", "clinic:7")

    assert completed.returncode == 0
    assert "answered by clinic (clinic 1.0)" in completed.stdout


@pytest.mark.parametrize(
    ("image_id", "status"),
    [("clinic:7", 0), ("clinic:8", 1), ("clinic:torn", 2), ("clinic:bug", 3), ("clinic:circle", 3)],
)
def test_explain_has_the_status_of_get(metaprov, image_id, status):
    explained = metaprov("explain", "patientModule", image_id)

    assert explained.returncode == status
    assert metaprov("get", "patientModule", image_id).returncode == status
    assert explained.stdout.startswith(f"patientModule of {image_id}: ")
    assert explained.stderr == ""


def test_explain_shows_where_a_plugin_raised_with_traceback(metaprov):
    completed = metaprov("--traceback", "explain", "patientModule", "clinic:bug")

    assert completed.returncode == 3
    assert "raised ZeroDivisionError" in completed.stdout
    assert "Traceback (most recent call last)" in completed.stderr


def test_explain_prints_json_for_programs(metaprov):
    completed = metaprov("explain", "patientModule", "clinic:8", "--json")

    explanation = json.loads(completed.stdout)
    assert [(row["provider"], row["outcome"], row["notes"]) for row in explanation["rows"]] == [
        ("clinic", "no answer", ["nobody wrote the name down"])
    ]


def test_plugins_lists_those_that_answer_and_those_that_failed(metaprov, site):
    site.install("broken", "raise OSError('no licence')")

    completed = metaprov("plugins")

    assert completed.returncode == 0
    rows = [line.split() for line in completed.stdout.splitlines()]
    assert rows[1][:5] == ["1", "clinic", "plain", "clinic", "1.0"]
    assert rows[1][-3:] == ["patientModule", "for", "clinic"]
    assert ["failed", "broken", "broken", "1.0"] in rows
    failure = "cannot import plugin 'broken' of broken 1.0: OSError: no licence"
    assert completed.stdout.endswith(f"\nbroken: {failure}\n")


@pytest.mark.parametrize(
    "command", [("plugins",), ("check",), ("explain", "patientModule", "clinic:7"), ("types",)]
)
@pytest.mark.parametrize("strict", ["0", "1"])
def test_a_failure_is_told_once(metaprov, site, command, strict):
    site.install("broken", "raise OSError('no licence')")

    completed = metaprov(*command, METAPROV_STRICT=strict)

    assert (completed.stdout + completed.stderr).count("no licence") == 1
    assert "Traceback" not in completed.stderr


def test_a_warning_that_is_of_no_failure_is_told_by_the_commands_that_tell_of_failures(
    metaprov, site
):
    completed = metaprov("plugins", METAPROV_ORDER="nonsense")

    assert completed.stderr.startswith("metaprov: warning: ")
    assert "'nonsense'" in completed.stderr


def test_plugins_lists_in_the_order_asked_with_the_groups(metaprov, site, answering):
    site.install("a-last", answering(1, "trylast=True"))
    site.install("b-first", answering(1, "tryfirst=True"))
    site.install("finder", "from metaprov_core import hookimpl\n@hookimpl\ndef find_images(): ...")

    rows = [line.split()[:3] for line in metaprov("plugins").stdout.splitlines()]

    assert rows[1:5] == [
        ["1", "b-first", "tryfirst"],
        ["2", "clinic", "plain"],
        ["3", "a-last", "trylast"],
        ["4", "finder", "-"],
    ]


def test_plugins_prints_json_for_programs(metaprov, site):
    site.install("broken", "raise OSError('no licence')")
    site.install("unwanted")

    records = json.loads(metaprov("plugins", "--json", METAPROV_DISABLE="unwanted").stdout)

    what_became = {each["name"]: (each["status"], each["stage"]) for each in records}
    assert what_became["clinic"] == ("active", None)
    assert what_became["unwanted"] == ("disabled", None)
    assert what_became["broken"] == ("failed", "import")


@pytest.mark.parametrize(("import_ms", "shown"), [(50.0, "50.0"), (50.1, "50.1 slow")])
def test_plugins_marks_those_that_are_slow_to_import(capsys, import_ms, shown):
    record = PluginRecord("heavy", distribution="heavy", import_ms=import_ms, order=1)

    print_plugins([record], as_json=False)

    row = capsys.readouterr().out.splitlines()[1]
    assert row == f"1      heavy   -      heavy         {shown:9}  -"


def test_plugins_names_few_types_and_counts_many(metaprov, site, answering):
    site.install("little", answering(1, 'types=["a", "b", "c"]'))
    site.install("many", answering(1, f"types={[f'type{each}' for each in range(29)]}"))
    site.install("undeclared", answering(1))

    rows = [line for line in metaprov("plugins").stdout.splitlines() if " 1.0 " in line]

    serves = {line.split()[1]: line[line.index(" 1.0 ") :].split(maxsplit=2)[2] for line in rows}
    assert serves == {
        "clinic": "patientModule for clinic",
        "little": "a, b, c",
        "many": "29 types",
        "undeclared": "every type",
    }


def test_types_lists_what_is_served_and_by_whom(metaprov):
    rows = json.loads(metaprov("types", "--json").stdout)

    assert rows == [
        {
            "type": "patientModule",
            "class": None,
            "classes": [],
            "scope": "image",
            "providers": ["clinic"],
        }
    ]
    assert metaprov("types").stdout.splitlines()[1].split() == ["patientModule", "-", "clinic"]


def test_types_tells_scopes_and_two_classes_of_one_type(metaprov, site):
    for name, scope, own in (("a-plugin", "series", "Plane"), ("b-plugin", "image", "Weight")):
        site.install(
            name,
            f"""
            from metaprov_core import MetadataType, hookimpl

            class {own}: ...
            class Both: ...

            @hookimpl(
                types=[MetadataType("plane", {own}), MetadataType("both", Both)], scope="{scope}"
            )
            def get_metadata(): ...
            """,
        )

    rows = {row["type"]: row for row in json.loads(metaprov("types", "--json").stdout)}
    lines = metaprov("types").stdout.splitlines()

    assert (rows["plane"]["scope"], rows["plane"]["classes"]) == ("series", ["Plane", "Weight"])
    assert rows["both"]["classes"] == ["a_plugin.Both", "b_plugin.Both"]
    assert rows["patientModule"]["scope"] == "image"
    assert [each.split() for each in lines if each.startswith("plane")] == [
        ["plane", "(series)", "Plane", "or", "Weight", "a-plugin,", "b-plugin"]
    ]


def test_types_names_the_plugins_and_not_their_functions(metaprov, site):
    site.install(
        "ward",
        """
        from metaprov_core import hookimpl

        @hookimpl(specname="get_metadata", types=["ward"], schemes=["clinic"])
        def one(): ...

        @hookimpl(specname="get_metadata", types=["ward"], schemes=["hospital"])
        def two(): ...
        """,
    )

    assert metaprov("types").stdout.splitlines()[2].split() == ["ward", "-", "ward"]
    rows = json.loads(metaprov("types", "--json").stdout)
    assert rows[1]["providers"] == ["ward:two", "ward:one"]


LONG_NAMES = ["nmMultiframeGeometryModule", "ultrasoundEnhancedRegionModule"]


@pytest.fixture
def in_terminal(metaprov, site):
    """Run a command in a terminal of so many columns; the lines that it shows."""
    pty = pytest.importorskip("pty")

    def run(columns, *arguments):
        controller, terminal = pty.openpty()
        with subprocess.Popen(
            [METAPROV, *arguments],
            env={
                **os.environ,
                "PYTHONPATH": str(site.folder),
                "METAPROV_ONLY": ",".join(site.distributions),
                "COLUMNS": str(columns),
                # Without it, rich takes a dumb terminal to have 80 columns.
                "LINES": "25",
                "NO_COLOR": "1",
                "TERM": "dumb",
            },
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
        ) as process:
            os.close(terminal)
            shown = b""
            try:
                while block := os.read(controller, 65536):
                    shown += block
            except OSError:  # Linux's way to say that nobody writes any more
                pass
            os.close(controller)
        assert process.returncode == 0, shown
        return shown.decode().splitlines()

    return run


@pytest.mark.parametrize("columns", [80, 120])
def test_tables_fit_a_terminal_and_no_name_is_broken(in_terminal, site, answering, columns):
    site.install("metaprov-echo-lab", answering(1, f"types={LONG_NAMES}"), version="10.11.12")

    plugins = in_terminal(columns, "plugins")
    types = in_terminal(columns, "types")
    fields = in_terminal(columns, "get", "patientModule", "clinic:7")

    assert [line for line in plugins + types + fields if len(line) > columns] == []
    assert [name for name in LONG_NAMES if not any(name in line for line in plugins)] == []
    assert [name for name in LONG_NAMES if not any(name in line for line in types)] == []


def test_a_terminal_narrower_than_a_table_is_no_error(in_terminal, site, answering):
    site.install("metaprov-echo-lab", answering(1, f"types={LONG_NAMES}"))

    assert [line.strip() for line in in_terminal(20, "types")][-1] == "metaprov-echo-lab"


def test_a_terminal_breaks_text_between_words_and_uids_never(in_terminal, site, answering):
    uid = "1.2.826.0.1.3680043.8.498." + "7" * 38
    answer = {"SOPInstanceUID": uid, "comment": "a comment of eight words, ten times. " * 10}
    site.install("header", answering(answer, 'types=["header"]'))

    _, first, second, *rest = in_terminal(70, "get", "header", "clinic:7")

    assert (first, second) == ("SOPInstanceUID", f"      {uid}")
    assert all(len(line) <= 70 for line in rest)
    assert " ".join(" ".join(rest).split()) == f"comment {answer['comment']}".strip()


def test_a_pipe_has_whole_lines_that_do_not_end_with_blanks(metaprov, site, answering):
    answer = {"comment": "a comment of eight words, ten times. " * 100, "longer": "a"}
    site.install("header", answering(answer, 'types=["header"]'))

    for command in (("plugins",), ("types",), ("get", "header", "clinic:7")):
        lines = metaprov(*command, COLUMNS="40").stdout.splitlines()
        assert [line for line in lines if line != line.rstrip()] == []
    assert lines[1:] == [f"comment  {answer['comment']}".rstrip(), "longer   a"]


def test_find_prints_one_image_id_a_line(metaprov):
    assert metaprov("find", "clinic:").stdout == "clinic:7\nclinic:9\n"


def test_find_prints_one_json_array_for_programs(metaprov):
    assert json.loads(metaprov("find", "clinic:", "--json").stdout) == ["clinic:7", "clinic:9"]


def test_a_source_that_nobody_knows_has_status_1(metaprov):
    completed = metaprov("find", "moon:")

    assert completed.returncode == 1
    assert completed.stderr == "metaprov: no plugin finds images in 'moon:'\n"


def test_a_source_without_images_has_status_1_and_says_so(metaprov):
    completed = metaprov("find", "clinic:empty")

    assert (completed.returncode, completed.stdout) == (1, "")
    assert completed.stderr == "metaprov: there are no images in 'clinic:empty'\n"
    assert metaprov("find", "clinic:empty", "--json").stdout == "[]\n"


@pytest.mark.parametrize(
    "command",
    [
        ("get", "patientModule", "clinic:7"),
        ("explain", "patientModule", "clinic:7"),
        ("find", "clinic:"),
        ("plugins",),
        ("types",),
        ("check",),
    ],
)
def test_where_no_plugin_is_active_every_command_says_what_to_do(metaprov, command):
    disabled = metaprov(*command, METAPROV_DISABLE="clinic")
    lists_them = "disabled  clinic" in disabled.stdout
    off = metaprov(*command, METAPROV_ONLY="clinic", METAPROV_DISABLE_AUTOLOAD="1")

    assert lists_them or "no plugin is active: metaprov plugins lists those" in disabled.stderr
    assert "METAPROV_DISABLE_AUTOLOAD is set: no installed plugin is used\n" in off.stderr
    assert "nothing found" not in disabled.stdout + off.stdout


def test_where_no_plugin_is_installed_the_advice_is_to_install_one(monkeypatch):
    monkeypatch.setattr(metaprov_core, "plugins", list)

    assert advice_without_plugins() == (
        "no plugin is installed: python -m pip install metaprov brings those that read DICOM files"
    )


def test_strict_stops_at_a_failed_plugin(metaprov, site):
    site.install("broken", "raise OSError('no licence')")

    completed = metaprov("get", "patientModule", "clinic:7", METAPROV_STRICT="1")

    assert completed.returncode == 2
    assert completed.stdout == ""
    assert completed.stderr == (
        "metaprov: warning: cannot import plugin 'broken' of broken 1.0: OSError: no licence\n"
        "metaprov: no question is answered while a plugin fails: METAPROV_STRICT is set\n"
    )


def test_check_has_nothing_to_say_of_plugins_that_are_in_order(metaprov):
    completed = metaprov("check")

    assert completed.returncode == 0
    assert completed.stdout == "nothing found: every plugin loads, and declares what it serves\n"


def test_check_lists_every_plugin_that_failed_and_has_status_3(metaprov, site):
    site.install("broken", "raise OSError('no licence')")
    site.install("misspelt", "from metaprov_core import hookimpl\n@hookimpl\ndef get_metdata(): 0")

    completed = metaprov("check")

    assert completed.returncode == 3
    assert completed.stdout == (
        "error: broken (broken 1.0): cannot import it: OSError: no licence; "
        "repair the import, or disable it: METAPROV_DISABLE=broken\n"
        "error: misspelt (misspelt 1.0): cannot register it: InvalidPluginError: get_metdata "
        "implements no hook: there is no get_metdata; did you mean get_metadata?; "
        "repair what the message names\n"
    )


def test_check_remarks_on_a_provider_that_declares_no_types(metaprov, site, answering):
    site.install("greedy", answering(1))

    completed = metaprov("check", "--json")

    assert completed.returncode == 0
    [finding] = json.loads(completed.stdout)
    assert (finding["severity"], finding["plugin"]) == ("remark", "greedy (greedy 1.0)")
    assert finding["where"].endswith("greedy.py:3")
    assert finding["advice"].startswith("declare them: @hookimpl(types=[...])")


def test_check_has_nothing_against_a_provider_that_is_asked_last(metaprov, site, answering):
    site.install("modest", answering(1, "trylast=True"))

    assert "nothing found" in metaprov("check").stdout


def test_version_is_that_of_the_core(metaprov):
    from importlib_metadata import version

    assert metaprov("--version").stdout == f"metaprov {version('metaprov-core')}\n"


def command_of(distribution):
    return {"entry_points": f"[metaprov.commands]\ngreet = {distribution}:greet\n"}


def test_a_plugin_may_have_a_command_of_its_own(metaprov, site):
    site.install(
        "greeter",
        """
        def greet(name: str, *, loudly: bool = False):
            "Greet somebody."
            print(f"hello {name}{'!' if loudly else ''}")
        """,
        **command_of("greeter"),
    )

    assert metaprov("greet", "Ann", "--loudly").stdout == "hello Ann!\n"
    assert "Greet somebody." in metaprov("--help", COLUMNS="200").stdout
    assert metaprov("greet").returncode == 2


def test_the_command_of_a_plugin_may_be_an_app_of_typer(metaprov, site):
    site.install(
        "greeter",
        """
        import typer
        greet = typer.Typer()

        @greet.command(epilog="Example: metaprov greet")
        def any_name():
            raise typer.Exit(7)
        """,
        **command_of("greeter"),
    )

    assert metaprov("greet").returncode == 7
    assert "Example: metaprov greet" in metaprov("greet", "--help").stdout


def test_a_command_is_imported_when_it_is_run_and_not_before(metaprov, site):
    site.install("greeter", "print('imported')\ndef greet(): pass", **command_of("greeter"))

    assert metaprov("get", "patientModule", "clinic:9").stdout == "Bob\n"
    assert metaprov("greet").stdout == "imported\n"


def test_a_broken_command_is_one_line_and_the_others_work(metaprov, site):
    site.install("greeter", "raise OSError('no voice')", **command_of("greeter"))
    warning = "metaprov: warning: cannot load command 'greet' of greeter 1.0: OSError: no voice\n"

    assert warning not in metaprov("get", "patientModule", "clinic:9").stderr
    helped, run = metaprov("--help"), metaprov("greet")

    assert helped.returncode == 0
    assert helped.stderr.count(warning) == 1
    assert "explain" in helped.stdout
    assert run.returncode == 2
    assert warning in run.stderr
    assert "Traceback" not in run.stderr


def test_a_plugin_cannot_take_the_place_of_a_command(metaprov, site):
    site.install(
        "greeter",
        "def greet(): print('hello')",
        entry_points="[metaprov.commands]\nfind = greeter:greet\n",
    )

    assert metaprov("find", "clinic:").stdout == "clinic:7\nclinic:9\n"


@pytest.mark.parametrize(
    "environment", [{"METAPROV_DISABLE": "greeter"}, {"METAPROV_DISABLE_AUTOLOAD": "1"}]
)
def test_the_command_of_a_disabled_plugin_is_not_there(metaprov, site, environment):
    site.install("greeter", "print('imported')\ndef greet(): pass", **command_of("greeter"))

    completed = metaprov("greet", **environment)

    assert (completed.returncode, completed.stdout) == (2, "")


@pytest.mark.parametrize("command", ["get", "explain", "plugins", "types", "find", "check"])
def test_help_has_an_example(metaprov, command):
    assert f"metaprov {command}" in metaprov(command, "--help", COLUMNS="200").stdout


def test_the_shell_can_complete_commands(metaprov):
    assert "complete" in metaprov(_METAPROV_COMPLETE="source_bash").stdout

    completed = metaprov(
        _METAPROV_COMPLETE="complete_bash", COMP_WORDS="metaprov pl", COMP_CWORD="1"
    )

    assert completed.stdout.split() == ["plugins"]


@pytest.mark.parametrize("command", ["get", "explain"])
def test_the_shell_can_complete_types_and_sees_nothing_else(metaprov, site, command):
    site.install("broken", "raise OSError('no licence')")
    site.install("noisy", "print('patientNoise')\nfrom metaprov_core import hookimpl")

    completed = metaprov(
        _METAPROV_COMPLETE="complete_bash", COMP_WORDS=f"metaprov {command} pat", COMP_CWORD="2"
    )

    assert completed.stdout == "patientModule\n"
    assert "no licence" not in completed.stderr


def test_the_command_is_a_module_as_well(site):
    site.install("clinic", PLUGIN)

    completed = subprocess.run(
        [sys.executable, "-m", "metaprov_core", "get", "patientModule", "clinic:9"],
        env={**os.environ, "PYTHONPATH": str(site.folder), "METAPROV_ONLY": "clinic"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert completed.stdout == "Bob\n"


@pytest.mark.parametrize("missing", ["typer", "msgspec"])
def test_without_the_extra_the_command_says_how_to_install_it(missing):
    program = f"""if True:
        import sys
        sys.modules[{missing!r}] = None
        from metaprov_core.cli import main
        main()
        """
    completed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )

    assert completed.returncode == 1
    assert completed.stderr == (
        f"metaprov: the command line needs {missing}, which is not installed; "
        "run: python -m pip install metaprov\n"
    )
