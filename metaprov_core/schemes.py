"""Schemes of image ids, and the endings of paths that stand for one: ``.nii.gz`` for ``nifti``.

A plugin claims an ending by an entry point in the group ``metaprov.suffixes``, ``".nii.gz" =
"nifti"``, of which nothing is imported. All hosts of a process go by one table, which is made at
the first scan and stays, whatever is disabled or installed later: an image id means the same to
everybody who has it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "FILE_SCHEME",
    "Claim",
    "Suffixes",
    "is_scheme",
    "is_settled",
    "problems",
    "settle",
    "suffixes",
]

#: The scheme of a path whose ending nobody claims.
FILE_SCHEME: Final = "dicomfile"

# Two characters at least: C:\ is a drive. No dot: a.dcm is a file name.
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+-]+")
_SUFFIX: Final = re.compile(r"\.[^/\\?:]+")
_NEVER_CLAIMED: Final = ".dcm"
_OF_URLS: Final = frozenset({"http", "https", "wadors", "wadouri"})
_BEFORE_A_NAME: Final = ("", "/", "\\")


class Claim(NamedTuple):
    """An entry point that claims an ending."""

    #: The plugin's distribution.
    distribution: str
    #: The ending, with its dot.
    suffix: str
    #: The scheme that a path with this ending is to have.
    scheme: str

    def __str__(self) -> str:
        return f"{self.distribution} claims paths that end in {self.suffix!r} for {self.scheme!r}"

    @property
    def fault(self) -> str | None:
        """Why it cannot be granted."""
        if _SUFFIX.fullmatch(self.suffix) is None:
            return "an ending is a dot and what follows it"
        if self.suffix.lower() == _NEVER_CLAIMED:
            return f"{_NEVER_CLAIMED} stays {FILE_SCHEME}"
        if not is_scheme(self.scheme):
            return "that is not a scheme"
        if self.scheme.lower() in _OF_URLS:
            return "the ids of that scheme are URLs"
        return None


@final
class Suffixes:
    """Which endings have which scheme; of two claims to one ending the first counts."""

    __slots__ = ("_longest_first", "_schemes", "last_letters", "path_schemes")

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._schemes: Final[dict[str, str]] = {}
        for claim in claims:
            if claim.fault is None:
                self._schemes.setdefault(claim.suffix.lower(), claim.scheme.lower())
        self._longest_first: Final = sorted(
            self._schemes.items(), key=lambda claimed: -len(claimed[0])
        )
        #: What a path that has one of the endings ends in.
        self.last_letters: Final = frozenset(
            letter for suffix in self._schemes for letter in (suffix[-1], suffix[-1].upper())
        )
        #: The schemes whose ids name a path behind the colon.
        self.path_schemes: Final = frozenset({FILE_SCHEME, *self._schemes.values()})

    def scheme_of(self, path: str) -> str:
        """The scheme of a path, by its longest ending that is claimed."""
        if path[-1:] in self.last_letters:
            path = path.lower()
            for suffix, scheme in self._longest_first:
                # A file that is called like an ending has none.
                if path.endswith(suffix) and path[: -len(suffix)][-1:] not in _BEFORE_A_NAME:
                    return scheme
        return FILE_SCHEME

    def grants(self, claim: Claim) -> bool:
        """Whether a path with this ending has the scheme that is claimed."""
        return self._schemes.get(claim.suffix.lower()) == claim.scheme.lower()

    def __bool__(self) -> bool:
        return bool(self._schemes)


class _Process:
    """The table of this process; none before the first scan."""

    suffixes = Suffixes(())
    is_settled = False


def suffixes() -> Suffixes:
    """The endings that are claimed."""
    return _Process.suffixes


def settle(claims: Iterable[Claim]) -> None:
    """Grant the claims of the first scan; those of a later one change nothing."""
    if not _Process.is_settled:
        _Process.suffixes = Suffixes(claims)
        _Process.is_settled = True


def is_settled() -> bool:
    """Whether there was a scan."""
    return _Process.is_settled


def problems(claims: Sequence[Claim]) -> Iterator[str]:
    """What is wrong with claims, those of a later scan among them."""
    wanted = Suffixes(claims)
    for claim in claims:
        if claim.fault is not None:
            yield f"{claim}: {claim.fault}"
        elif not wanted.grants(claim):
            yield f"{claim}, which another distribution claims before it"
        elif not suffixes().grants(claim):
            yield f"{claim}, which holds in a new process"


@lru_cache(64)
def is_scheme(name: str) -> bool:
    """Whether image ids can have this scheme."""
    return name.lower() != "file" and _SCHEME.fullmatch(name) is not None
