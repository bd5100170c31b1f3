"""The plugins that joined a host and have not left it, and what leaving is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core.errors import described

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .record import PluginRecord

__all__ = ["Members"]


class Members:
    """Who joined, in that order.

    A plugin may join again after it left. Each time it has other implementations, by identity, and
    all later records of it have the same.
    """

    def __init__(self, host: object) -> None:
        self._host = host
        self._joined: Final[list[PluginRecord]] = []

    def add(self, record: PluginRecord) -> None:
        """Note that a plugin was attached."""
        self._joined.append(record)

    def take_one_that_left(self, active: Iterable[PluginRecord]) -> PluginRecord | None:
        """The last that joined of those that are active no more, which is forgotten; or None."""
        staying = {id(record.implementations) for record in active}
        for place in reversed(range(len(self._joined))):
            if id(self._joined[place].implementations) not in staying:
                return self._joined.pop(place)
        return None

    def forget_all(self) -> None:
        """Go on in a forked child, which none of them joined."""
        self._joined.clear()

    def detach(self, record: PluginRecord) -> None:
        """Call the plugin's `detach`; what it raises is logged, but for KeyboardInterrupt."""
        for implementation in record.implementations:
            if implementation.hook == "detach":
                try:
                    implementation.called_with("host")(self._host)
                except KeyboardInterrupt:
                    raise
                except BaseException as error:
                    _log(record, error)


def _log(record: PluginRecord, error: BaseException) -> None:
    import logging

    logging.getLogger("metaprov_core").warning(
        "plugin %s left, and its detach raised %s", record.title, described(error), exc_info=error
    )
