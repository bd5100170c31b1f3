"""Distributions built on disk, as an installer leaves them, for programs that look for plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MODULE = """\
from metaprov_core import hookimpl

@hookimpl(types=["type{number}"])
def get_metadata(type, image_id):
    return None
"""


def install(folder: Path, number: int, entry_points: str) -> None:
    """A distribution that has entry points and nothing else."""
    name = f"distribution{number}"
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text(f"{info.name}/METADATA,,\n{info.name}/RECORD,,\n")
    if entry_points:
        (info / "entry_points.txt").write_text(entry_points)


def install_plugin(folder: Path, number: int, names: int) -> str:
    """A plugin whose module has so many names; returns the name of the module."""
    module = f"benchmarked_plugin{number}"
    install(folder, number, f"[metaprov.providers]\nplugin{number} = {module}\n")
    rest = [f"def name{i}(): return {i}" if i % 2 else f"NAME{i} = {i}" for i in range(names - 2)]
    text = _MODULE.format(number=number) + "\n".join(rest)
    (folder / f"{module}.py").write_text(f"{text}\n")
    return module
