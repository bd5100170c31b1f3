"""What `metaprov check` tells an author of a plugin: where, what, and what to do."""

from __future__ import annotations

import json
import re
from textwrap import dedent

import pytest

from metaprov_core import PluginRecord
from metaprov_core.cli.findings import findings


@pytest.fixture
def check(site):
    """The findings about a plugin of this source: where, what, and what to do."""

    def check(source):
        site.install(
            "clinic", "from metaprov_core import MetadataPlugin, hookimpl\n" + dedent(source)
        )
        host = site.host()
        return [
            (each.where.rpartition("/")[2], each.message, each.advice)
            for each in findings(host.plugins(), host.providers())
            if each.plugin == "clinic (clinic 1.0)"
        ]

    return check


def test_a_function_called_as_a_hook_that_is_not_marked_is_found(check):
    found = check("""\
        @hookimpl(types=["patientModule"])
        def get_metadata(image_id): ...

        def add_metadata(type, image_id, value):
            return True
        """)

    assert found == [
        (
            "clinic.py:5",
            "add_metadata is not marked, so it is never called",
            "mark it with @hookimpl, or give it a name that no hook has",
        )
    ]


def test_an_unmarked_override_is_found_and_what_is_inherited_is_not(site):
    site.install(
        "clinic",
        entry_points={"clinic": "clinic:Clinic"},
        source=dedent("""\
            from metaprov_core import MetadataPlugin, hookimpl

            class Clinic(MetadataPlugin):
                @hookimpl(types=["patientModule"])
                def get_metadata(self, image_id): ...

                def clear_metadata(self, type, image_id): ...
            """),
    )
    host = site.host()

    (found,) = findings(host.plugins(), host.providers())

    assert found.where.endswith("clinic.py:7")
    assert found.message == "clear_metadata is not marked, so it is never called"


def test_functions_of_one_plugin_that_serve_the_same_type_are_found(check):
    found = check("""\
        @hookimpl(specname="get_metadata", types=["patientModule", "a"])
        def first(image_id): ...

        @hookimpl(specname="get_metadata", types=["patientModule", "b"])
        def second(image_id): ...
        """)

    assert found == [
        (
            "clinic.py:5",
            "serves patientModule, as does clinic:first, and is asked first because of its name",
            "keep their types apart, or mark one tryfirst=True",
        )
    ]


@pytest.mark.parametrize(
    "options",
    ['types=["b"]', 'types=["a"], schemes=["ward"]', 'types=["a"], tryfirst=True'],
)
def test_functions_that_differ_in_type_scheme_or_group_are_not(check, options):
    found = check(f"""\
        @hookimpl(specname="get_metadata", types=["a"], schemes=["clinic"])
        def first(image_id): ...

        @hookimpl(specname="get_metadata", {options})
        def second(image_id): ...
        """)

    assert found == []


@pytest.mark.parametrize(
    ("import_cpu_ms", "is_found"), [(None, False), (199.0, False), (201.0, True)]
)
def test_a_plugin_that_is_slow_to_import_on_any_machine_is_found(import_cpu_ms, is_found):
    record = PluginRecord("clinic", import_cpu_ms=import_cpu_ms, order=1)

    of_this_project = record._replace(distribution="metaprov-dicomweb")

    found = [(each.message, each.advice) for each in findings([record, of_this_project], [])]

    slow = (
        "takes 201 ms of CPU time to import, which the first question of every process waits for",
        "import what is heavy in the function that needs it",
    )
    assert found == [slow] * is_found


@pytest.mark.parametrize(
    ("marks", "is_found"), [("", True), ("tryfirst=True", True), ("trylast=True", False)]
)
def test_a_provider_of_everything_hides_what_is_derived_unless_it_is_asked_last(
    check, marks, is_found
):
    found = check(f"""\
        @hookimpl({marks})
        def get_metadata(): ...
        """)

    hides = (
        "clinic.py:2",
        (
            "declares no types, so it is asked for every one, before every module that is derived "
            "from a header: it hides those that it answers"
        ),
        "declare them: @hookimpl(types=[...]), or mark it trylast=True",
    )
    assert found == [hides] * is_found


def test_a_wrapper_of_everything_hides_nothing(check):
    ((_, message, _),) = check("""\
        @hookimpl(wrapper=True)
        def get_metadata():
            return (yield)
        """)

    assert message == "declares no types, so it is asked for every one"


