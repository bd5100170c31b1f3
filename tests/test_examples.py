"""The example plugins, each installed as a user would, pass their own tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
PACKAGES = sorted(path.parent.name for path in EXAMPLES.glob("*/pyproject.toml"))
TESTED = [name for name in PACKAGES if (EXAMPLES / name / "tests").is_dir()]


def run(*arguments, **options):
    completed = subprocess.run(
        [sys.executable, "-m", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **options,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


def test_three_examples_have_tests_of_their_own():
    assert {"calibration", "hospital-csv", "sqlite"} <= set(TESTED)


@pytest.mark.parametrize("name", TESTED)
def test_an_example_passes_its_tests_once_it_is_installed(name, tmp_path):
    if "metaprov-dicom" in _dependencies(name):
        pytest.importorskip("metaprov_dicom")
    pip = ("pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    run(*pip, "--target", tmp_path, EXAMPLES / name)

    said = run(
        "pytest",
        "-p",
        "no:cacheprovider",
        cwd=EXAMPLES / name,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )

    assert re.search(r"\d{2,} passed", said)


@pytest.mark.parametrize("name", PACKAGES)
def test_an_example_uses_only_what_is_public(name):
    public = {"metaprov_core", "metaprov_core.testing"}
    public |= {"metaprov_dicom", "metaprov_modules", "metaprov_scaling"}
    imports = re.compile(
        r"^\s*(?:from|import) (metaprov_(?:core|dicom|modules|scaling)\S*)", re.MULTILINE
    )
    sources = [path for path in (EXAMPLES / name).rglob("*.py") if "tests" not in path.parts]
    used = {module for path in sources for module in imports.findall(path.read_text())}

    assert used <= public


@pytest.mark.parametrize("name", TESTED)
def test_an_example_is_fully_typed(name, tmp_path):
    pytest.importorskip("mypy")

    run("mypy", "--cache-dir", tmp_path, cwd=EXAMPLES / name)


@pytest.mark.parametrize("name", TESTED)
def test_every_file_that_the_readme_of_an_example_links_to_exists(name):
    page = EXAMPLES / name / "README.md"
    links = re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text())

    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []


def _dependencies(name):
    return tomllib.loads((EXAMPLES / name / "pyproject.toml").read_text())["project"][
        "dependencies"
    ]
