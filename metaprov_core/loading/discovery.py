"""Finding installed plugins: distributions -> entry points, names only, and then their objects.

Nothing of a plugin is imported by `find_plugins`. Each distribution is read on its own, because
one with a corrupt ``entry_points.txt`` must not hide the others.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import importlib_metadata

from metaprov_core.errors import PluginFailure
from metaprov_core.schemes import Claim

from .candidate import Candidate, normalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importlib_metadata import Distribution, EntryPoint

__all__ = ["COMMANDS", "Imported", "Scan", "find_plugins", "import_plugin"]

GROUP: Final = "metaprov.providers"
COMMANDS: Final = "metaprov.commands"
SUFFIXES: Final = "metaprov.suffixes"

#: The name of a distribution that states none.
_UNKNOWN: Final = "unknown"

_HEADER: Final = re.compile(r"^(Name|Version):[ \t]*(.*?)[ \t]*$", re.MULTILINE)


class Scan(NamedTuple):
    """What one scan of the installed distributions found."""

    #: The entry points of metaprov, by distribution and name.
    found: tuple[Candidate, ...]
    #: The distributions that could not be read.
    failures: tuple[PluginFailure, ...]
    #: The endings of paths that are claimed, by distribution and ending.
    claims: tuple[Claim, ...] = ()


class Imported(NamedTuple):
    """What an entry point names, imported."""

    target: object
    import_ms: float | None
    import_cpu_ms: float | None


def find_plugins(group: str = GROUP) -> Scan:
    """Find the entry points of a group in every installed distribution. Imports none of them.

    The endings that are claimed are found on the way, whatever the group.
    """
    found: dict[tuple[str, str], Candidate] = {}
    claims: dict[tuple[str, str], Claim] = {}
    failures: dict[str, PluginFailure] = {}
    # importlib takes a path that does not exist for an archive, and imports what opens archives.
    places = [place for place in sys.path if Path(place).exists()]
    for distribution in _distributions(path=places):
        try:
            for name, version, point in _entry_points(distribution, (group, SUFFIXES), places):
                key = normalized(name), point.name
                if point.group == group:
                    found.setdefault(key, Candidate(name, version, point.name, point))
                else:
                    claims.setdefault(key, Claim(name, point.name, point.value))
        except Exception as error:
            name, version = _name_and_version(distribution)
            if not _is_hidden(distribution, name, places):
                failure = PluginFailure("", name, version, "find", error)
                failures.setdefault(normalized(name), failure)
    return Scan(
        _distinctly_named(sorted(found.values(), key=lambda candidate: candidate.key)),
        tuple(failures.values()),
        tuple(claim for _, claim in sorted(claims.items())),
    )


def _distributions(**context: Any) -> Iterable[Distribution]:
    return cast("Iterable[Distribution]", importlib_metadata.distributions(**context))


def _entry_points(
    distribution: Distribution, groups: Sequence[str], places: list[str]
) -> list[tuple[str, str, EntryPoint]]:
    """The entry points in some groups, each with name and version of the distribution."""
    points = [point for point in _read_entry_points(distribution) if point.group in groups]
    if not points:
        return []
    name, version = _name_and_version(distribution)
    if name == _UNKNOWN:
        raise ValueError("its METADATA states no name")
    if _is_hidden(distribution, name, places):
        return []
    return [(name, version, point) for point in points]


def _read_entry_points(distribution: Distribution) -> Iterable[EntryPoint]:
    try:
        return cast("Iterable[EntryPoint]", distribution.entry_points)
    except TypeError as error:
        # The parser raises it for a line without an equals sign.
        message = "its entry_points.txt has a line that is not 'name = module:attribute'"
        raise ValueError(message) from error


def _is_hidden(distribution: Distribution, name: str, places: list[str]) -> bool:
    """Whether a distribution of the same name comes before it on sys.path: that one counts."""
    first = next(iter(_distributions(name=name, path=places)), distribution)
    return first.locate_file("") != distribution.locate_file("")


def _name_and_version(distribution: Distribution) -> tuple[str, str]:
    # Distribution.metadata would import the email package.
    try:
        text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    except UnicodeDecodeError:
        text = ""
    headers = dict(reversed(_HEADER.findall(text.partition("\n\n")[0])))
    return headers.get("Name", _UNKNOWN), headers.get("Version", "")


def _distinctly_named(found: list[Candidate]) -> tuple[Candidate, ...]:
    names = [candidate.name for candidate in found]
    return tuple(
        candidate._replace(name=f"{candidate.distribution}:{candidate.name}")
        if names.count(candidate.name) > 1
        else candidate
        for candidate in found
    )


def import_plugin(candidate: Candidate) -> Imported:
    """Import what an entry point names. Raises whatever its module raises."""
    started, cpu_started = perf_counter(), thread_time()
    name = candidate.entry_point.module
    module = import_module(name)
    if getattr(getattr(module, "__spec__", None), "_initializing", False):
        raise ImportError(
            f"{name} is still being imported: it asks the host at import time; let it ask in a hook"
        )
    target = candidate.entry_point.load()
    seconds, cpu_seconds = perf_counter() - started, thread_time() - cpu_started
    return Imported(target, seconds * 1000, cpu_seconds * 1000)
