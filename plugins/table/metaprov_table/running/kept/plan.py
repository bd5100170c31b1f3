"""What makes two runs the same, and what a finished table says of its making."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from hashlib import blake2b
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, Self

import msgspec

from metaprov_table.files import escaped, path_as_text, place_of
from metaprov_table.running.summary import Counts  # noqa: TC001 - msgspec reads the annotations

from .settings import digests_of_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from os import PathLike

    from metaprov_core import Host
    from metaprov_table.columns import Columns

__all__ = ["Made", "Plan"]

_PACKAGES: Final = ("metaprov-core", "metaprov-modules", "metaprov-volume", "metaprov-table")


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Runs with equal plans write equal tables of equal files."""

    #: Absolute paths, and URLs.
    sources: tuple[str, ...]
    #: A digest of the list of files, where there is one.
    files: str | None
    exclude: tuple[str, ...]
    types: tuple[str, ...]
    nested: bool
    bulk: bool
    #: Whether they are looked for.
    volumes: bool
    #: The plugins with their versions, in the order in which they are asked.
    plugins: tuple[str, ...]
    #: By the names of plugins, digests of what was set by their ``configure``.
    settings: dict[str, str]
    versions: tuple[str, ...]

    @classmethod
    def of(
        cls,
        host: Host,
        columns: Columns,
        sources: Iterable[str | PathLike[str]],
        files: Sequence[str] | None,
        exclude: Sequence[str],
        *,
        bulk: bool,
    ) -> Self:
        """The plan of a run."""
        return cls(
            sources=tuple(path_as_text(str(place_of(os.fspath(source)))) for source in sources),
            files=None if files is None else _digest(files),
            exclude=tuple(map(escaped, exclude)),
            types=tuple(asked.name for asked in columns.types),
            nested=columns.nested,
            bulk=bulk,
            volumes=columns.volumes,
            plugins=tuple(dict.fromkeys(each.title for each in host.providers())),
            settings=digests_of_settings(host),
            versions=tuple(f"{package} {version(package)}" for package in _PACKAGES),
        )

    def differences(self, other: Plan) -> str:
        """What is not as in another plan, as the end of a sentence."""
        names = [
            name for name in self.__struct_fields__ if getattr(self, name) != getattr(other, name)
        ]
        if "settings" in names:
            either = self.settings.items() ^ other.settings.items()
            plugins = sorted({plugin for plugin, _ in either})
            names[names.index("settings")] = f"settings of {', '.join(plugins)}"
        return " and ".join(names)


class Made(msgspec.Struct, frozen=True):
    """How a table was made: in the metadata of Parquet files, and beside others."""

    plan: Plan
    counts: Counts
    #: When, as ISO 8601 in UTC.
    time: str

    @classmethod
    def now(cls, plan: Plan, counts: Counts) -> Self:
        """By a plan, at this moment."""
        return cls(plan, counts, datetime.now(UTC).isoformat(timespec="seconds"))


def _digest(files: Iterable[str]) -> str:
    lines = "\n".join(files).encode("utf-8", "surrogateescape")
    return blake2b(lines, digest_size=16).hexdigest()
