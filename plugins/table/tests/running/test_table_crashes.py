"""What ends a run, and what is there then: nothing is lost, and nothing is half."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from filelock import FileLock

from metaprov_table.running.kept.parts import IMAGES, Parts

# Of POSIX, as the signals are.
resource = pytest.importorskip("resource")

TYPES = "imagePlaneModule,Manufacturer,gate,seriesGate"
#: Several tasks, of three files each, for two processes.
OPTIONS = ("--types", TYPES, "--workers", 2, "--batch", 3)


@pytest.fixture
def expected(metaprov_table, scan, gate, tmp_path, tables):
    """The tables of the folder as one process makes them undisturbed."""
    gate.open()
    run = metaprov_table(scan, "-o", tmp_path / "expected.parquet", *OPTIONS, "--workers", 0)
    assert run.returncode == 0, run.stderr
    gate.forget()
    return tables(tmp_path / "expected.parquet")


def names_in(table):
    return sorted(path.rpartition("/")[2] for path in table["path"].to_pylist())


@pytest.mark.parametrize("name", ["poison-exit.dcm", "poison-segfault.dcm"])
def test_a_file_that_ends_its_process_is_a_row_of_the_errors(
    metaprov_table, scan, expected, slice_at, tmp_path, tables, name
):
    slice_at(scan / "left" / name, SeriesInstanceUID="1.2.3.9", SOPInstanceUID="1.2.3.9.1")
    run = metaprov_table(scan, "-o", tmp_path / "out.parquet", *OPTIONS)
    assert run.returncode == 3
    assert "1 failed (crash)" in run.stderr
    images, volumes, errors = tables(tmp_path / "out.parquet")
    assert images.equals(expected[0])
    assert volumes.equals(expected[1])
    crashed = errors.filter(errors["stage"].to_numpy(zero_copy_only=False) == "crash")
    assert names_in(crashed) == [name]
    assert crashed["size"][0].as_py() == (scan / "left" / name).stat().st_size


def test_a_series_that_ends_its_process_has_no_answer_alone(
    metaprov_table, scan, slice_at, tmp_path, tables
):
    for number in (1, 2):
        slice_at(
            scan / "left" / f"series-poison-{number}.dcm",
            number,
            SeriesInstanceUID="1.2.3.9",
            SOPInstanceUID=f"1.2.3.9.{number}",
        )
    run = metaprov_table(scan, "-o", tmp_path / "out.parquet", *OPTIONS)
    assert run.returncode == 3
    images, _, errors = tables(tmp_path / "out.parquet")
    answers = dict(zip(images["path"].to_pylist(), images["seriesGate"].to_pylist(), strict=True))
    unanswered = [path.rpartition("/")[2] for path, answer in answers.items() if answer is None]
    assert sorted(unanswered) == ["series-poison-1.dcm", "series-poison-2.dcm"]
    assert set(images["gate"].to_pylist()) == {"open"}
    crashed = errors.filter(errors["stage"].to_numpy(zero_copy_only=False) == "crash")
    assert names_in(crashed) == sorted(unanswered)


@pytest.fixture
def waits(scan):
    """The folder with a file at which the process that asks about it waits."""
    (scan / "left" / "1-2.dcm").rename(scan / "left" / "wait-1-2.dcm")


@pytest.mark.usefixtures("waits")
class TestEnded:
    """Runs that something ends while a process waits in the middle of a task."""

    def test_a_worker_that_is_killed(self, metaprov_table, scan, gate, expected, tmp_path, tables):
        run = metaprov_table.start(scan, "-o", tmp_path / "out.parquet", *OPTIONS)
        (worker,) = gate.waiting()
        os.kill(worker, signal.SIGKILL)
        gate.open()
        _, said = run.communicate()
        assert run.returncode == 0, said
        assert tables(tmp_path / "out.parquet") == expected

    def test_the_command_that_is_killed(
        self, metaprov_table, scan, gate, expected, tmp_path, tables, wait_until
    ):
        run = metaprov_table.start(scan, "-o", tmp_path / "out.parquet", *OPTIONS)
        (worker,) = gate.waiting()
        parts = tmp_path / "out.parquet.parts"
        wait_until(lambda: len(list(parts.glob("part-??????"))) >= 3)
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        wait_until(lambda: not is_there(worker))
        assert not (tmp_path / "out.parquet").exists()
        finished = {*gate.asked()} - {"wait-1-2.dcm"}
        assert len(finished) >= 5
        gate.forget()
        gate.open()
        again = metaprov_table(scan, "-o", tmp_path / "out.parquet", *OPTIONS)
        assert again.returncode == 0, again.stderr
        assert len(gate.asked()) <= 16 - 6
        assert tables(tmp_path / "out.parquet") == expected
        assert not parts.exists()

    @pytest.mark.parametrize("workers", [2, 0])
    def test_ctrl_c_lets_what_is_running_finish(
        self, metaprov_table, scan, gate, expected, tmp_path, tables, workers
    ):
        command = (scan, "-o", tmp_path / "out.parquet", *OPTIONS, "--workers", workers)
        run = metaprov_table.start(*command)
        gate.waiting()
        os.killpg(run.pid, signal.SIGINT)
        assert run.poll() is None
        gate.open()
        _, said = run.communicate()
        assert run.returncode == 130
        assert said.splitlines() == [
            "metaprov: what is finished is kept: the same command goes on from there",
            "metaprov: interrupted",
        ]
        assert "wait-1-2.dcm" in gate.asked()
        gate.forget()
        gate.open()
        again = metaprov_table(*command)
        assert again.returncode == 0, again.stderr
        assert "wait-1-2.dcm" not in gate.asked()
        assert tables(tmp_path / "out.parquet") == expected

    def test_a_second_ctrl_c_does_not_wait(
        self, metaprov_table, scan, gate, expected, tmp_path, tables, wait_until
    ):
        command = (scan, "-o", tmp_path / "out.parquet", *OPTIONS)
        run = metaprov_table.start(*command)
        (worker,) = gate.waiting()
        os.killpg(run.pid, signal.SIGINT)
        wait_until(lambda: signal_is_taken(run.pid))
        os.killpg(run.pid, signal.SIGINT)
        _, said = run.communicate()
        assert run.returncode == 130
        assert "Traceback" not in said
        wait_until(lambda: not is_there(worker))
        gate.open()
        assert metaprov_table(*command).returncode == 0
        assert tables(tmp_path / "out.parquet") == expected


@pytest.mark.parametrize("folder", ["left", "right"])
def test_a_command_that_is_killed_while_it_asks_about_series(
    metaprov_table, scan, gate, tmp_path, tables, wait_until, folder
):
    # Of those in the folder before, too, some are not in the same task.
    slowest = next((scan / folder).glob("3-*.dcm"))
    slowest.rename(slowest.with_name(f"series-wait-{slowest.name}"))
    command = (scan, "-o", tmp_path / "out.parquet", *OPTIONS)
    run = metaprov_table.start(*command)
    (worker, *_) = gate.waiting()
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    wait_until(lambda: not is_there(worker))
    gate.open()
    assert metaprov_table(*command).returncode == 0
    undisturbed = metaprov_table(scan, "-o", tmp_path / "expected.parquet", *OPTIONS)
    assert undisturbed.returncode == 0
    assert tables(tmp_path / "out.parquet") == tables(tmp_path / "expected.parquet")


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def signal_is_taken(pid):
    """Whether no Ctrl-C is on its way to a process, as far as Linux tells."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    pending = [line.split()[1] for line in status if line.startswith(("SigPnd", "ShdPnd"))]
    return not any(int(each, 16) & 1 << (signal.SIGINT - 1) for each in pending)


