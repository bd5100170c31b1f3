"""Settings of the process, for every host: what may be repaired, and what is known otherwise."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from metaprov_core import SettingsListeners

from .suv.given import Given

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "as_here",
    "configure",
    "given_for",
    "listeners",
    "repairs_allowed",
]


class _Settings:
    def __init__(self) -> None:
        self.repairs = True
        self.given: dict[str, Given] = {}


_settings: Final = _Settings()

#: Told of every change.
listeners: Final = SettingsListeners()


def configure(*, repairs: bool | None = None, given: Mapping[str, Given] | None = None) -> None:
    """Set what holds in every host of the process; what is None stays as it is.

    ``repairs`` is whether header values may be repaired or assumed, as they may in the beginning. A
    repaired number may go unnoticed downstream. With ``repairs=False`` none is used: a dose in
    MBq, a weight in g, a height in cm, a shifted or assumed date of the administration, a private
    time that would have to be moved, a reference time that the header does not state. The factors
    that need such a value are not given; where none is left, ``explain`` names the value.

    ``given`` is what is known about series, by SeriesInstanceUID, in place of all that was given
    before: ``configure(given={uid: Given(weight=70, injected="10:00")})``. Each value counts more
    than that of the headers, is named in a note, and has to be as plausible.

    Without arguments, repairs are allowed and nothing is given, as in the beginning. Everything
    computed before is forgotten. Raises TypeError where a value of ``given`` is no `Given`. What
    plugins raise when they are told of the change is raised as an ExceptionGroup, after all have
    been told.
    """
    if repairs is None and given is None:
        repairs, given = True, {}
    for uid, values in (given or {}).items():
        if not isinstance(values, Given):
            raise TypeError(f"what is given for {uid!r} is no Given: {values!r:.60}")
    if repairs is not None:
        _settings.repairs = repairs
    if given is not None:
        _settings.given = dict(given)
    listeners.tell()


def as_here() -> Callable[[], None]:
    """The call that gives another process the settings of this one."""
    return partial(_settle, repairs=_settings.repairs, given=_settings.given.copy())


def _settle(*, repairs: bool, given: Mapping[str, Given]) -> None:
    if (repairs, given) != (_settings.repairs, _settings.given):
        configure(repairs=repairs, given=given)


def repairs_allowed() -> bool:
    """Whether a value may be repaired or assumed."""
    return _settings.repairs


def given_for(series_instance_uid: str | None) -> Given | None:
    """What is known about a series besides its headers."""
    return _settings.given.get(series_instance_uid or "")
