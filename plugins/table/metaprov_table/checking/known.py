"""Which findings there are, of this package and of others, and which of them are wanted."""

from __future__ import annotations

import warnings
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

from metaprov_core.errors import described
from metaprov_table.errors import TableError

from .finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["chosen", "known_findings"]

GROUP: Final = "metaprov.findings"


def known_findings() -> list[Finding]:
    """The findings of every installed package, those of this one first.

    A package whose findings cannot be had is warned of, and hides no other. Raises TableError
    where two findings have one name.
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
            if finding.name in known and known[finding.name] != finding:
                raise TableError(
                    f"two packages have a finding {finding.name!r}, one of them by the entry point "
                    f"{point.name!r} ({point.value}): rename it there"
                )
            known[finding.name] = finding
    return list(known.values())


def _checked(finding: object) -> Finding:
    if not isinstance(finding, Finding):
        raise TypeError("it is to be a sequence of Finding")
    return finding


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
