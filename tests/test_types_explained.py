"""What `metaprov types TYPE` tells of a type: its class, its plugins, and each field."""

from __future__ import annotations

import json
import sys
import typing
from dataclasses import InitVar, dataclass
from runpy import run_path
from typing import Annotated, Literal

import msgspec
import pytest

from metaprov_core import Host, MetadataType, answers
from metaprov_core.cli.answer_classes.described import TypeDescription
from metaprov_core.cli.answer_classes.fields import (
    AnswerField,
    fields_of,
    item_classes_of,
    sections_in,
    summary_of,
)
from metaprov_core.cli.served import types_as_dicts
from metaprov_core.cli.type_names import type_name

if typing.TYPE_CHECKING:
    from pathlib import Path as OnlyTypeCheckersKnow


class Bed(msgspec.Struct, rename="camel"):
    """Where a patient lies."""

    bed_number: Annotated[
        int,
        msgspec.Meta(
            description="Counted from 1.", extra={"unit": "bed", "attribute": "Bed (0099,0010)"}
        ),
    ]


class Ward(msgspec.Struct):
    """A ward (PS3.3 C.7.1.1, C.7.2), in the words
    of the hospital.

    Fields:

    - ``beds``
    """

    beds: Annotated[tuple[Bed, ...], msgspec.Meta(description="From the door on.")]
    next: Ward | None = None


class Cellar(msgspec.Struct):
    key: collections.NothingOfThatName  # noqa: F821 - it cannot be evaluated
    lock: int


@dataclass
class Pharmacy:
    """Where medicines are.

    Fields:
        shelves: how many, from the door on
    """

    shelves: int
    unit: typing.ClassVar[str] = "shelf"
    seed: InitVar[int] = 3


class Key(typing.NamedTuple):
    """What opens a door."""

    number: int


class Door(typing.TypedDict):
    """A door."""

    width: float
    key: Key


Held = typing.TypeVar("Held")


class Box(msgspec.Struct, typing.Generic[Held]):
    """A box."""

    held: Held
    doors: list[Door]


@dataclass
class Kitchen:
    meals: int
    menu: OnlyTypeCheckersKnow


@pytest.fixture
def explain(make_provider):
    def explain(key):
        host = Host()
        host.register(make_provider(types=[key]), "hospital")
        return TypeDescription(host.type_of(str(key)), host.providers())

    return explain


def test_fields_have_names_types_units_meanings_and_attributes():
    assert fields_of(Bed) == (
        AnswerField("bed_number", "bedNumber", "int", "bed", "Counted from 1.", "Bed (0099,0010)"),
    )


def test_fields_of_a_dataclass_are_told_as_they_are_written():
    told = [(each.name, each.type, each.meaning) for each in fields_of(Kitchen)]

    assert told == [("meals", "int", ""), ("menu", "OnlyTypeCheckersKnow", "")]


@pytest.mark.parametrize(
    ("answer_class", "fields"),
    [
        (Pharmacy, ["shelves: int"]),
        (Key, ["number: int"]),
        (Door, ["width: float", "key: Key"]),
        (Box[Key], ["held: Held", "doors: list[Door]"]),
    ],
)
def test_classes_with_fields_are_those_of_answers_with_fields(answer_class, fields):
    assert [f"{each.name}: {each.type}" for each in fields_of(answer_class)] == fields


def test_what_a_dataclass_has_beside_its_fields_is_none_of_an_answer():
    assert answers.fields_of(Pharmacy(4)) == {"shelves": 4}


def test_annotations_that_cannot_be_evaluated_are_told_as_they_are_written():
    assert [each.type for each in fields_of(Cellar)] == ["collections.NothingOfThatName", "int"]


def test_so_are_those_of_a_module_without_the_future_of_annotations(tmp_path):
    # Unquoted where no class evaluates them when it is made.
    annotation = "Nothing | None" if sys.version_info >= (3, 14) else "'Nothing | None'"
    module = tmp_path / "late.py"
    module.write_text(
        "from dataclasses import dataclass\n\n"
        f"@dataclass\nclass Late:\n    key: {annotation} = None\n"
    )

    (field,) = fields_of(run_path(str(module))["Late"])

    assert field.type == "Nothing | None"


