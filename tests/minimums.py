"""The least version of every dependency of the packages here, as constraints for pip."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
LEAST = re.compile(r"([A-Za-z0-9._-]+)(?:\[.*\])?>=([0-9.]+)")


def minimums(pyproject: Path) -> list[str]:
    project = tomllib.loads(pyproject.read_text())["project"]
    extras = project.get("optional-dependencies", {}).values()
    found = [LEAST.match(each) for each in sum(extras, project["dependencies"])]
    return [
        f"{each[1]}=={each[2]}" for each in found if each and not each[1].startswith("metaprov")
    ]


PYPROJECTS = [
    path for place in ("", "*/", "plugins/*/") for path in ROOT.glob(f"{place}pyproject.toml")
]
for path in sorted(PYPROJECTS):
    sys.stdout.writelines(f"{line}\n" for line in minimums(path))
