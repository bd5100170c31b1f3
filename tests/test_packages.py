"""The packages of this repository: the one name to install, and what each brings."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECTS = {
    project["name"]: project
    for place in ("", "*/", "plugins/*/")
    for path in ROOT.glob(f"{place}pyproject.toml")
    if (project := tomllib.loads(path.read_text())["project"])
}


def ours(requirements: list[str]) -> set[str]:
    """The packages of this repository among some requirements, with their extras."""
    return {each.partition(">=")[0] for each in requirements if each.startswith("metaprov")}


@pytest.fixture(scope="module")
def metaprov(tmp_path_factory: pytest.TempPathFactory) -> PathDistribution:
    """The distribution `metaprov`, built and installed."""
    target = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-index", "--no-build-isolation", "--no-deps", "--target", str(target)]
    subprocess.run([*install, *offline, str(ROOT / "metaprov")], check=True)
    return PathDistribution(next(target.glob("metaprov-*.dist-info")))


def test_metaprov_has_no_code(metaprov: PathDistribution) -> None:
    folders = {path.parts[0] for path in metaprov.files or ()}
    assert folders == {f"metaprov-{PROJECTS['metaprov']['version']}.dist-info"}


def test_metaprov_brings_what_most_people_need(metaprov: PathDistribution) -> None:
    always = [each for each in metaprov.requires or () if "extra ==" not in each]
    assert ours(always) == {
        "metaprov-core[cli]", "metaprov-modules", "metaprov-dicom", "metaprov-scaling",
    }  # fmt: skip


def test_metaprov_can_bring_every_package_of_the_repository() -> None:
    project = PROJECTS["metaprov"]
    extras = project["optional-dependencies"]
    (everything,) = extras["all"]
    named = set(everything.removeprefix("metaprov[").removesuffix("]").split(","))
    brought = ours(project["dependencies"]).union(*(ours(extras[name]) for name in named))

    assert named == extras.keys() - {"all"}
    assert {name.partition("[")[0] for name in brought} == PROJECTS.keys() - {"metaprov"}


def test_the_core_and_the_vocabulary_need_little() -> None:
    def names(project: str) -> list[str]:
        return [each.partition(">=")[0] for each in PROJECTS[project]["dependencies"]]

    assert names("metaprov-core") == ["pluggy", "importlib-metadata"]
    assert names("metaprov-modules") == ["msgspec"]
