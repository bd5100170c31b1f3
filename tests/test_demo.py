"""What the other packages say of the images of ``metaprov demo`` is what they were made of."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

METAPROV = Path(sys.executable).with_name("metaprov")
#: An extra of metaprov-table.
HAS_REPORT = all(map(find_spec, ("duckdb", "matplotlib", "jinja2")))


def run(*command: object, cwd: Path) -> str:
    ran = subprocess.run(
        [METAPROV, *map(str, command)], capture_output=True, text=True, check=False, cwd=cwd
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder, run("demo", cwd=folder)


def test_the_factor_to_SUV_is_the_one_that_was_made(shown):
    import metaprov_core
    from metaprov_scaling import SCALING

    answer = metaprov_core.require(SCALING, str(shown[0] / "metaprov-demo" / "pet" / "1.dcm"))
    assert answer.suvbw == pytest.approx(70_000 / (370e6 / 2), rel=1e-12)
    # Nobody looked whether the series has images elsewhere.
    assert {note.code for note in answer.notes} == {"seriesOfFolder"}


def test_the_arrays_are_in_HU_and_SUV(shown):
    pytest.importorskip("numpy")
    import metaprov_volume

    ct = metaprov_volume.read(shown[0] / "metaprov-demo" / "ct").array
    pet = metaprov_volume.read(shown[0] / "metaprov-demo" / "pet", values="suvbw").array
    assert (ct.min(), ct.max()) == (-1000, 800)
    assert pet.max() == pytest.approx(4, rel=1e-6)


def test_every_command_that_is_shown_works(shown):
    folder, text = shown
    commands = re.findall(r"^  metaprov (.*?)(?:  |$)", text, re.MULTILINE)
    assert len(commands) == 9
    for command in commands:
        # The server does not end, and needs a browser.
        if not command.startswith("serve ") and (HAS_REPORT or not command.startswith("report ")):
            run(*shlex.split(command), cwd=folder)


def test_nothing_is_wrong_with_them(shown):
    folder, _ = shown
    run("table", "metaprov-demo", "-o", "all.parquet", cwd=folder)
    if HAS_REPORT:
        assert "0 of " in run("report", "all.parquet", "--fail-on", "info", cwd=folder)
    run("suv", "metaprov-demo", "--fail-on", "info", cwd=folder)
    run("volumes", "metaprov-demo", "--fail-on", "info", cwd=folder)
