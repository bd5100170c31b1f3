"""What may become a plugin: an entry point before it is imported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from .record import PluginRecord

if TYPE_CHECKING:
    from importlib_metadata import EntryPoint

__all__ = ["Candidate", "normalized"]

_SEPARATORS: Final = re.compile(r"[-_.]+")


class Candidate(NamedTuple):
    """An entry point before it is imported."""

    #: The name of the distribution, as it spells it.
    distribution: str
    #: The version of the distribution.
    version: str
    #: The name it is registered under: its own, or ``distribution:name`` where two share it.
    name: str
    #: The entry point.
    entry_point: EntryPoint

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same entry point in another scan."""
        return normalized(self.distribution), self.entry_point.name, self.entry_point.value

    @property
    def record(self) -> PluginRecord:
        """The record of the plugin that it is to become."""
        return PluginRecord(
            self.name,
            distribution=self.distribution,
            version=self.version,
            entry_point=self.entry_point.value,
        )

    @property
    def names(self) -> frozenset[str]:
        """The normalized names that options know it by."""
        return frozenset(map(normalized, (self.entry_point.name, self.distribution, self.name)))


def normalized(name: str) -> str:
    """A name as PEP 503 compares it; a colon between distribution and plugin stays."""
    return _SEPARATORS.sub("-", name).lower()
