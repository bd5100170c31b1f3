"""Settings of the process, for every host: whether values may be repaired and assumed."""

from __future__ import annotations

from typing import Final, Protocol
from weakref import ref

__all__ = ["SettingsListener", "configure", "listen", "repairs_allowed", "stop_listening"]


class SettingsListener(Protocol):
    """An object whose answers depend on the settings."""

    def settings_changed(self) -> None:
        """Forget the answers of the previous settings."""


class _Settings:
    def __init__(self) -> None:
        self.repairs = True


_settings: Final = _Settings()

# Held weakly, so that a host can be dropped.
_listeners: Final[set[ref[SettingsListener]]] = set()


def listen(listener: SettingsListener) -> None:
    """Tell a listener of every change of the settings, until it stops listening or is gone."""
    _listeners.add(ref(listener, _listeners.discard))


def stop_listening(listener: SettingsListener) -> None:
    """Tell a listener of no more changes."""
    _listeners.discard(ref(listener))


def _tell_listeners() -> None:
    """Tell every listener, also after one has raised; raises what they raised, as a group."""
    errors = []
    for reference in _listeners.copy():
        listener = reference()
        try:
            if listener is not None:
                listener.settings_changed()
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("the new settings hold; plugins raised when told of them", errors)


def configure(*, repairs: bool = True) -> None:
    """Set whether header values may be repaired or assumed, in every host of the process.

    A repaired number may go unnoticed downstream. With ``repairs=False`` none is used: a dose in
    MBq, a weight in g, a height in cm, a shifted or assumed date of the administration, a private
    time that would have to be moved, a reference time that the header does not state. The factors
    that need such a value are not given; where none is left, ``explain`` names the value.

    Everything computed before is forgotten. What plugins raise when they are told of the change is
    raised as an ExceptionGroup, after all have been told.
    """
    _settings.repairs = repairs
    _tell_listeners()


def repairs_allowed() -> bool:
    """Whether a value may be repaired or assumed."""
    return _settings.repairs
