"""The README, followed line by line."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
FLAGS = re.MULTILINE | re.DOTALL
FILE_BLOCK = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", FLAGS)
SESSION_BLOCK = re.compile(r"^```pycon\n(.*?)^```$", FLAGS)


@pytest.fixture
def package(tmp_path):
    """The files that the README tells to write."""
    for name, text in FILE_BLOCK.findall(README.read_text()):
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_three_questions_have_the_answers_that_it_shows(package):
    for name in ("metaprov_dicom", "metaprov_scaling", "metaprov_volume.reading"):
        pytest.importorskip(name)
    shown = re.search(r"^\$ python three_questions\.py\n(.*?)^```$", README.read_text(), FLAGS)[1]

    for command in (("-m", "metaprov_core", "demo", "scans"), ("three_questions.py",)):
        said = subprocess.run(
            [sys.executable, *command],
            cwd=package,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert said.returncode == 0, said.stderr

    assert said.stdout == shown


def test_the_provider_is_no_more_than_12_lines(package):
    source = (package / "pet_scaling.py").read_text()

    assert len(source.strip().splitlines()) <= 12


def test_the_session_of_the_how_to_prints_what_it_shows(package, monkeypatch):
    monkeypatch.syspath_prepend(package)
    [session] = SESSION_BLOCK.findall(README.read_text())
    import metaprov_core

    # Other sessions use the same image id.
    metaprov_core.clear()
    examples = doctest.DocTestParser().get_doctest(session, {}, "how-to", str(README), 0)
    results = doctest.DocTestRunner().run(examples)
    metaprov_core.unregister("pet_scaling")
    # Another test has a module of this name.
    del sys.modules["pet_scaling"]

    assert results.attempted == 5
    assert results.failed == 0


@pytest.fixture
def run(package, tmp_path):
    """Run a program where the package of the how-to is installed, beside all others."""
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [*pip, "--no-build-isolation", "--target", target, package], check=True, timeout=120
    )

    def run(program, **environment):
        completed = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(target), **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert completed.returncode == 0, completed.stderr
        return completed.stdout

    return run


@pytest.mark.parametrize("environment", [{}, {"METAPROV_ONLY": "pet-scaling"}])
def test_the_package_of_the_how_to_is_asked_once_it_is_installed(run, environment):
    program = """if True:
        import metaprov_core
        assert "pet_scaling" not in __import__("sys").modules
        metaprov_core.load_plugins()
        import pet_scaling
        pet_scaling.add("scheme://imageId", {"suvbw": 0.0004})
        print(metaprov_core.get("scalingModule", "scheme://imageId"))
        """

    assert run(program, **environment) == "{'suvbw': 0.0004}\n"


@pytest.mark.parametrize("order", ["", "suv"])
def test_the_package_of_the_how_to_is_heard_before_factors_are_computed(
    run, order, tmp_path, monkeypatch
):
    pytest.importorskip("numpy")
    for name in ("metaprov_dicom", "metaprov_scaling"):
        pytest.importorskip(name)
    monkeypatch.syspath_prepend(README.parent / "examples")
    import pet_series

    first, second, *_ = pet_series.write_series(tmp_path / "pet")
    program = f"""if True:
        import metaprov_core, pet_scaling
        pet_scaling.add({str(first)!r}, {{"suvbw": 0.5}})
        print(metaprov_core.get("scalingModule", {str(first)!r})["suvbw"])
        print(metaprov_core.get("scalingModule", {str(second)!r}).suvbw < 0.001)
        """

    assert run(program, METAPROV_ORDER=order) == "0.5\nTrue\n"


def test_every_file_that_it_links_to_exists():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README.read_text())

    assert [link for link in links if not (README.parent / link).exists()] == []
