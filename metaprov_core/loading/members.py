"""The plugins that joined a host and have not left it, and what leaving is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core.errors import described

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .record import PluginRecord

__all__ = ["Members"]


class Members:
    """Who joined, in that order, and was not detached yet.

    A plugin may join again after it left. Each time it has other implementations, by identity, and
    all later records of it have the same.
    """

    def __init__(self, host: object) -> None:
        self._host = host
        self._joined: Final[dict[int, PluginRecord]] = {}
        # Of those that are active, and of those that once were.
        self._active: set[int] = set()
        self._once_active: Final[set[int]] = set()

    def add(self, record: PluginRecord) -> None:
        """Note that a plugin was attached."""
        self._joined[id(record.implementations)] = record

    def now_active(self, active: Iterable[PluginRecord]) -> list[PluginRecord]:
        """Note who is active from now on; returns those who left, the last that joined first."""
        before, self._active = self._active, {id(record.implementations) for record in active}
        self._once_active.update(self._active)
        left = before - self._active
        return [record for key, record in self._last_first() if key in left]

    def in_vain(self) -> list[PluginRecord]:
        """Those that were attached and never became active, the last first."""
        return [record for key, record in self._last_first() if key not in self._once_active]

    def forget_all(self) -> None:
        """Go on in a forked child, which none of them joined."""
        self._joined.clear()

    def detach(self, left: Iterable[PluginRecord]) -> None:
        """Call the `detach` of each, once; what it raises is logged.

        An interrupt keeps none of them from leaving, and is raised in the end.
        """
        interrupt: KeyboardInterrupt | None = None
        for record in left:
            try:
                if self._joined.pop(id(record.implementations), None) is not None:
                    self._once_active.discard(id(record.implementations))
                    self._call(record)
            except KeyboardInterrupt as error:
                interrupt = error
        if interrupt is not None:
            raise interrupt

    def _last_first(self) -> Iterable[tuple[int, PluginRecord]]:
        # `copy` is one step: another thread may detach meanwhile, or a garbage collection.
        return reversed(self._joined.copy().items())

    def _call(self, record: PluginRecord) -> None:
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
