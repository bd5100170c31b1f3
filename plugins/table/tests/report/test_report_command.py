"""``metaprov report``: a page, all cases beside the table, and what programs learn."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize(
    ("page", "cases"),
    [
        ("page.html", "page.findings.parquet"),
        ("site 1.2.html", "site 1.2.findings.parquet"),
        ("page.report.html", "page.findings.parquet"),
        ("page", "page.findings.parquet"),
    ],
)
def test_the_page_may_be_elsewhere_and_the_cases_are_beside_it(
    metaprov, seeded, tmp_path, page, cases
):
    before = sorted(seeded.parent.iterdir())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    completed = metaprov("report", seeded, "-o", elsewhere / page, "--findings", "lossy,-derived")

    assert (completed.returncode, completed.stderr) == (0, "")
    assert completed.stdout.endswith(f"{elsewhere / page}: 1 of 1 finding has cases\n")
    assert sorted(each.name for each in elsewhere.iterdir()) == sorted([page, cases])
    html = (elsewhere / page).read_text("utf-8")
    assert "compressed with loss" in html
    assert f"All cases are in {cases}." in html
    assert pq.read_table(elsewhere / cases)["finding"].to_pylist() == ["lossy"]
    assert sorted(seeded.parent.iterdir()) == sorted([*before, elsewhere])


def test_a_page_that_goes_to_a_device_has_its_cases_beside_the_table(metaprov, table_of):
    table = table_of({"BurnedInAnnotation": "YES"})

    completed = metaprov("report", table, "-o", os.devnull, "--findings", "burnedInAnnotation")

    assert (completed.returncode, completed.stderr) == (0, "")
    assert table.with_name("out.findings.parquet").exists()


def test_the_cases_are_not_written_over_the_table(metaprov, table_of, tmp_path):
    table = table_of({}).rename(tmp_path / "x.findings.parquet")
    before = table.read_bytes()

    completed = metaprov("report", table, "-o", tmp_path / "x.html")

    assert completed.returncode == 2
    assert "is a file of the table: choose another name" in completed.stderr
    assert table.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [table]


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
        f"metaprov: cannot write {seeded.with_name('out.findings.parquet')}: Is a directory; "
        "--output names another place\n"
    )
    assert not seeded.with_name("out.report.html").exists()


def test_json_has_all_cases_and_names_nobody(metaprov, seeded):
    completed = metaprov("report", seeded, "--json")

    answer = json.loads(completed.stdout)
    assert answer["counts"]["files"] == 148
    assert [each["name"] for each in answer["findings"]] == [each.name for each in FINDINGS]
    (truncated,) = (each for each in answer["findings"] if each["name"] == "truncated")
    assert truncated["count"] == len(truncated["cases"]) == 1
    assert set(truncated["cases"][0]) == {"modality", "instance", "study", "series", "detail"}
    assert (truncated["severity"], truncated["notRun"]) == ("error", None)
    assert truncated["failed"] is None
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


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_what_is_not_run_is_said_and_is_no_failure(metaprov, table_of, options):
    asked = ("--findings", "lossy, seriesOfSeveralStudies ,grouped", "--fail-on", "warning")

    completed = metaprov("report", table_of({}), *asked, *options)

    assert completed.returncode == 0
    assert completed.stderr.splitlines() == [
        (
            "metaprov: not run, for what the table lacks: grouped, lossy (it needs --types "
            "generalImageModule,transferSyntax, too; there is no whole table of volumes beside it)"
        ),
        "metaprov: warning: --fail-on warning knows nothing of lossy",
    ]
    if not options:
        assert completed.stdout.endswith(
            "out.report.html: 0 of 1 finding have cases; 2 of 3 did not run\n"
        )


#: A package whose findings are one of a query, for --findings "theirs".
THEIRS = """
from metaprov_table.checking import Finding, Severity

FINDINGS = [
    Finding(
        name="theirs",
        severity=Severity.WARNING,
        level="series",
        sentence="Theirs.",
        source="-",
        query={query!r},
    )
]
"""


@pytest.mark.parametrize(("fail_on", "status"), [((), 3), (("--fail-on", "warning"), 4)])
def test_a_finding_that_fails_is_told_and_hides_no_other(
    metaprov, install, table_of, fail_on, status
):
    site = install("their_findings", THEIRS.format(query="SELEKT 1"))
    table = table_of({"BurnedInAnnotation": "YES"})
    asked = ("--findings", "theirs,burnedInAnnotation", *fail_on)

    completed = metaprov("report", table, *asked, PYTHONPATH=str(site))

    assert completed.returncode == status
    assert "metaprov: warning: the query of theirs fails: Parser Error" in completed.stderr
    assert "Traceback" not in completed.stderr
    assert completed.stdout.endswith("1 of 1 finding has cases; 1 of 2 did not run\n")
    assert "failed: Parser Error: syntax error" in table.with_name("out.report.html").read_text()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="it tells by a pipe that a query runs")
@pytest.mark.parametrize("options", [(), ("--json", "-o", "out.json")])
def test_ctrl_c_in_the_middle_of_a_query_is_130(install, table_of, tmp_path, options):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    endless = f"""
        SELECT count(*) AS detail FROM read_text('{pipe}') AS text, range(1000000000000) AS number
        WHERE number.range % 7 = length(text.content)
    """
    site = install("endless_findings", THEIRS.format(query=endless))
    before = sorted(table_of({}).parent.iterdir())
    run = subprocess.Popen(
        [Path(sys.executable).with_name("metaprov"), *("report", "out.parquet"), *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    # It opens as soon as the query reads it.
    pipe.open("w").close()
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=120)

    assert (run.returncode, said) == (130, "metaprov: interrupted\n")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.parquet",), "cannot read none.parquet: No such file or directory"),
        (("text.parquet",), "cannot read text.parquet: it is no Parquet file"),
        (("out.parquet", "--findings", "lossi"), "no finding 'lossi': did you mean lossy?"),
        (("out.parquet", "--findings", "-lossi"), "no finding 'lossi': did you mean lossy?"),
        (("out.parquet", "--findings", " a , lossy"), "no finding 'a': "),
        (("out.parquet", "--findings", " ,"), "it names no finding"),
        (("out.parquet", "-o", "no/where.html"), "cannot write"),
        (("out.errors.parquet",), "has the errors of out.parquet, which is the table"),
    ],
)
def test_wrong_usage_is_2_and_no_traceback(
    metaprov, table_of, tmp_path, monkeypatch, arguments, message
):
    errors = [{"path": "/made/1", "image": None, "stage": "read", "reason": "-"}]
    table_of({}, errors=errors)
    (tmp_path / "text.parquet").write_text("a,b\n1,2\n")
    monkeypatch.chdir(tmp_path)

    completed = metaprov("report", *arguments)

    assert completed.returncode == 2
    assert message in completed.stderr
    assert "Traceback" not in completed.stderr
    assert not list(tmp_path.glob("*.html"))


def test_its_help_says_what_is_written_where(metaprov):
    said = " ".join(metaprov("report", "--help", COLUMNS="1000").stdout.split())

    assert "The page, or what --json prints; without it, the page is out.report.html" in said
    assert "instead of the terminal" not in said


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