def test_two_classes_for_one_type_are_found(site):
    for name, own in (("ward", "Plane"), ("clinic", "Weight"), ("third", "Plane")):
        site.install(
            name,
            f"""
            from metaprov_core import MetadataType, hookimpl

            class {own}: ...

            @hookimpl(types=[MetadataType("plane", {own}), "other"], schemes=["{name}"])
            def get_metadata(): ...
            """,
        )
    host = site.host(order=["ward"])

    found = [(each.plugin, each.message) for each in findings(host.plugins(), host.providers())]

    assert found == [
        (
            "clinic (clinic 1.0)",
            "declares that plane is a Weight, and ward (ward 1.0) that it is a ward.Plane",
        ),
        (
            "third (third 1.0)",
            "declares that plane is a third.Plane, and ward (ward 1.0) that it is a ward.Plane",
        ),
    ]


# -- the answers for one image


@pytest.fixture
def check_image(site, command):
    """The status of `metaprov check IMAGE`, what it finds, and what it says beside that."""

    def check(*image_ids, input=b""):
        completed = command("check", *image_ids, "--json", input=input)
        return (
            completed.returncode,
            [(each["severity"], each["message"]) for each in json.loads(completed.stdout)],
            completed.stderr.decode(),
        )

    return check


@pytest.fixture
def answers(site):
    """Install a plugin that answers one type with what an expression makes."""

    def install(name, expression, type="'plane'", raises=""):
        site.install(
            name,
            f"""
            from dataclasses import dataclass
            from types import MappingProxyType
            from metaprov_core import MetadataReadError, MetadataType, hookimpl

            @dataclass
            class Plane:
                rows: int
                position: tuple = (1.0, 2.0)

            @hookimpl(types=[{type}])
            def get_metadata(image_id):
                {raises}
                return {expression}
            """,
        )

    return install


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("{'rows': 4, 'columns': 3}", "columns is 2 by a-ward and 3 by b-ward"),
        ("{'rows': 4}", "columns is 2 by a-ward and None by b-ward"),
        ("MappingProxyType({'rows': 4, 'columns': 2})", None),
        ("Plane(4)", "a-ward answers a mapping, b-ward a Plane"),
        ("7", "a-ward answers a mapping, b-ward a number"),
        (
            "dict.fromkeys('abcdefg', 1)",
            (
                "rows is 4 by a-ward and None by b-ward; columns is 2 by a-ward and None by "
                "b-ward; a is None by a-ward and 1 by b-ward; and 6 more fields"
            ),
        ),
        ("None", None),
    ],
)
def test_providers_that_disagree_about_an_image_are_a_remark(
    answers, check_image, expression, message
):
    answers("a-ward", "{'rows': 4, 'columns': 2}")
    answers("b-ward", expression)

    found = [("remark", f"plane of clinic:7: {message}")] * (message is not None)
    assert check_image("clinic:7") == (0, found, "")


def test_values_that_are_written_otherwise_are_the_same(answers, check_image):
    answers("a-ward", "[4, 2.0]")
    answers("b-ward", "(4.0, 2)")

    assert check_image("clinic:7") == (0, [], "")


def test_long_values_are_cut(answers, check_image):
    answers("a-ward", "'a' * 100")
    answers("b-ward", "'b' * 100")

    (_, [(_, message)], _) = check_image("clinic:7")

    cut = [f"'{letter * 56}..." for letter in "ab"]
    assert message == f"plane of clinic:7: it is {cut[0]} by a-ward and {cut[1]} by b-ward"


def test_a_class_that_is_declared_and_not_given_is_a_remark(answers, check_image):
    answers("a-ward", "{'rows': 4}", type="MetadataType('plane', Plane)")

    assert check_image("clinic:7") == (
        0,
        [("remark", "answers plane of clinic:7 with a dict")],
        "",
    )


@pytest.mark.parametrize(
    ("declared", "answer", "found"),
    [
        ("list[int]", "[1]", []),
        ("int | str", "'a'", []),
        ("tuple[Plane, ...]", "[1]", ["answers plane of clinic:7 with a list"]),
        ("int | list[str]", "1.5", ["answers plane of clinic:7 with a float"]),
    ],
)
def test_a_declared_class_may_have_parameters_or_be_one_of_several(
    answers, check_image, declared, answer, found
):
    answers("a-ward", answer, type=f"MetadataType('plane', {declared})")

    assert check_image("clinic:7") == (0, [("remark", each) for each in found], "")


