"""What `make docs` refuses: a type, a field, an option, a variable or a code without its words.

Sphinx asks the same functions at the end of a build.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
OURS = {
    tomllib.loads(path.read_text())["project"]["name"]
    for path in (
        *ROOT.glob("pyproject.toml"),
        *ROOT.glob("m*/pyproject.toml"),
        *ROOT.glob("plugins/*/pyproject.toml"),
    )
}


@pytest.fixture(scope="module", autouse=True)
def _extensions():
    for name in OURS:
        if not any(metadata.distributions(name=name)):
            pytest.skip(f"{name} is not installed")
    before = set(sys.modules)
    sys.path.insert(0, str(DOCS / "extensions"))
    yield
    sys.path.remove(str(DOCS / "extensions"))
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(DOCS)):
            del sys.modules[name]


@pytest.fixture
def missing():
    import what_is_missing

    return what_is_missing


@pytest.fixture
def named():
    """The types and classes that the pages name."""
    pages = "\n".join(path.read_text() for path in DOCS.glob("reference/answers/*.md"))
    blocks = re.findall(r"^```{answers}\n(.*?)^```$", pages, re.MULTILINE | re.DOTALL)
    return [name for block in blocks for name in block.split()]


class Described(NamedTuple):
    summary: str


class Ward(msgspec.Struct):
    beds: Annotated[int, msgspec.Meta(description="How many.")]
    floor: int


# -- nothing is missing


def test_every_type_and_class_is_on_one_page(missing, named):
    import answers_there_are

    classes = answers_there_are.item_classes()

    assert len(named) == len(set(named))
    assert [*missing.of_types(answers_there_are.types(), named)] == []
    assert [*missing.of_classes(classes.values(), named)] == []
    assert set(named) == {*answers_there_are.types(), *classes}


def test_every_field_of_an_answer_has_a_meaning(missing):
    import answers_there_are

    described = answers_there_are.types().values()
    classes = {one for each in described for one in each.classes}

    assert len(classes) > 30
    assert [*missing.of_classes(classes, {each.__name__ for each in classes})] == []


def test_every_variable_is_on_the_page_and_no_other(missing):
    import packages_there_are

    page = (DOCS / "reference/environment.md").read_text()
    used = missing.variables_in(packages_there_are.sources_of())

    assert used >= {"METAPROV_ORDER", "METAPROV_STRICT", "METAPROV_DICOM_HEADERS"}
    documented = re.findall(r"^\| `(METAPROV_[A-Z_]+)", page, re.MULTILINE)
    assert [*missing.of_variables(used, documented)] == []


def test_every_command_and_every_option_says_what_it_does(missing):
    import commands_there_are

    commands = list(commands_there_are.commands())
    names = {each.name for each in commands}

    assert {"metaprov get", "metaprov explain", "metaprov check", "metaprov suv"} <= names
    assert [*missing.of_commands(commands, names)] == []


def test_every_code_that_a_note_has_is_in_a_table(missing):
    import notes_there_are

    codes = notes_there_are.codes()
    used = notes_there_are.codes_used()

    assert used >= {"startDateAssumed", "singleSlice", "noForm"}
    assert [*missing.of_codes(codes, used, {each.code for each in codes})] == []
    assert {each.package for each in codes} == set(notes_there_are.TABLES)


def test_every_finding_says_what_it_means_and_why():
    import notes_there_are

    findings = notes_there_are.findings()

    assert len(findings) > 20
    assert [each.name for each in findings if not (each.sentence and each.source)] == []


def test_the_list_of_packages_has_all_of_this_project():
    import packages_there_are

    assert {*packages_there_are.distributions()} == OURS


# -- what is missing is found


def test_a_type_on_no_page_is_found(missing):
    types = {"ward": Described("Where they lie."), "bed": Described("")}

    assert [*missing.of_types(types, ["bed"])] == [
        "the type ward is on no page: name it in an {answers} directive",
        "nothing says what bed is: give its class a docstring, or its MetadataType a meaning",
    ]


def test_a_class_on_no_page_and_a_field_without_meaning_are_found(missing):
    assert [*missing.of_classes([Ward], [])] == [
        "the class Ward is on no page: name it in an {answers} directive",
        "Ward.floor has no meaning: annotate it, Annotated[..., meaning(...)]",
    ]


def test_a_variable_that_only_the_code_or_only_the_page_has_is_found(missing, tmp_path):
    source = tmp_path / "plugin.py"
    source.write_text("WARD = os.environ.get('METAPROV_WARD')")

    assert [*missing.of_variables(missing.variables_in([source]), ["METAPROV_BED"])] == [
        "METAPROV_WARD is read, and not on the page reference/environment",
        "METAPROV_BED is on the page reference/environment, and nothing reads it",
    ]


def test_a_command_and_an_option_that_say_nothing_are_found(missing):
    from commands_there_are import Command, Parameter

    silent = Command("metaprov ward", "", "", "", (Parameter("--bed", ""),))

    assert [*missing.of_commands([silent], [])] == [
        "the command metaprov ward is on no page",
        "the command metaprov ward does not say what it does: give it a docstring",
        "the command metaprov ward has no example: give it an epilog",
        "--bed of metaprov ward does not say what it does: give it a help",
    ]


def test_a_code_without_meaning_or_table_is_found(missing):
    from notes_there_are import Code

    codes = [Code("bedEmpty", "info", "", "metaprov-ward")]

    assert [*missing.of_codes(codes, ["bedEmpty", "bedBroken"], [])] == [
        "the code bedEmpty of a note is on no page",
        "the code bedEmpty of a note has no meaning in the table of metaprov-ward",
        "a note has the code bedBroken, which is in no table of codes",
    ]


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("noted('bedEmpty', ward=7)", {"bedEmpty"}),
        ("Note('bedEmpty', 'info', sentence, 'Ward')", {"bedEmpty"}),
        ("notes.add('bedEmpty', 'Ward', sentence)", {"bedEmpty"}),
        ("noted(code)", set()),
        ("beds.add('bedEmpty')", set()),
        ("note('a sentence')", set()),
    ],
)
def test_codes_are_read_from_the_calls_that_make_notes(source, codes):
    import notes_there_are

    assert {*notes_there_are.codes_in(source)} == codes


def test_a_public_name_on_no_page_is_found(missing):
    names: list[Any] = ["metaprov_ward.Ward", "metaprov_ward.Bed"]

    assert [*missing.of_names(names, ["metaprov_ward.Bed"])] == [
        "metaprov_ward.Ward is public, and on no page"
    ]