@pytest.mark.parametrize("answer_class", [str, tuple, type(None), dict])
def test_other_classes_have_no_fields(answer_class):
    assert (fields_of(answer_class), item_classes_of(answer_class)) == ((), [])


def test_classes_within_a_class_are_each_told_once():
    assert item_classes_of(Ward) == [Bed, Ward]


def test_parameters_of_a_class_are_held_too():
    assert item_classes_of(tuple[Box[Key], ...]) == [Box, Key, Door]
    assert item_classes_of(Bed | Key) == [Bed, Key]


def test_fields_that_an_author_tells_in_the_docstring_alone_stay_there():
    assert summary_of(Pharmacy).endswith("\n\nFields:\n    shelves: how many, from the door on")
    assert summary_of(Box[Key]) == "A box."


def test_a_summary_has_no_fields_and_no_line_feeds_of_the_source():
    assert summary_of(Ward) == "A ward (PS3.3 C.7.1.1, C.7.2), in the words of the hospital."
    assert summary_of(Kitchen) == ""


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("An image (PS3.3 C.7.6.2), in mm.", ["PS3.3 C.7.6.2"]),
        ("PS3.3 C.8.9.1, C.8.8.3. PS3.5 10", ["PS3.3 C.8.9.1", "PS3.3 C.8.8.3", "PS3.5 10"]),
        ("PS3.5 8; PS3.5 8 again", ["PS3.5 8"]),
        ("no section, C.7.6.2 of what", []),
    ],
)
def test_sections_of_the_standard_are_read_from_the_text(text, sections):
    assert [*sections_in(text)] == sections


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (tuple[float, ...] | None, "tuple[float, ...] | None"),
        (typing.Optional[Bed], "Bed | None"),  # noqa: UP045 - written so by others
        (Annotated[Literal["a", "b"], "word"], "Literal['a', 'b']"),
        (typing.Callable[[int], str], "Callable[[int], str]"),
        (typing.Any, "Any"),
        ("Unknown", "Unknown"),
    ],
)
def test_a_type_is_named_as_it_is_written(annotation, name):
    assert type_name(annotation) == name


def test_a_description_tells_the_class_the_scope_the_plugins_and_the_sections(explain):
    ward = explain(MetadataType("ward", Ward, meaning="Where they lie.")).to_dict()

    assert ward.pop("fields").keys() == {"Ward", "Bed"}
    assert ward == {
        "type": "ward",
        "class": f"{__name__}.Ward",
        "classes": [f"{__name__}.Ward"],
        "scope": "image",
        "providers": ["hospital"],
        "meaning": "Where they lie.\n\n"
        "A ward (PS3.3 C.7.1.1, C.7.2), in the words of the hospital.",
        "sections": ("PS3.3 C.7.1.1", "PS3.3 C.7.2"),
    }


def test_a_type_without_a_class_is_explained_by_its_key(explain):
    instance = explain(MetadataType("instance", meaning="The header."))

    assert (instance.classes, instance.summary, instance.tables) == ([], "The header.", {})


@pytest.mark.parametrize(
    ("answer_class", "name"),
    [(int | str, "int | str"), (list[int], "list[int]"), (tuple[Bed, ...], "tuple[Bed, ...]")],
)
def test_classes_with_parameters_and_unions_are_named_as_they_are_written(
    make_provider, capsys, answer_class, name
):
    host = Host()
    host.register(make_provider(types=[MetadataType("both", answer_class)]), "hospital")
    (row,) = types_as_dicts(host.types(), host.providers())
    described = TypeDescription(host.type_of("both"), host.providers())
    described.print(as_json=False)

    assert row["classes"] == described.class_names == [name]
    assert f"class    {name}\n" in capsys.readouterr().out
    assert described.summary == ""


def test_what_python_says_of_str_is_no_meaning(explain):
    assert explain(MetadataType("baseImageId", str)).summary == ""


def test_where_there_is_no_room_what_a_field_is_stands_below_it(explain, capsys, monkeypatch):
    ward = explain(MetadataType("ward", Ward))
    ward.print(as_json=False)
    wide = capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "48")
    monkeypatch.setenv("LINES", "25")
    ward.print(as_json=False)
    narrow = capsys.readouterr().out

    row = "bed_number  bedNumber  int   bed   Bed (0099,0010)  Counted from 1."
    assert row in wide.splitlines()
    assert "bed_number  Counted from 1.\n    bedNumber · int · in bed · Bed (0099,0010)\n" in narrow
    assert max(map(len, narrow.splitlines())) <= 48