def test_a_remark_about_an_image_is_4_where_it_is_to_be(answers, command):
    answers("a-ward", "1")
    answers("b-ward", "2")

    completed = command("check", "clinic:7", "--fail-on", "remark")

    assert completed.returncode == 4
    assert completed.stdout.decode() == (
        "remark: a-ward (a-ward 1.0): plane of clinic:7: it is 1 by a-ward and 2 by b-ward; "
        "programs get the first answer, in the order of metaprov plugins\n"
        "\nplugin  answers\na-ward  plane\n"
    )


def test_what_a_provider_raises_for_an_image_is_an_error(answers, check_image):
    answers("a-ward", "1", type="'a', 'b', 'c'", raises="1 / 0")

    assert check_image("clinic:7") == (
        3,
        [
            (
                "error",
                "raises ZeroDivisionError: division by zero for a and 2 other types of clinic:7",
            )
        ],
        "",
    )


def test_an_answer_that_cannot_be_read_is_an_error_and_the_others_are_compared(
    answers, check_image
):
    answers(
        "a-ward", "1", raises="if image_id == 'clinic:8': raise MetadataReadError(image_id, 'torn')"
    )
    answers("b-ward", "2")

    status, found, said = check_image("clinic:8", "clinic:7")

    assert (status, said) == (3, "")
    assert sorted(message.partition(": ")[0] for _, message in found) == [
        "plane of clinic:7",
        "raises MetadataReadError",
    ]


def test_the_images_to_compare_may_come_from_standard_input(answers, check_image):
    answers("a-ward", "1")
    answers("b-ward", "2")

    _, found, _ = check_image("-", input=b"clinic:7\nclinic:8\n")

    assert len(found) == 2


def test_an_image_that_nobody_knows_is_1(answers, check_image):
    answers("a-ward", "None")

    assert check_image("clinic:7") == (1, [], "metaprov: nobody answers any type of clinic:7\n")


def test_who_answers_what_of_an_image_is_shown_and_what_was_noted(site, command):
    site.install(
        "clinic",
        """
        from metaprov_core import hookimpl, note

        @hookimpl(types=["name", "ward", "weight", "size"])
        def get_metadata(type):
            if type in ("weight", "size"):
                note("the patient was not weighed")
                return None
            note("it is short") if type == "ward" else None
            return "Ann"
        """,
    )
    said = command("check", "clinic:7").stdout.decode()
    assert said.endswith(
        "\nplugin  answers\nclinic  name, ward\n"
        "\ntype                   note\n"
        "size and 1 other type  the patient was not weighed\n"
        "ward                   it is short\n"
    )


def test_an_answer_that_wrappers_changed_has_who_gave_it_and_who_changed_it(
    site, command, answering
):
    site.install("clinic", answering("Ann", 'types=["name", "ward"]'))
    for name, mark in (("inner", ""), ("outer", ", tryfirst=True")):
        site.install(
            name,
            f"""
            from metaprov_core import hookimpl

            @hookimpl(types=["name"], wrapper=True{mark})
            def get_metadata():
                return (yield) + "!"
            """,
        )
    said = command("check", "clinic:7").stdout.decode()
    answered = [re.split(" {2,}", line) for line in said.splitlines()[-3:]]
    assert answered == [
        ["plugin", "answers"],
        ["clinic, changed by inner, changed by outer", "name"],
        ["clinic", "ward"],
    ]


def test_of_several_images_it_would_be_long(command, site, answering):
    site.install("clinic", answering("Ann", 'types=["name"]'))
    assert b"plugin  answers" not in command("check", "clinic:7", "clinic:8").stdout


def test_an_image_whose_providers_agree_is_said_to(command, site, answering):
    site.install("clinic", answering("Ann", 'types=["name"]'))
    said = command("check", "clinic:7")
    assert said.stdout.decode().splitlines() == [
        "nothing found: every plugin loads, and declares what it serves",
        "clinic:7: 1 of 1 types have an answer, and no two providers disagree",
        "",
        "plugin  answers",
        "clinic  name",
    ]


def test_an_image_whose_header_cannot_be_read_is_2(command, site):
    site.install(
        "clinic",
        """\
        from metaprov_core import MetadataReadError, hookimpl

        @hookimpl(types=["instance", "name"])
        def get_metadata(image_id):
            raise MetadataReadError(image_id, "the page is torn")
        """,
    )
    said = command("check", "clinic:7")
    assert (said.returncode, said.stdout) == (2, b"")
    assert said.stderr == b"metaprov: cannot read clinic:7: the page is torn\n"
