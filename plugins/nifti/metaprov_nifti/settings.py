"""Settings of the process, for every host: which form counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, get_args

from metaprov_core import SettingsListeners

from .place.form import Form

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["as_here", "configure", "listeners", "preferred_form"]


class _Settings:
    prefer: Form = "sform"


#: Told of every change.
listeners: Final = SettingsListeners()


def configure(*, prefer: Form = "sform") -> None:
    """Set which form counts where a file has both: "sform", as in nibabel, or "qform", as in ITK.

    It holds in every host of the process, and what was answered before is forgotten. A file with
    one form is placed by that. Without arguments it is as in the beginning. Raises ValueError for
    any other word.
    """
    if prefer not in get_args(Form):
        raise ValueError(f'prefer is {prefer!r}: it is "sform" or "qform"')
    _Settings.prefer = prefer
    listeners.tell()


def preferred_form() -> Form:
    """The form that counts where a file has both."""
    return _Settings.prefer


def as_here() -> Callable[[], None]:
    """The call that gives another process the settings of this one."""
    return partial(configure, prefer=_Settings.prefer)
