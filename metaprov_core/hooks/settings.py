"""Settings of a plugin package, which hold in every host of a process: who is told of a change."""

from __future__ import annotations

from typing import Final, Protocol
from weakref import ref

__all__ = ["SettingsListener", "SettingsListeners"]


class SettingsListener(Protocol):
    """An object whose answers depend on the settings of its package."""

    def settings_changed(self) -> None:
        """Forget the answers of the previous settings."""


class SettingsListeners:
    """Who is told that the settings of a package have changed: its plugins, one in each host.

    A plugin joins in `attach` and leaves in `detach`. It is held weakly, so that a host can be
    dropped.

    >>> from metaprov_core import Host, ProviderCache, SettingsListeners, hookimpl
    >>> listeners = SettingsListeners()
    >>> class Scaled:
    ...     factor = 1.0
    ...     def __init__(self):
    ...         self.cache = ProviderCache(100)
    ...     @hookimpl
    ...     def attach(self, host):
    ...         self.host = host
    ...         listeners.add(self)
    ...     @hookimpl
    ...     def detach(self):
    ...         listeners.discard(self)
    ...     def settings_changed(self):
    ...         self.cache.changed()
    ...         self.host.changed("factor")
    ...     @hookimpl(types=["factor"])
    ...     def get_metadata(self, image_id):
    ...         return self.cache.get(image_id, lambda _: Scaled.factor)
    >>> def configure(factor):
    ...     Scaled.factor = factor
    ...     listeners.tell()
    >>> host = Host()
    >>> host.register(Scaled())
    'Scaled'
    >>> host.get("factor", "clinic:7")
    1.0
    >>> configure(2.5)
    >>> host.get("factor", "clinic:7")
    2.5
    """

    def __init__(self) -> None:
        # By identity: plugins may be equal, or have no hash.
        self._listeners: Final[dict[int, ref[SettingsListener]]] = {}

    def add(self, listener: SettingsListener) -> None:
        """Tell a listener of every change from now on, for as long as it exists."""
        identity = id(listener)

        def forget(gone: ref[SettingsListener]) -> None:
            if self._listeners.get(identity) is gone:
                del self._listeners[identity]

        self._listeners[identity] = ref(listener, forget)

    def discard(self, listener: SettingsListener) -> None:
        """Tell a listener no more."""
        self._listeners.pop(id(listener), None)

    def tell(self) -> None:
        """Tell every listener, also after one has raised; raises what they raised, as a group."""
        errors = []
        for reference in tuple(self._listeners.values()):
            listener = reference()
            try:
                if listener is not None:
                    listener.settings_changed()
            except Exception as error:
                errors.append(error)
        if errors:
            raise ExceptionGroup("the new settings hold; plugins raised when told of them", errors)
