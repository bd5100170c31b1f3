"""Warnings given when plugins are loaded, at the line of the program that asked."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from typing import TYPE_CHECKING

from metaprov_core.errors import PluginLoadWarning
from metaprov_core.schemes import problems

from .discovery import COMMANDS, find_plugins

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metaprov_core.errors import PluginFailure

    from .candidate import Candidate
    from .discovery import Scan
    from .options import Options

__all__ = ["warn_of_loading"]


def warn_of_loading(failures: Iterable[PluginFailure], scan: Scan, options: Options) -> None:
    """Warn of plugins that failed, and of names and endings that are not what somebody meant."""
    for message in (
        *map(str, failures),
        *_shared_names(scan.found),
        *_unknown_names(scan.found, options),
        *problems(scan.claims),
    ):
        warnings.warn(message, PluginLoadWarning, stacklevel=_depth_of_the_caller())


def _shared_names(found: Sequence[Candidate]) -> Iterator[str]:
    names = Counter(candidate.entry_point.name for candidate in found)
    for name in sorted(name for name, count in names.items() if count > 1):
        all_of_it = " and ".join(
            candidate.name for candidate in found if candidate.entry_point.name == name
        )
        yield f"several distributions have a plugin {name!r}: they are {all_of_it}"


def _unknown_names(found: Sequence[Candidate], options: Options) -> Iterator[str]:
    if not options.unmatched(found):
        return
    # A distribution may have commands alone.
    for name, given in options.unmatched((*found, *find_plugins(COMMANDS).found)).items():
        says = " and ".join(f"{option} (METAPROV_{option.upper()})" for option in given)
        yield f"no plugin and no distribution is called {name!r}, which {says} names"


def _depth_of_the_caller() -> int:
    """How far up the stack of `warn_of_loading` the first code outside this package is."""
    depth = 1
    frame = sys._getframe(1)  # noqa: SLF001 - as warnings does; skip_file_prefixes is of 3.12
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("metaprov_core."):
        depth += 1
        frame = frame.f_back
    return depth
