"""`metaprov get TYPE IMAGE_ID...`: several ids, and ids from standard input."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

CLINIC = """
    from metaprov_core import MetadataReadError, hookimpl, note

    ANSWERS = {
        "clinic:7": {"patientName": "Ann", "weight": 70.0},
        "clinic:8": {"patientName": "Bob", "weight": None},
        "clinic:one": "Carl",
        "clinic:two": ["a", "b"],
    }

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(image_id):
        if image_id == "clinic:torn":
            raise MetadataReadError(image_id, "the page is torn")
        if image_id == "clinic:other":
            raise MetadataReadError("page 9", "it is torn")
        if image_id == "clinic:bug":
            raise ZeroDivisionError("division by zero")
        if image_id == "clinic:nobody":
            note("nobody wrote the name down")
        return ANSWERS.get(image_id)

    @hookimpl
    def prefetch(image_ids):
        import sys
        if "clinic:told" in image_ids:
            sys.stderr.write(f"{' '.join(image_ids)}\\n")
    """


@pytest.fixture
def get(site, command):
    site.install("clinic", CLINIC)

    def get(*arguments, input=b""):
        completed = command("get", "patientModule", *arguments, input=input)
        return completed.returncode, completed.stdout.decode(), completed.stderr.decode()

    return get


def test_each_answer_stands_below_its_id(get):
    status, shown, said = get("clinic:7", "clinic:8")

    assert (status, said) == (0, "")
    assert shown.splitlines() == [
        "clinic:7",
        "  patientName  Ann",
        "  weight       70.0",
        "",
        "clinic:8",
        "  patientName  Bob",
        "  weight       -",
    ]


def test_each_line_of_an_answer_without_fields_has_its_id(get):
    _, shown, _ = get("clinic:one", "clinic:two")

    assert shown == "clinic:one\tCarl\nclinic:two\ta\nclinic:two\tb\n"


def test_json_is_one_line_an_image_failures_too(get):
    status, shown, said = get("clinic:7", "clinic:nobody", "clinic:torn", "clinic:bug", "--json")

    assert (status, said) == (3, "")
    lines = [json.loads(line) for line in shown.splitlines()]
    assert lines[0] == {"image_id": "clinic:7", "answer": {"patientName": "Ann", "weight": 70.0}}
    assert [sorted(line) for line in lines[1:]] == [["error", "image_id"]] * 3
    assert lines[1]["error"].startswith("patientModule of clinic:nobody: nobody answers; ")
    assert lines[1]["error"].endswith("nobody wrote the name down")
    assert lines[2]["error"] == "cannot read clinic:torn: the page is torn"
    assert lines[3]["error"].startswith("ZeroDivisionError: division by zero; raised by plugin")


def test_one_id_with_json_is_one_object_as_ever(get):
    _, shown, _ = get("clinic:7", "--json")

    assert json.loads(shown) == {"patientName": "Ann", "weight": 70.0}
    assert len(shown.splitlines()) > 1


def test_failures_are_one_line_each_with_the_id(get):
    status, shown, said = get("clinic:nobody", "clinic:torn", "clinic:other", "clinic:7")

    assert status == 3
    assert shown.startswith("clinic:7\n")
    nobody, torn, other = said.splitlines()
    assert nobody.startswith("metaprov: patientModule of clinic:nobody: nobody answers")
    assert nobody.endswith("; nobody wrote the name down")
    assert torn == "metaprov: cannot read clinic:torn: the page is torn"
    assert other == "metaprov: clinic:other: cannot read page 9: it is torn"


@pytest.mark.parametrize(
    ("image_ids", "status"),
    [
        (["clinic:7", "clinic:8"], 0),
        (["clinic:nobody", "clinic:none"], 1),
        (["clinic:nobody", "clinic:torn"], 2),
        (["clinic:torn", "clinic:other"], 2),
        (["clinic:bug", "clinic:torn", "clinic:nobody"], 3),
        (["clinic:7", "clinic:nobody"], 3),
        (["clinic:torn", "clinic:7"], 3),
        (["clinic:7", ""], 2),
    ],
)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_status_says_whether_all_have_an_answer_some_or_none(get, options, image_ids, status):
    assert get(*image_ids, *options)[0] == status


def test_ids_are_read_from_standard_input_one_a_line(get):
    status, shown, said = get("-", "--json", input=b"clinic:one\r\n\nclinic:two\nclinic:7")

    assert (status, said) == (0, "")
    assert [json.loads(line)["image_id"] for line in shown.splitlines()] == [
        "clinic:one",
        "clinic:two",
        "clinic:7",
    ]


def test_one_id_on_standard_input_is_answered_as_several_are(get):
    assert get("-", input=b"clinic:one\n")[1] == "clinic:one\tCarl\n"


def test_ids_may_be_given_in_both_ways(get):
    _, shown, _ = get("clinic:one", "-", "clinic:one", input=b"clinic:two\n")

    assert [line.split("\t")[0] for line in shown.splitlines()] == [
        "clinic:one",
        "clinic:two",
        "clinic:two",
        "clinic:one",
    ]


def test_no_id_on_standard_input_is_1_and_said(get):
    assert get("-") == (1, "", "metaprov: there is no image id on standard input\n")


def test_an_answer_comes_before_the_next_id_is_there(site):
    site.install("clinic", CLINIC)
    with subprocess.Popen(
        [sys.executable, "-m", "metaprov_core", "get", "patientModule", "-"],
        env={**os.environ, "PYTHONPATH": str(site.folder), "METAPROV_ONLY": "clinic"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        for _ in range(3):
            process.stdin.write(b"clinic:one\n")
            process.stdin.flush()
            assert process.stdout.readline() == b"clinic:one\tCarl\n"
        rest, _ = process.communicate(timeout=60)

    assert (process.returncode, rest) == (0, b"")


def test_sources_are_told_of_many_at_once(get):
    ids = ["clinic:told", *(f"clinic:{number}" for number in range(100))]

    told = get("-", input="\n".join(ids).encode())[2].partition("\n")[0].split()
    named = get(*ids)[2].partition("\n")[0].split()
    alone = get("-", input=b"clinic:told\n")[2].splitlines()

    assert told == ids[: len(told)]
    assert 10 < len(told) < 100
    assert named == told
    assert alone == [line for line in alone if line.startswith("metaprov: ")]


def test_output_has_all_answers_or_nothing(get, tmp_path):
    file = tmp_path / "answers"

    assert get("clinic:nobody", "clinic:torn", "-o", file)[0] == 2
    assert get("clinic:nobody", "clinic:torn", "--json", "-o", file)[0] == 2
    assert not list(tmp_path.glob("answers*"))
    assert get("clinic:one", "clinic:torn", "-o", file)[:2] == (3, "")
    assert file.read_text() == "clinic:one\tCarl\n"


def test_with_strict_no_image_is_asked_about(site, get, command):
    site.install("broken", "raise OSError('no licence')")
    get("clinic:7")

    asked = command("get", "patientModule", "clinic:7", "clinic:8", METAPROV_STRICT="1")

    assert (asked.returncode, asked.stdout) == (2, b"")
    assert asked.stderr.count(b"no licence") == 1


def test_traceback_shows_where_each_was_raised(site, command):
    site.install("clinic", CLINIC)

    asked = command("--traceback", "get", "patientModule", "clinic:bug", "clinic:7")

    assert asked.returncode == 3
    assert asked.stderr.count(b"Traceback (most recent call last)") == 1
    assert asked.stdout.startswith(b"clinic:7\n")