def test_one_run_at_a_time(metaprov_table, scan, tmp_path):
    parts = tmp_path / "out.parquet.parts"
    parts.mkdir()
    with FileLock(parts / "lock"):
        run = metaprov_table(scan, "-o", tmp_path / "out.parquet", *OPTIONS)
    assert run.returncode == 2
    assert run.stderr == (f"metaprov: another run writes to {parts}: wait until it has ended\n")
    assert metaprov_table(scan, "-o", tmp_path / "out.parquet", *OPTIONS).returncode == 0


@pytest.fixture
def without_volumes(scan, slice_at):
    """A folder whose images are in no volume, before those whose images are."""
    for number in (1, 2):
        slice_at(
            scan / "first" / f"4-{number}.dcm",
            number,
            SeriesInstanceUID="1.2.3.4",
            SOPInstanceUID=f"1.2.3.4.{number}",
            ImagePositionPatient=None,
        )


@pytest.mark.parametrize("workers", [2, 0])
@pytest.mark.usefixtures("without_volumes")
def test_a_full_disk_is_told_and_what_is_finished_stays(
    metaprov_table, scan, gate, expected, tmp_path, tables, workers
):
    # Room for the parts of files, and not for those of volumes.
    parts = tmp_path / "out.parquet.parts"
    command = (scan, "-o", tmp_path / "out.parquet", *OPTIONS, "--workers", workers)

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    run = metaprov_table(*command, preexec_fn=little_room)
    assert run.returncode == 2
    assert run.stderr.startswith(f"metaprov: cannot write {parts}/volumes-")
    assert "the same command goes on" in run.stderr
    assert "Traceback" not in run.stderr
    kept = Parts(parts)
    finished = {
        name for number in kept.numbers(IMAGES) for name in names_in(kept.read(IMAGES, number))
    }
    assert workers or finished == {"4-1.dcm", "4-2.dcm"}
    gate.forget()
    assert metaprov_table(*command).returncode == 0
    assert finished.isdisjoint(gate.asked())
    # With what another worker was writing when the run ended.
    assert not parts.exists()
    assert tables(tmp_path / "out.parquet") == expected
