"""Dask: the same rows, by machines that can do the work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

pytest.importorskip("distributed")

TYPES = "imagePlaneModule,Manufacturer,gate,seriesGate"
OPTIONS = ("--types", TYPES, "--batch", 3)
DASK = ("--engine", "dask", "--workers", 2)

#: A cluster in a process of its own, that ends when nothing is left to be read.
SCHEDULER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=0, dashboard_address=None, protocol="tcp://") as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""
#: A worker that has no metaprov-table.
WORKER = """
import asyncio, sys
sys.modules["metaprov_table"] = None
from distributed import Worker

async def work():
    async with Worker(sys.argv[1], dashboard_address=None) as worker:
        print(worker.address, flush=True)
        await worker.finished()

if __name__ == "__main__":
    asyncio.run(work())
"""
#: A worker that comes later than the silence that ends a run.
LATE_WORKER = """
import asyncio, sys
from time import sleep
from distributed import Worker

async def work():
    async with Worker(sys.argv[1], dashboard_address=None) as worker:
        await worker.finished()

if __name__ == "__main__":
    sleep(5)
    asyncio.run(work())
"""


def test_rows_are_the_same_even_if_a_worker_is_killed(metaprov_table, scan, gate, tmp_path, tables):
    (scan / "left" / "1-2.dcm").rename(scan / "left" / "wait-1-2.dcm")
    run = metaprov_table.start(scan, "-o", tmp_path / "out.parquet", *OPTIONS, *DASK)
    (worker,) = gate.waiting()
    os.kill(worker, signal.SIGKILL)
    gate.waiting(2)
    gate.open()
    _, said = run.communicate()
    assert run.returncode == 0, said
    run = metaprov_table(scan, "-o", tmp_path / "here.parquet", *OPTIONS, "--workers", 0)
    assert run.returncode == 0, run.stderr
    assert tables(tmp_path / "out.parquet") == tables(tmp_path / "here.parquet")


def test_ctrl_c_lets_what_is_running_finish(metaprov_table, scan, gate, tmp_path):
    (scan / "left" / "1-2.dcm").rename(scan / "left" / "wait-1-2.dcm")
    run = metaprov_table.start(scan, "-o", tmp_path / "out.parquet", *OPTIONS, *DASK)
    gate.waiting()
    os.killpg(run.pid, signal.SIGINT)
    gate.open()
    _, said = run.communicate()
    assert run.returncode == 130
    assert said.splitlines()[-1] == "metaprov: interrupted"
    assert "Traceback" not in said
    gate.forget()
    again = metaprov_table(scan, "-o", tmp_path / "out.parquet", *OPTIONS, "--workers", 0)
    assert again.returncode == 0, again.stderr
    assert "wait-1-2.dcm" not in gate.asked()


def test_a_file_that_ends_its_worker_is_a_row_of_the_errors(
    metaprov_table, scan, slice_at, tmp_path, tables
):
    slice_at(scan / "left" / "poison.dcm", SeriesInstanceUID="1.2.9", SOPInstanceUID="1.2.9.1")
    # Or else each task takes four of them with it, and each is to be started anew.
    metaprov_table.environment["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "0"
    run = metaprov_table(
        scan / "left", "-o", tmp_path / "out.parquet", *OPTIONS, *DASK, "--batch", 2
    )
    assert run.returncode == 3, run.stderr
    images, _, errors = tables(tmp_path / "out.parquet")
    assert images.num_rows == 9
    crashed = [row["path"] for row in errors.to_pylist() if row["stage"] == "crash"]
    assert crashed == [str(scan / "left" / "poison.dcm")]


@pytest.fixture
def started():
    """Programs in processes of their own, with the first line that each prints."""
    running = []

    def start(program, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process.stdout.readline().strip()

    yield start
    for process in reversed(running):
        process.kill()
        process.communicate()


def test_a_worker_without_the_package_is_named_before_anything_is_asked(
    metaprov_table, scan, gate, tmp_path, started
):
    scheduler = started(SCHEDULER)
    worker = started(WORKER, scheduler)
    run = metaprov_table(
        scan, "-o", tmp_path / "out.parquet", *OPTIONS, *DASK, "--scheduler", scheduler
    )
    assert run.returncode == 2
    assert f"metaprov: Dask workers cannot do this: {worker}: " in run.stderr
    assert "cannot import metaprov_table 0.1.0" in run.stderr
    assert "Traceback" not in run.stderr
    assert gate.asked() == []
    assert not (tmp_path / "out.parquet.parts").exists()


def test_a_scheduler_that_is_not_there_is_told(metaprov_table, scan, tmp_path):
    address = ("--scheduler", "tcp://127.0.0.1:9")
    run = metaprov_table(scan, "-o", tmp_path / "out.parquet", *OPTIONS, *DASK, *address)
    assert run.returncode == 2
    assert "metaprov: no Dask scheduler at tcp://127.0.0.1:9" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_cluster_without_a_worker_left_ends_the_run(
    metaprov_table, scan, gate, tmp_path, started
):
    (scan / "left" / "1-2.dcm").rename(scan / "left" / "wait-1-2.dcm")
    output = tmp_path / "out.parquet"
    run = metaprov_table.start(scan, "-o", output, *OPTIONS, "--workers", 0)
    gate.waiting()
    run.kill()
    run.communicate()
    kept = sorted((tmp_path / "out.parquet.parts").iterdir())
    gate.forget()
    scheduler = started(SCHEDULER)
    # The rest in one task: no result is lost with the worker, of which Dask would say something.
    one_task = ("--types", TYPES, "--batch", 1000)
    options = (*one_task, "--engine", "dask", "--scheduler", scheduler)
    run = metaprov_table.start(scan, "-o", output, *options, "--patience", 0.5)
    # That the first one is late is no silence.
    command = [sys.executable, "-c", LATE_WORKER, scheduler]
    with subprocess.Popen(command, env=metaprov_table.environment) as worker:
        gate.waiting()
        worker.kill()
    _, said = run.communicate()
    assert run.returncode == 2
    assert said == (
        f"metaprov: the Dask cluster at {scheduler} has lost all of its workers, and has had none "
        "for 0.5 s; what is finished is kept, and the same command goes on from there once there "
        "are others\n"
    )
    assert any(path.name.startswith("part-") for path in kept)
    assert sorted((tmp_path / "out.parquet.parts").iterdir()) == kept
    gate.open()
    assert metaprov_table(scan, "-o", output, *OPTIONS).returncode == 0
