"""``metaprov table``: arguments, what is said, and exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress

import pytest
from pyarrow import parquet

from metaprov_table.commands.table_progress import in_words
from metaprov_table.running.summary import Progress

ENDING = "waiting for what is running; Ctrl-C again ends it"
HERE = ("--workers", 0, "--types", "imagePlaneModule")


def test_it_says_what_it_has_written(metaprov_table, scan, tmp_path):
    output = tmp_path / "out.parquet"
    run = metaprov_table(scan, "-o", output, *HERE)
    said = f"{output}: 15 images of 3 volumes in 15 files; 16 files looked at, 1 of them no image\n"
    assert (run.returncode, run.stdout, run.stderr) == (0, said, "")
    as_of_then = (
        f"{output} is up to date as of when it was written: --update looks for what is new\n"
    )
    run = metaprov_table(scan, "-o", output, *HERE)
    assert (run.returncode, run.stdout, run.stderr) == (0, as_of_then + said, "")
    run = metaprov_table(scan, "-o", output, *HERE, "--update")
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{output} is up to date\n{said}", "")
    run = metaprov_table(scan, "-o", output, *HERE, "--json")
    assert json.loads(run.stdout) == {
        "output": str(output),
        "errors": str(tmp_path / "out.errors.parquet"),
        "up_to_date": True,
        "files": 16,
        "of_images": 15,
        "images": 15,
        "volumes": 3,
        "not_dicom": 1,
        "failures": {},
    }


def test_another_plan_is_wrong_usage(metaprov_table, scan, tmp_path):
    output = tmp_path / "out.csv"
    metaprov_table(scan, "-o", output, *HERE)
    run = metaprov_table(scan, "-o", output, *HERE, "--nested")
    assert run.returncode == 2
    assert run.stderr == (
        f"metaprov: {output} is of another plan, with other nested: --fresh begins anew, or choose "
        "another output\n"
    )


def test_a_list_of_files_may_come_from_stdin(metaprov_table, scan, tmp_path):
    listed = sorted(map(str, scan.glob("*/2-*.dcm")))
    run = metaprov_table(
        "-o", tmp_path / "out.parquet", *HERE, "--files-from", "-", stdin="\n".join(listed)
    )
    assert run.returncode == 0, run.stderr
    assert parquet.read_table(tmp_path / "out.parquet")["path"].to_pylist() == listed


def test_a_list_may_have_what_find_prints(metaprov_table, scan, tmp_path):
    listed = sorted(map(str, scan.glob("*/2-*.dcm")))
    ids = "\n".join(f"dicomfile:{path}?frame=1" for path in listed)
    run = metaprov_table("-o", tmp_path / "out.parquet", *HERE, "--files-from", "-", stdin=ids)
    assert run.returncode == 0, run.stderr
    assert parquet.read_table(tmp_path / "out.parquet")["path"].to_pylist() == listed


def test_types_may_be_tags_with_a_comma(metaprov_table, scan, tmp_path):
    output = tmp_path / "out.parquet"
    types = "(0010,0020), Manufacturer,0008,0060,(0019,101A)"
    run = metaprov_table(scan, "-o", output, "--workers", 0, "--types", types)
    assert run.returncode == 0, run.stderr
    asked = ["00100020", "Manufacturer", "00080060", "0019101A"]
    table = parquet.read_table(output)
    assert table.column_names[-4:] == asked
    row = table.select(asked).slice(0, 1).to_pylist()
    assert row == [dict(zip(asked, ["7", "Maker", "CT", None], strict=True))]


@pytest.mark.parametrize("types", ["", ",", " , "])
def test_no_types_at_all_is_wrong_usage(metaprov_table, scan, tmp_path, types):
    run = metaprov_table(scan, "-o", tmp_path / "out.parquet", "--types", types)
    assert run.returncode == 2
    assert "it names no type" in run.stderr


def test_a_list_of_files_may_be_a_file(metaprov_table, scan, tmp_path):
    (tmp_path / "list").write_text(f"{scan}/left/1-1.dcm\r\n\n{scan}/none.dcm\n")
    run = metaprov_table("-o", tmp_path / "out.parquet", *HERE, "--files-from", tmp_path / "list")
    assert run.returncode == 3
    assert "metaprov: 1 failed (open): see " in run.stderr
    assert run.stdout.endswith(
        ": 1 image of 1 volume in 1 file; 2 files looked at, 0 of them no image\n"
    )
    # What is up to date has failed nevertheless.
    again = metaprov_table("-o", tmp_path / "out.parquet", *HERE, "--files-from", tmp_path / "list")
    assert (again.returncode, again.stdout.splitlines()[-1]) == (3, run.stdout.strip())


def test_a_source_that_is_not_there_does_not_stop_the_others(metaprov_table, scan, tmp_path):
    output = tmp_path / "out.parquet"
    run = metaprov_table(tmp_path / "gone", scan, "nowhere:1", "-o", output, *HERE)
    failed = f"metaprov: 2 failed (open): see {tmp_path}/out.errors.parquet\n"
    assert (run.returncode, run.stderr) == (3, failed)
    assert run.stdout.startswith(
        f"{output}: 15 images of 3 volumes in 15 files; 18 files looked at"
    )
    # When it is there, the plan is the same.
    scan.rename(tmp_path / "gone")
    run = metaprov_table(tmp_path / "gone", scan, "nowhere:1", "-o", output, *HERE, "--update")
    assert (run.returncode, run.stderr) == (3, failed)
    assert parquet.read_table(output)["path"][0].as_py().startswith(str(tmp_path / "gone"))


def test_a_glob_that_leaves_out_nothing_is_warned_of(metaprov_table, scan, tmp_path):
    exclude = ("--exclude", "left/", "--exclude", scan / "README", "--exclude", "phantoms/")
    run = metaprov_table(scan, "-o", tmp_path / "out.parquet", *HERE, *exclude)
    said = "metaprov: warning: nothing is left out by 'phantoms/'\n"
    assert (run.returncode, run.stderr) == (0, said)
    assert "6 images of 3 volumes in 6 files" in run.stdout


@pytest.mark.parametrize(
    "engine", [("--workers", 0), ("--workers", 2), ("--workers", 1, "--engine", "dask")]
)
def test_warnings_are_told_as_by_every_command(metaprov_table, scan, tmp_path, engine):
    if "dask" in engine:
        pytest.importorskip("distributed")
    for path in scan.glob("*/1-*.dcm"):
        explicit, implicit = b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0"
        path.write_bytes(path.read_bytes().replace(explicit, implicit))
    output = tmp_path / "out.parquet"
    run = metaprov_table(scan, "-o", output, "--types", "PatientName", "--batch", 1, *engine)
    found = "Expected implicit VR, but found explicit VR - using explicit VR for reading"
    said = f"metaprov: warning: {found}"
    assert run.returncode == 0, run.stderr
    assert set(run.stderr.splitlines()) == {said}
    if engine != ("--workers", 0):
        assert run.stderr.count(said) == 1


@pytest.mark.parametrize("workers", [0, 1])
def test_names_that_are_no_text_are_nothing_special(
    metaprov_table, slice_at, tables, tmp_path, workers
):
    folder = tmp_path / "\udcfe"
    for number in (1, 2):
        slice_at(tmp_path / "1.dcm", number).rename(tmp_path / f"{number}\udcff.dcm")
    folder.mkdir()
    (tmp_path / "2\udcff.dcm").rename(folder / "2.dcm")
    output = tmp_path / "out.parquet"
    options = ("--workers", workers, "--types", "InstanceNumber", "-o", output)
    given = (folder, "--files-from", tmp_path / "list", "--exclude", "\udcfd")
    (tmp_path / "list").write_bytes(os.fsencode(tmp_path / "1\udcff.dcm"))
    run = metaprov_table(*given, *options)
    assert run.returncode == 0, run.stderr
    images, volumes, errors = tables(output)
    assert images.select(["InstanceNumber", "slice"]).to_pylist() == [
        {"InstanceNumber": 2, "slice": 1},
        {"InstanceNumber": 1, "slice": 0},
    ]
    assert (volumes.num_rows, errors.num_rows) == (1, 0)
    run = metaprov_table(*given, *options, "--update")
    assert run.stdout.startswith(f"{output} is up to date\n"), run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "there is neither a source nor --files-from"),
        (["SCAN", "--types", "imagePlaneModul"], "did you mean imagePlaneModule?"),
        (["SCAN", "--types", "instance"], "instance is no column: "),
        (["SCAN", "--scheduler", "tcp://here:1"], "--scheduler"),
        (["SCAN", "--workers", "-1"], "--workers"),
        (["SCAN", "--files-from", "no such list"], "cannot read no such list"),
        (["no such folder"], "no such folder"),
    ],
)
def test_wrong_usage_is_told_before_a_file_is_read(
    metaprov_table, scan, tmp_path, gate, arguments, said
):
    arguments = [str(scan) if each == "SCAN" else each for each in arguments]
    run = metaprov_table(*arguments, "-o", tmp_path / "out.parquet")
    assert run.returncode == 2
    assert said in " ".join(run.stderr.replace("│", " ").split())
    assert "Traceback" not in run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gate", "scan"]


def test_nothing_found_is_1_and_nothing_readable_2(metaprov_table, scan, slice_at, tmp_path):
    (tmp_path / "empty").mkdir()
    run = metaprov_table(tmp_path / "empty", "-o", tmp_path / "empty.csv", *HERE)
    assert run.returncode == 1
    cut = slice_at(tmp_path / "cut" / "1.dcm")
    cut.write_bytes(cut.read_bytes()[:200])
    run = metaprov_table(tmp_path / "cut", "-o", tmp_path / "cut.csv", *HERE)
    assert run.returncode == 2
    assert "1 failed (read)" in run.stderr
    run = metaprov_table(tmp_path / "cut", scan, "-o", tmp_path / "both.csv", *HERE)
    assert run.returncode == 3


def test_a_terminal_shows_how_far_it_is(metaprov_table, scan, slice_at, gate, tmp_path):
    pty = pytest.importorskip("pty")
    slice_at(scan / "wait.dcm", SeriesInstanceUID="1.2.3.9", SOPInstanceUID="1.2.3.9.1")
    terminal, its_end = pty.openpty()
    options = ("--workers", 1, "--batch", 3, "--types", "gate")
    process = subprocess.Popen(
        [*metaprov_table.program, scan, "-o", tmp_path / "out.csv", *map(str, options)],
        env={**metaprov_table.environment, "TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.DEVNULL,
        stderr=its_end,
    )
    os.close(its_end)
    said = b""
    while b" of 17 files, " not in said:
        said += os.read(terminal, 65536)
    gate.open()
    with suppress(OSError):  # how a terminal ends
        while os.read(terminal, 65536):
            pass
    os.close(terminal)
    assert process.wait() == 0


@pytest.mark.parametrize(
    ("progress", "total", "said"),
    [
        (Progress(found=4000), None, "0 of 4,000 or more files, 0 files/s"),
        (Progress(found=4000, done=1000), None, "1,000 of 4,000 or more files, 100 files/s"),
        (
            Progress(found=4000, done=1000, known=1000),
            9000,
            "1,000 of 8,000 files, 100 files/s, 0:01:10 left",
        ),
        (
            Progress(found=4000, done=2000, is_all=True, failed=3, is_ending=True),
            None,
            "2,000 of 4,000 files, 200 files/s, 0:00:10 left, 3 failures, " + ENDING,
        ),
    ],
)
def test_progress_is_files_speed_time_and_failures(progress, total, said):
    assert in_words(progress, 10, total) == said
