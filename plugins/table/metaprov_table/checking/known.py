"""Which findings there are, of this package and of others, and which of them are wanted."""

from __future__ import annotations

import warnings
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import asdict

from metaprov_core.errors import described
from metaprov_table.errors import TableError

from .finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["chosen", "known_findings"]

GROUP: Final = "metaprov.findings"


def known_findings() -> list[Finding]:
    """The findings of every installed package, those of this one first.

    What cannot be had of a package is warned of, and hides nothing of another: findings that do
    not load or are none, and a finding whose name another one has.
    """
    known: dict[str, Finding] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name != "metaprov"):
        try:
            found = [_checked(finding) for finding in point.load()]
        except Exception as error:
            warnings.warn(
                f"cannot load the findings {point.name!r} ({point.value}): {described(error)}",
                stacklevel=2,
            )
            continue
        for finding in found:
            if known.setdefault(finding.name, finding) != finding:
                warnings.warn(
                    f"left out the finding {finding.name!r} of {point.name!r} ({point.value}): "
                    "another one has its name, rename it there",
                    stacklevel=2,
                )
    return list(known.values())


def _checked(finding: object) -> Finding:
    """A finding whose fields are of their types, which its class does not ask for."""
    if not isinstance(finding, Finding):
        raise TypeError("it is to be a sequence of Finding")
    return msgspec.convert(asdict(finding), Finding)


def chosen(known: Iterable[Finding], names: Sequence[str]) -> list[Finding]:
    """Those that are named, without those named with a minus before; all where none is named.

    Raises TableError for a name that no finding has, with those that are near.
    """
    by_name = {finding.name: finding for finding in known}
    for name in names:
        if name.removeprefix("-") not in by_name:
            raise TableError(_unknown(name.removeprefix("-"), list(by_name)))
    without = {name[1:] for name in names if name.startswith("-")}
    only = {name for name in names if not name.startswith("-")} or set(by_name)
    return [finding for name, finding in by_name.items() if name in only - without]


def _unknown(name: str, names: Sequence[str]) -> str:
    by_lower_case = {each.lower(): each for each in names}
    near = [by_lower_case[each] for each in get_close_matches(name.lower(), by_lower_case)]
    advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
    return f"there is no finding {name!r}: {advice}"
