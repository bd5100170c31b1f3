"""What a host has at one moment, published as one object: its plugins, and their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .asking.tables import Dispatch, Row
    from .errors import PluginFailure
    from .loading.options import Options
    from .loading.record import PluginRecord

__all__ = ["Key", "Plugins", "Published"]

#: What makes an entry point the same in another scan.
Key: TypeAlias = tuple[str, str, str]


class Plugins(NamedTuple):
    """What a host has, at one moment."""

    #: The options by which they were loaded; None before that.
    options: Options | None
    #: The active plugins that were discovered, by entry point, in registration order.
    discovered: Mapping[Key, PluginRecord]
    #: The plugins that were registered by hand, in registration order.
    by_hand: tuple[PluginRecord, ...]
    #: The plugins that are disabled or failed.
    unavailable: tuple[PluginRecord, ...]

    @property
    def active(self) -> tuple[PluginRecord, ...]:
        return (*self.discovered.values(), *self.by_hand)

    @property
    def failures(self) -> tuple[PluginFailure, ...]:
        """What went wrong with those that failed."""
        return tuple(
            failure
            for record in self.unavailable
            if record.error is not None
            for failure in record.error.failures
        )

    @property
    def strict_failures(self) -> tuple[PluginFailure, ...]:
        """What every question raises where no plugin may fail, and one did."""
        return self.failures if self.options is not None and self.options.strict else ()

    def without(self, record: PluginRecord) -> Plugins:
        return self._map(lambda present: None if present is record else present)

    def with_in_place_of(self, record: PluginRecord, successor: PluginRecord) -> Plugins:
        return self._map(lambda present: successor if present is record else present)

    def _map(self, change: Callable[[PluginRecord], PluginRecord | None]) -> Plugins:
        discovered = {
            key: changed for key, record in self.discovered.items() if (changed := change(record))
        }
        by_hand = tuple(changed for record in self.by_hand if (changed := change(record)))
        return self._replace(discovered=discovered, by_hand=by_hand)


@final
class Published:
    """The plugins of a host, and the tables that are made of them."""

    # A slot is looked up faster than the field of a named tuple.
    __slots__ = ("dispatch", "is_open", "paths", "plugins", "rows")

    def __init__(self, plugins: Plugins, dispatch: Dispatch) -> None:
        self.plugins: Final = plugins
        self.dispatch: Final = dispatch
        #: Whether questions may be asked.
        self.is_open = False
        #: The rows to ask by: those of `dispatch`; none before the first question, none while every
        #: question is an error, and none while somebody explains an answer.
        self.rows: Mapping[str, Row] = {}
        #: The rows of paths without a colon, by their last letter.
        self.paths: Mapping[str, Row] = {}

    def open(self) -> None:
        """Let questions be asked."""
        self.is_open = True
        self.paths = self.dispatch.rows.paths
        self.rows = self.dispatch.rows

    def hide_rows(self) -> None:
        """Let every question take the long way, on which it can be traced."""
        self.rows = self.paths = {}
