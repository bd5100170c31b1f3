"""Settings of the process, for every host: which form counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, get_args
from weakref import WeakSet

from .place.form import Form

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["as_here", "configure", "listen", "preferred_form", "stop_listening"]


class _Listener(Protocol):
    """An object whose answers depend on the settings."""

    def settings_changed(self) -> None:
        """Forget the answers of the previous settings."""


class _Settings:
    prefer: Form = "sform"


# Held weakly, so that a host can be dropped.
_listeners: Final[WeakSet[_Listener]] = WeakSet()


def configure(*, prefer: Form = "sform") -> None:
    """Set which form counts where a file has both: "sform", as in nibabel, or "qform", as in ITK.

    It holds in every host of the process, and what was answered before is forgotten. A file with
    one form is placed by that. Without arguments it is as in the beginning. Raises ValueError for
    any other word.
    """
    if prefer not in get_args(Form):
        raise ValueError(f'prefer is {prefer!r}: it is "sform" or "qform"')
    _Settings.prefer = prefer
    for listener in list(_listeners):
        listener.settings_changed()


def preferred_form() -> Form:
    """The form that counts where a file has both."""
    return _Settings.prefer


def as_here() -> Callable[[], None]:
    """The call that gives another process the settings of this one."""
    return partial(configure, prefer=_Settings.prefer)


def listen(listener: _Listener) -> None:
    """Tell a listener of every change of the settings, until it stops listening or is gone."""
    _listeners.add(listener)


def stop_listening(listener: _Listener) -> None:
    """Tell a listener of no more changes."""
    _listeners.discard(listener)
