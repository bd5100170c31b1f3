"""``metaprov report``: a page, all cases beside the table, and what programs learn."""

import json
import shutil

import pyarrow.parquet as pq
import pytest

import metaprov_table
from metaprov_table.checking import FINDINGS


@pytest.fixture
def seeded(seeded_table, tmp_path):
    """A copy of the seeded table, to write beside."""
    for file in seeded_table.parent.glob("out*.parquet"):
        shutil.copy(file, tmp_path)
    return tmp_path / "out.parquet"


def test_a_page_and_all_cases_are_written_beside_the_table(metaprov, seeded):
    completed = metaprov("report", seeded)

    assert (completed.returncode, completed.stderr) == (0, "")
    page = seeded.with_name("out.report.html")
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert completed.stdout.splitlines()[0].split() == [
        *("severity", "finding", "cases", "what", "it", "means")
    ]
    assert completed.stdout.splitlines()[1].split()[:3] == ["error", "duplicateSopInstanceUid", "1"]
    assert completed.stdout.splitlines()[-1] == f"{page}: 30 of 30 findings have cases"
    cases = pq.read_table(seeded.with_name("out.findings.parquet"))
    assert cases.equals(metaprov_table.findings(seeded))


def test_the_page_may_be_elsewhere(metaprov, seeded, tmp_path):
    elsewhere = tmp_path / "elsewhere.html"

    completed = metaprov("report", seeded, "-o", elsewhere, "--findings", "lossy,-derived")

    assert completed.returncode == 0
    assert completed.stdout.endswith(f"{elsewhere}: 1 of 1 findings have cases\n")
    assert "compressed with loss" in elsewhere.read_text("utf-8")
    assert not seeded.with_name("out.report.html").exists()


@pytest.mark.parametrize("name", ["out", "out.volumes", "out.errors", "out.findings"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_the_files_of_the_table_are_not_written_over(metaprov, seeded, name, options):
    file = seeded.with_name(f"{name}.parquet")
    before = file.read_bytes() if file.exists() else None

    completed = metaprov("report", seeded, "-o", file, *options)

    assert completed.returncode == 2
    assert "is a file of the table: choose another name" in completed.stderr
    assert (file.read_bytes() if file.exists() else None) == before


def test_cases_that_cannot_be_written_are_told(metaprov, seeded):
    seeded.with_name("out.findings.parquet").mkdir()

    completed = metaprov("report", seeded, "--findings", "lossy")

    assert completed.returncode == 2
    assert completed.stderr == (
        f"metaprov: cannot write {seeded.with_name('out.findings.parquet')}: Is a directory\n"
    )


def test_json_has_all_cases_and_names_nobody(metaprov, seeded):
    completed = metaprov("report", seeded, "--json")

    answer = json.loads(completed.stdout)
    assert answer["counts"]["files"] == 148
    assert [each["name"] for each in answer["findings"]] == [each.name for each in FINDINGS]
    (truncated,) = (each for each in answer["findings"] if each["name"] == "truncated")
    assert truncated["count"] == len(truncated["cases"]) == 1
    assert set(truncated["cases"][0]) == {"modality", "instance", "study", "series", "detail"}
    assert (truncated["severity"], truncated["notRun"]) == ("error", None)
    assert "Doe" not in completed.stdout
    assert str(seeded.parent) not in completed.stdout
    assert not list(seeded.parent.glob("*.html"))
    assert not seeded.with_name("out.findings.parquet").exists()


def test_names_and_paths_are_said_if_asked_for(metaprov, seeded, seeded_table):
    asked = ("--json", "--identify", "--findings", "truncated,studyOfSeveralPatients")

    of_study, of_image = json.loads(metaprov("report", seeded, *asked).stdout)["findings"]

    assert of_study["cases"][0]["patient"] == "P20, another"
    assert of_study["cases"][0]["name"] == "Doe^Ann20"
    assert of_image["cases"][0]["path"] == str(seeded_table.parent / "in" / "38" / "004.dcm")


@pytest.mark.parametrize(
    ("findings", "severity", "status"),
    [
        ("lossy", "warning", 4),
        ("lossy", "info", 4),
        ("lossy", "error", 0),
        ("derived", "warning", 0),
        ("truncated", "error", 4),
    ],
)
def test_programs_learn_how_grave_it_is(metaprov, seeded, findings, severity, status):
    asked = ("--findings", findings, "--fail-on", severity, "--json")

    assert metaprov("report", seeded, *asked).returncode == status


def test_what_is_not_run_is_said(metaprov, table_of):
    completed = metaprov("report", table_of({}), "--findings", "lossy,seriesOfSeveralStudies")

    assert completed.returncode == 0
    assert completed.stderr == "metaprov: not run, for lack of columns: lossy\n"
    assert completed.stdout.endswith("out.report.html: 0 of 2 findings have cases\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.parquet",), "cannot read none.parquet: No such file or directory"),
        (("text.parquet",), "cannot read text.parquet: it is no Parquet file"),
        (("out.parquet", "--findings", "lossi"), "no finding 'lossi': did you mean lossy?"),
        (("out.parquet", "--findings", "-lossi"), "no finding 'lossi': did you mean lossy?"),
        (("out.parquet", "-o", "no/where.html"), "cannot write"),
    ],
)
def test_wrong_usage_is_2_and_no_traceback(
    metaprov, table_of, tmp_path, monkeypatch, arguments, message
):
    table_of({})
    (tmp_path / "text.parquet").write_text("a,b\n1,2\n")
    monkeypatch.chdir(tmp_path)

    completed = metaprov("report", *arguments)

    assert completed.returncode == 2
    assert message in completed.stderr
    assert "Traceback" not in completed.stderr
    assert not list(tmp_path.glob("*.html"))


def test_without_its_extra_it_says_what_to_install(table_of, monkeypatch, capsys):
    import typer

    from metaprov_table.commands import report

    monkeypatch.setattr(report, "find_spec", lambda name: None if name == "duckdb" else name)
    with pytest.raises(typer.Exit) as ended:
        report.report(table_of({}))

    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == (
        "metaprov: a report needs duckdb, which is not installed; "
        "run: python -m pip install 'metaprov-table[report]'\n"
    )
