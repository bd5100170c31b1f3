"""The packages of this repository: the one name to install, and what each brings."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import PathDistribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECTS = {
    project["name"]: project
    for place in ("", "*/", "plugins/*/")
    for path in ROOT.glob(f"{place}pyproject.toml")
    if (project := tomllib.loads(path.read_text())["project"])
}


def ours(requirements: list[str]) -> list[Requirement]:
    """The packages of this repository among some requirements."""
    return [Requirement(each) for each in requirements if each.startswith("metaprov")]


def names(requirements: list[str]) -> set[str]:
    """The same by name, with their extras."""
    found = ours(requirements)
    return {each.name + f"[{','.join(each.extras)}]" * bool(each.extras) for each in found}


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
    assert names(always) == {
        "metaprov-core[cli]", "metaprov-modules", "metaprov-dicom", "metaprov-scaling",
    }  # fmt: skip


def test_metaprov_can_bring_every_package_of_the_repository() -> None:
    project = PROJECTS["metaprov"]
    extras = project["optional-dependencies"]
    (everything,) = extras["all"]
    named = set(everything.removeprefix("metaprov[").removesuffix("]").split(","))
    brought = names(project["dependencies"]).union(*(names(extras[name]) for name in named))

    assert named == extras.keys() - {"all"}
    assert {name.partition("[")[0] for name in brought} == PROJECTS.keys() - {"metaprov"}


def test_the_core_and_the_vocabulary_need_little() -> None:
    def needed(project: str) -> list[str]:
        return [Requirement(each).name for each in PROJECTS[project]["dependencies"]]

    assert needed("metaprov-core") == ["pluggy", "importlib-metadata"]
    assert needed("metaprov-modules") == ["msgspec"]


@pytest.mark.parametrize("name", sorted(PROJECTS.keys() - {"metaprov"}))
def test_a_package_knows_its_version(name: str) -> None:
    package = import_module(name.replace("-", "_"))
    assert package.__version__ == version(name)


@pytest.mark.parametrize("name", PROJECTS)
def test_a_package_requires_what_stays_compatible(name: str) -> None:
    project = PROJECTS[name]
    extras = project.get("optional-dependencies", {}).values()
    for each in ours(sum(extras, project["dependencies"])):
        if each.name == name:
            continue
        there = Version(version(each.name))
        next_that_may_differ = f"{there.major}.{there.minor + 1}" if not there.major else "2"
        assert there in each.specifier
        assert {str(bound) for bound in each.specifier} >= {f"<{next_that_may_differ}"}
