"""Which plugins are used, and in which order: given by hand, or by the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from .candidate import normalized

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .candidate import Candidate

__all__ = ["Options", "is_set", "options_from"]

_OFF: Final = frozenset({"", "0", "false", "no", "off"})


class Options(NamedTuple):
    """Which plugins are used, and in which order; names normalized by PEP 503."""

    order: tuple[str, ...] = ()
    disable: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    strict: bool = False
    #: Files and modules to register by hand.
    plugins: tuple[str, ...] = ()

    def allow(self, candidate: Candidate) -> bool:
        """Whether a plugin is to be imported."""
        if self.only is not None and self.only.isdisjoint(candidate.names):
            return False
        return self.disable.isdisjoint(candidate.names)

    def registration_order(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """The order of registration that asks the ones named in ``order`` first, then by name.

        The last one registered is the first one asked.
        """
        return sorted(candidates, key=self._place, reverse=True)

    def _place(self, candidate: Candidate) -> tuple[int, str, str]:
        names = candidate.names
        place = next((i for i, name in enumerate(self.order) if name in names), len(self.order))
        return place, normalized(candidate.distribution), candidate.entry_point.name

    def unmatched(self, candidates: Iterable[Candidate]) -> dict[str, list[str]]:
        """The names given that no plugin has, each with the options that give it."""
        known = {name for candidate in candidates for name in candidate.names}
        given = {"order": self.order, "disable": self.disable, "only": self.only or ()}
        unknown: dict[str, list[str]] = {}
        for option, names in given.items():
            for name in sorted({*names} - known):
                unknown.setdefault(name, []).append(option)
        return unknown


def options_from(
    order: Iterable[str] | None,
    disable: Iterable[str] | None,
    only: Iterable[str] | None,
    strict: bool | None,
    *,
    environment: bool,
) -> Options:
    """The options given; for those that are not, with ``environment``, the METAPROV_ variables."""
    for name, given in (("order", order), ("disable", disable), ("only", only)):
        if isinstance(given, str):
            raise TypeError(f"{name} is a list of names: {name}=[{given!r}]")
    names = {"ORDER": order, "DISABLE": disable, "ONLY": only}
    if environment:
        names = {
            key: _names_in(f"METAPROV_{key}") if given is None else given
            for key, given in names.items()
        }
        if strict is None:
            strict = is_set("METAPROV_STRICT")
    return Options(
        tuple(map(normalized, names["ORDER"] or ())),
        frozenset(map(normalized, names["DISABLE"] or ())),
        None if names["ONLY"] is None else frozenset(map(normalized, names["ONLY"])),
        bool(strict),
        tuple(dict.fromkeys(_names_in("METAPROV_PLUGINS") or ())) if environment else (),
    )


def is_set(variable: str) -> bool:
    """Whether an environment variable is set, to anything that does not mean no."""
    return os.environ.get(variable, "").strip().lower() not in _OFF


def _names_in(variable: str) -> list[str] | None:
    value = os.environ.get(variable)
    if value is None:
        return None
    return [name for part in value.split(",") if (name := part.strip())]
