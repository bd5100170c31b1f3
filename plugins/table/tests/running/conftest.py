"""Folders of images, a plugin that ends or stops processes, and the command in a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from pyarrow import parquet

METAPROV = Path(sys.executable).with_name("metaprov")
GATE = Path(__file__).with_name("gate.py")
#: Seconds until something that should have happened is not going to.
PATIENCE = 300


class Gate:
    """What the plugin does, seen from the test."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def open(self) -> None:
        """Let those that wait go on."""
        (self.folder / "go").touch()

    def waiting(self, count: int = 1) -> list[int]:
        """The processes that wait, once there are so many."""
        until(lambda: len(list(self.folder.glob("waiting-*"))) >= count)
        return [int(path.name.partition("-")[2]) for path in self.folder.glob("waiting-*")]

    def asked(self, type: str = "gate") -> list[str]:
        """The names of the files that were asked about, each as often as it was."""
        path = self.folder / f"asked-{type}"
        return sorted(path.read_text().split()) if path.exists() else []

    def forget(self) -> None:
        """Forget what was asked."""
        for path in self.folder.iterdir():
            path.unlink()


class Command:
    """``metaprov table`` with the plugin, in a process group of its own."""

    program = (METAPROV, "table")

    def __init__(self, gate: Gate) -> None:
        self.environment = {
            **{name: each for name, each in os.environ.items() if not name.startswith("METAPROV")},
            "METAPROV_PLUGINS": str(GATE),
            "GATE_FOLDER": str(gate.folder),
        }
        self._running: list[subprocess.Popen[str]] = []

    def start(self, *arguments: object, **options: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*self.program, *map(str, arguments)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **options,
        )
        self._running.append(process)
        return process

    def __call__(
        self, *arguments: object, stdin: str = "", **options: object
    ) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **options)
        stdout, stderr = process.communicate(stdin, timeout=PATIENCE)
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def end_all(self) -> None:
        """Leave no process behind, whatever a test did."""
        for process in self._running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                stream.close()


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path / "gate")


@pytest.fixture
def metaprov_table(gate):
    command = Command(gate)
    yield command
    command.end_all()


@pytest.fixture
def scan(tmp_path, slice_at):
    """Three series, whose files are in two folders, and a file that is no image."""
    for series in (1, 2, 3):
        for number in range(1, 6):
            folder = "left" if number < 4 else "right"
            slice_at(
                tmp_path / "scan" / folder / f"{series}-{number}.dcm",
                number,
                SeriesInstanceUID=f"1.2.3.{series}",
                SOPInstanceUID=f"1.2.3.{series}.{number}",
            )
    (tmp_path / "scan" / "README").write_text("Three series.")
    return tmp_path / "scan"


@pytest.fixture(scope="session")
def tables():
    """The three tables of an output."""

    def read(output):
        names = (".parquet", ".volumes.parquet", ".errors.parquet")
        return [parquet.read_table(output.with_suffix(name)) for name in names]

    return read


@pytest.fixture(scope="session")
def wait_until():
    return until


def until(happened):
    """Wait for something that is going to happen, however long the machine takes."""
    end = monotonic() + PATIENCE
    while not happened():
        assert monotonic() < end, "it has not happened"
        sleep(0.02)
