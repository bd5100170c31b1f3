"""Settings of the process, for every host: whether values may be repaired and assumed."""

from __future__ import annotations

from typing import Final, Protocol
from weakref import WeakSet

__all__ = ["SettingsListener", "configure", "listeners", "repairs_allowed"]


class SettingsListener(Protocol):
    """An object whose answers depend on the settings."""

    def settings_changed(self) -> None:
        """Forget what was computed with the previous settings."""


class _Settings:
    def __init__(self) -> None:
        self.repairs = True


_settings: Final = _Settings()

#: Told when the settings change; held weakly, so that a host can be dropped.
listeners: Final[WeakSet[SettingsListener]] = WeakSet()


def configure(*, repairs: bool = True) -> None:
    """Set whether header values may be repaired or assumed, in every host of the process.

    A repaired number may go unnoticed downstream. With ``repairs=False`` none is used: a dose in
    MBq, a weight in g, a height in cm, a shifted or assumed date of the administration, a private
    time that would have to be moved, a reference time that the header does not state. The factors
    that need such a value are not given; where none is left, ``explain`` names the value.

    Everything computed before is forgotten.
    """
    _settings.repairs = repairs
    for each in list(listeners):
        each.settings_changed()


def repairs_allowed() -> bool:
    """Whether a value may be repaired or assumed."""
    return _settings.repairs
