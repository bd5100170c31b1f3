"""What a finding is: a record with one query, and how grave it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

__all__ = ["Finding", "Level", "Severity"]

#: What one case of a finding is about.
Level = Literal["image", "volume", "series", "study", "patient"]


class Severity(StrEnum):
    """How grave a finding is, from the least grave to the gravest; nothing is ever rejected."""

    #: A fact to know before one trains on the images.
    INFO = "info"
    #: Doubtful: whoever uses the images should look.
    WARNING = "warning"
    #: Against the standard, or pixels are missing.
    ERROR = "error"

    @property
    def rank(self) -> int:
        """The greater, the graver."""
        return list(Severity).index(self)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that may be wrong with a table, and the query that finds where it is.

    The query, in DuckDB's SQL, has a row for each case. It reads the views ``images``, ``volumes``
    and ``errors``, which are the files of a table; in ``images`` each field is a column
    ``type__field``, of a nested table too, and ``frame = 1`` is one row a file. It selects some of
    the columns ``study``, ``series``, ``volume``, ``image`` and ``detail``; ``detail`` is a phrase
    that names no patient and no path, for others read the page. FINDINGS.md lists the columns of
    ``images`` that say where a case is, and the macros that help to phrase it.

    Other packages add findings by an entry point in the group ``metaprov.findings``, whose value
    is a sequence of them.
    """

    #: Unique among all findings, in camel case, as the names of types are.
    name: str
    severity: Severity
    level: Level
    #: What it means where there is a case, for people.
    sentence: str
    #: The section of the standard, or the page, that it follows from.
    source: str
    query: str