# -- as a command


def test_the_command_explains_a_type(metaprov):
    pytest.importorskip("metaprov_dicom")
    told = metaprov("types", "imagePlaneModule", METAPROV_ONLY="dicom-modules").stdout
    lines = [" ".join(line.split()) for line in told.splitlines()]

    assert lines[:5] == [
        "imagePlaneModule",
        "class metaprov_modules.ImagePlaneModule",
        "scope image",
        "plugins dicom-modules",
        "source PS3.3 C.7.6.2",
    ]
    assert (
        "pixel_spacing pixelSpacing tuple[float, ...] | None mm PixelSpacing (0028,0030) Between "
        "rows, then between columns."
    ) in lines


def test_the_command_explains_a_type_to_programs(metaprov):
    pytest.importorskip("metaprov_dicom")
    completed = metaprov("types", "petIsotopeModule", "--json", METAPROV_ONLY="dicom-modules")
    told = json.loads(completed.stdout)

    assert told["class"] == "metaprov_modules.PetIsotopeModule"
    assert told["sections"] == ["PS3.3 C.8.9.2"]
    assert {name: fields[0]["json_name"] for name, fields in told["fields"].items()} == {
        "PetIsotopeModule": "radiopharmaceuticalInfo",
        "RadiopharmaceuticalInfo": "radiopharmaceutical",
    }


def test_the_command_explains_an_attribute(metaprov):
    pytest.importorskip("metaprov_dicom")
    told = metaprov("types", "PatientWeight", METAPROV_ONLY="dicom-attributes").stdout

    assert "PatientWeight (0010,1030)" in told
    assert told.splitlines()[1].split() == ["class", "float"]
    assert told.splitlines()[3].split() == ["plugins", "dicom-attributes"]


def test_a_type_that_is_described_alone_names_who_describes_it(metaprov, tmp_path):
    (tmp_path / "means.py").write_text("""\
from metaprov_core import MetadataType, hookimpl

@hookimpl
def get_metadata(type): ...

@hookimpl
def describe_type(type):
    return MetadataType(type, float) if type.startswith("mean") else None
""")
    (tmp_path / "others.py").write_text("""\
from metaprov_core import hookimpl

@hookimpl
def get_metadata(type): ...

@hookimpl
def describe_type():
    return None
""")
    files = ",".join(str(tmp_path / each) for each in ("means.py", "others.py"))
    completed = metaprov("types", "meanOfLiver", "--json", METAPROV_PLUGINS=files)

    assert json.loads(completed.stdout)["providers"] == ["means"]


@pytest.mark.parametrize(
    ("type", "said"),
    [
        ("imagePlanModule", "did you mean imagePlaneModule"),
        ("ImagePlaneModule", "did you mean imagePlaneModule"),
        ("volumeGeometryModule", "which answers volumeGeometryModule, is not in METAPROV_ONLY"),
    ],
)
def test_a_type_that_nobody_serves_has_the_status_and_the_advice_of_other_commands(
    metaprov, type, said
):
    pytest.importorskip("metaprov_volume")
    pytest.importorskip("metaprov_dicom")
    told = metaprov("types", type, METAPROV_ONLY="dicom-modules")

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith(f"metaprov: no provider serves {type!r}")
    assert said in told.stderr


def test_the_description_is_written_to_a_file(metaprov, tmp_path):
    pytest.importorskip("metaprov_dicom")
    path = tmp_path / "type.txt"

    assert metaprov("types", "uriModule", "-o", path, METAPROV_ONLY="dicom-modules").stdout == ""
    assert "metaprov_modules.UriModule" in path.read_text()


def test_the_shell_completes_the_type(metaprov):
    pytest.importorskip("metaprov_dicom")
    completed = metaprov(
        _METAPROV_COMPLETE="complete_bash",
        COMP_WORDS="metaprov types imageP",
        COMP_CWORD="2",
        METAPROV_ONLY="dicom-modules",
    )

    assert completed.stdout.split() == ["imagePixelModule", "imagePlaneModule"]
