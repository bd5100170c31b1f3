"""A host as it goes to another process: which plugins it has, and their settings; no answers."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, NamedTuple

from .errors import MetaprovError
from .loading.by_hand import from_any_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .loading.options import Options
    from .loading.record import PluginRecord

__all__ = ["PickledHost"]


class _Plugin(NamedTuple):
    """What must be the same there."""

    name: str
    distribution: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution} {self.version})" if self.version else self.name


class PickledHost(NamedTuple):
    """What a host that answers alike is made of."""

    discover: bool
    options: Options
    skip: bool
    plugins: tuple[_Plugin, ...]
    #: Pickled calls: they may name what is there only once the plugins are.
    settings: tuple[bytes, ...]

    @classmethod
    def of(
        cls, active: Sequence[PluginRecord], options: Options, *, discover: bool, skip: bool
    ) -> PickledHost:
        """Raises ValueError for a plugin, or settings, that no other process can have."""
        here_alone = [each.name for each in active if not each.entry_point]
        if here_alone:
            raise ValueError(
                f"no other process has the plugin {', '.join(here_alone)}: it was registered as an "
                "object; METAPROV_PLUGINS names files and modules that other processes import too"
            )
        anywhere = options._replace(plugins=tuple(map(from_any_folder, options.plugins)))
        settings = tuple(_settings_of(active))
        return cls(discover, anywhere, skip, tuple(map(_identified, active)), settings)

    def names_of_others(self, records: Sequence[PluginRecord]) -> list[str]:
        """The plugins that are here, and were not where the host was pickled.

        Raises MetaprovError for those of that host that are not here in the same version.
        """
        active = [record for record in records if record.status == "active"]
        lacking = set(self.plugins).difference(map(_identified, active))
        if lacking:
            raise MetaprovError(
                "this process cannot answer as the one that pickled the host: it lacks "
                + ", ".join(sorted(map(str, lacking)))
            )
        return [record.name for record in active if _identified(record) not in self.plugins]

    def make_settings(self) -> None:
        """Set the plugins as they were set where the host was pickled."""
        for call in self.settings:
            pickle.loads(call)()  # noqa: S301 - a part of what is being unpickled


def _identified(record: PluginRecord) -> _Plugin:
    return _Plugin(record.name, record.distribution, record.version)


def _settings_of(active: Sequence[PluginRecord]) -> Iterator[bytes]:
    for record in active:
        for implementation in record.implementations:
            if implementation.hook != "copy_settings":
                continue
            call = implementation.called_with()()
            if call is None:
                continue
            try:
                pickled = pickle.dumps(call)
            except Exception as error:
                raise ValueError(
                    f"the settings of plugin {record.title} cannot go to another process: {error}"
                ) from error
            yield pickled
