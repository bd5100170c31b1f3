"""Distributions on disk, made of their files, that a host discovers."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from textwrap import dedent
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from metaprov_core import Host, hookimpl
from metaprov_core.cache import load

if TYPE_CHECKING:
    from pathlib import Path

GROUP = "metaprov.providers"


class Site:
    """A folder on sys.path, and the distributions that are installed there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.distributions: list[str] = []

    def install(
        self,
        distribution: str,
        source: str = "",
        *,
        version: str = "1.0",
        entry_points: Mapping[str, str] | str | bytes | None = None,
    ) -> None:
        """Install a distribution of one module, called as it is, and by default its entry point."""
        module = distribution.replace("-", "_").replace(".", "_").lower()
        metadata = self.folder / f"{module}-{version}.dist-info"
        if entry_points is None:
            entry_points = {distribution: module}
        if isinstance(entry_points, Mapping):
            lines = (f"{name} = {value}" for name, value in entry_points.items())
            entry_points = "\n".join([f"[{GROUP}]", *lines, ""])
        if isinstance(entry_points, str):
            entry_points = entry_points.encode()
        header = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        record = f"{module}.py,,\n{metadata.name}/METADATA,,\n{metadata.name}/entry_points.txt,,\n"
        metadata.mkdir(exist_ok=True)
        (metadata / "METADATA").write_text(header)
        (metadata / "RECORD").write_text(record)
        (metadata / "entry_points.txt").write_bytes(entry_points)
        self.write(module, source)
        if distribution not in self.distributions:
            self.distributions.append(distribution)

    def write(self, module: str, source: str) -> None:
        """Write a module that belongs to no distribution, or another text of one that does."""
        (self.folder / f"{module}.py").write_text(dedent(source))
        importlib.invalidate_caches()

    def uninstall(self, distribution: str) -> None:
        """Take away a distribution's metadata."""
        for metadata in self.folder.glob(f"{distribution.replace('-', '_')}-*.dist-info"):
            shutil.rmtree(metadata)
        self.distributions.remove(distribution)
        importlib.invalidate_caches()

    def host(self, **options) -> Host:
        """A host that discovers these distributions, and no others that may be installed."""
        return Host(discover=True, **{"only": self.distributions, **options})

    def run(self, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program in a fresh process that has these distributions."""
        variables = {"METAPROV_ONLY": ",".join(self.distributions), **environment}
        completed = subprocess.run(
            [sys.executable, "-c", dedent(program)],
            env={**os.environ, "PYTHONPATH": str(self.folder), **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if completed.returncode:
            pytest.fail(completed.stderr)
        return completed

    def forget_modules(self) -> None:
        """Take what was imported from the folder out of sys.modules."""
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(str(self.folder)):
                del sys.modules[name]


@pytest.fixture(autouse=True)
def _no_options_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("METAPROV_")]:
        monkeypatch.delenv(variable)


@pytest.fixture
def make_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Site]]:
    """Make a folder with distributions; the last one made comes first on sys.path."""
    sites = []
    # A module may be rewritten within the second that bytecode is dated by.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def make(name: str) -> Site:
        site = Site(tmp_path / name)
        sites.append(site)
        monkeypatch.syspath_prepend(site.folder)
        return site

    yield make
    for site in sites:
        site.forget_modules()


@pytest.fixture
def site(make_site: Callable[[str], Site]) -> Site:
    """A folder with distributions, on sys.path."""
    return make_site("site")


@pytest.fixture
def answering() -> Callable[..., str]:
    """Make the source of a module with one provider, which gives this answer to everything."""

    def source(answer: object, marks: str = "") -> str:
        return dedent(f"""\
            from metaprov_core import hookimpl

            @hookimpl({marks})
            def get_metadata():
                return {answer!r}
            """)

    return source


@pytest.fixture
def make_provider() -> Callable[..., object]:
    """Make a plugin with one provider, which gives this answer to everything it serves."""

    def make(answer: object = None, **marks) -> object:
        class Provider:
            @hookimpl(**marks)
            def get_metadata(self):
                return answer

        return Provider()

    return make


@pytest.fixture
def in_thread() -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Runs a function in a thread, and returns what waits for its outcome: ten seconds at most."""

    def start(function: Callable[[], object]) -> Callable[[], object]:
        outcomes: list[tuple[object, BaseException | None]] = []

        def run() -> None:
            try:
                outcomes.append((function(), None))
            except BaseException as error:
                outcomes.append((None, error))

        thread = Thread(target=run, daemon=True)
        thread.start()

        def outcome() -> object:
            thread.join(10)
            assert outcomes, "the thread does not end"
            ((answer, error),) = outcomes
            if error is not None:
                raise error
            return answer

        return outcome

    return start


@pytest.fixture
def until_waiting() -> Callable[[int], None]:
    """Lets other threads run until so many of them wait for the load of another."""

    def wait(count: int) -> None:
        pause = Event()
        for _ in range(1000):
            if len(load._waiting) == count:
                return
            pause.wait(0.01)
        raise AssertionError(f"{len(load._waiting)} threads wait, not {count}")

    return wait


@pytest.fixture
def command(site: Site) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run the command with the distributions of the site, and no others; its output is bytes."""

    def run(
        *arguments: object, input: bytes = b"", **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "metaprov_core", *map(os.fsencode, map(str, arguments))],
            env={
                **os.environ,
                "PYTHONPATH": str(site.folder),
                "METAPROV_ONLY": ",".join(site.distributions),
                **environment,
            },
            input=input,
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run
