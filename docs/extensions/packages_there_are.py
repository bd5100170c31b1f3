"""The packages of this project, from the metadata of what is installed."""

from __future__ import annotations

from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_AUTHOR: Final = "The metaprov developers"
#: The groups of entry points by which plugins are found.
GROUPS: Final = {
    "metaprov.providers": "answers",
    "metaprov.commands": "commands",
    "metaprov.suffixes": "claims files",
    "metaprov.findings": "findings",
}


def distributions() -> dict[str, metadata.Distribution]:
    """The distributions of this project that are installed, by name."""
    found = {
        each.metadata["Name"]: each
        for each in metadata.distributions()
        if each.metadata.get("Author") == _AUTHOR
    }
    return dict(sorted(found.items()))


def entry_points_of(distribution: metadata.Distribution) -> dict[str, list[str]]:
    """The names that a distribution has in each of the groups of plugins."""
    return {
        group: sorted(each.name for each in distribution.entry_points if each.group == group)
        for group in GROUPS
    }


def extras_of(distribution: metadata.Distribution) -> list[str]:
    """The extras of a distribution."""
    said: Any = distribution.metadata.get_all("Provides-Extra") or []
    return list(said)


def sources_of() -> Iterator[Path]:
    """The files of Python of all packages of this project that are installed."""
    for name in distributions():
        spec = find_spec(name.replace("-", "_"))
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            yield from sorted(Path(folder).rglob("*.py"))
