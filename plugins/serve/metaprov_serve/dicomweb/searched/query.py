"""What a search asks for: its parameters (PS3.18 8.3.4), read and checked."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_serve.dicomweb.indexed.attributes import Attribute, Level, attribute_of

from .matching import matcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .matching import Matches

__all__ = ["Key", "Query", "parsed_query"]

_BEGINNINGS: Final = frozenset(f"_{ascii_lowercase}")
_YES_OR_NO: Final = {"true": True, "false": False}


class Key(NamedTuple):
    """An attribute by which is searched."""

    #: The sequences that lead to it, and itself.
    path: tuple[Attribute, ...]
    matches: Matches

    @property
    def level(self) -> Level:
        """Where its values are: those in sequences are in headers."""
        return self.path[0].level


class Query(NamedTuple):
    """What is asked for, of one level."""

    keys: tuple[Key, ...]
    #: What is to be answered besides, by tag.
    include: frozenset[int]
    #: Whether everything is to be answered.
    include_all: bool
    limit: int | None
    offset: int

    def of_level(self, level: Level) -> list[Key]:
        """The keys whose values a level says."""
        return [key for key in self.keys if key.level == level]


def parsed_query(parameters: Iterable[tuple[str, str]]) -> Query:
    """The query that the parameters of a URL are.

    Attributes are keywords or 8 hex digits, with dots between sequences and what is in them. Other
    names that begin in lower case are of no concern to a search. Raises ValueError, with the
    reason, for an attribute that nobody knows, and for what none of its values can match.
    """
    given = list(parameters)
    options = {name: value for name, value in given if _is_option(name)}
    fuzzy = _YES_OR_NO.get(options.get("fuzzymatching", "false").lower())
    if fuzzy is None:
        raise ValueError("fuzzymatching is true or false")
    fields = [
        field
        for name, value in given
        if name == "includefield"
        for field in value.split(",")
        if field
    ]
    return Query(
        tuple(_key(name, value, fuzzy=fuzzy) for name, value in given if not _is_option(name)),
        frozenset(_path(field)[0].tag for field in fields if field != "all"),
        "all" in fields,
        _number("limit", options["limit"]) if "limit" in options else None,
        _number("offset", options.get("offset", "0")),
    )


def _is_option(name: str) -> bool:
    # Keywords begin in upper case; 8 hex digits may begin with any of them.
    return name[:1] in _BEGINNINGS and not _is_tag(name.partition(".")[0])


def _is_tag(name: str) -> bool:
    return len(name) == 8 and all(digit in "0123456789abcdefABCDEF" for digit in name)


def _key(name: str, value: str, *, fuzzy: bool) -> Key:
    path = _path(name)
    try:
        return Key(path, matcher(path[-1].vr, value, fuzzy=fuzzy))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _path(name: str) -> tuple[Attribute, ...]:
    path = [attribute_of(part) for part in name.split(".")]
    known = tuple(attribute for attribute in path if attribute is not None)
    if len(known) < len(path):
        raise ValueError(f"{name!r:.200} is no attribute: write a DICOM keyword or 8 hex digits")
    return known


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(f"{name} is a whole number, not {text!r:.200}")
    return int(text)
