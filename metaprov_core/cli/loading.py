"""Loading the installed plugins for a command, and what to do if there are none."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import metaprov_core
from metaprov_core.loading.options import is_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_core import PluginLoadError, PluginRecord

__all__ = ["advice_without_plugins", "load_quietly", "use_plugins"]

_PLUGINS: Final = "METAPROV_PLUGINS"

_NONE_INSTALLED: Final = (
    "no plugin is installed: python -m pip install metaprov brings those that read DICOM files"
)
_SWITCHED_OFF: Final = "METAPROV_DISABLE_AUTOLOAD is set: no installed plugin is used"
_NONE_ACTIVE: Final = (
    "no plugin is active: metaprov plugins lists those that failed or are disabled"
)


def load_quietly() -> None:
    """Load the plugins for a command that shows failures itself: without warnings of them."""
    _load(lambda _: True)


def use_plugins(names: Sequence[str], *, tells_of_failures: bool) -> tuple[PluginLoadError, ...]:
    """Use these files and modules as plugins, in this process and in those that it starts.

    Returns why some of them cannot be. ``tells_of_failures`` says that the command shows failures
    of others itself.
    """
    named = [str(Path(name).resolve()) if Path(name).exists() else name for name in names]
    before = os.environ.get(_PLUGINS)
    os.environ[_PLUGINS] = ",".join([*named, before] if before else named)
    metaprov_core.refresh()
    _load(lambda record: tells_of_failures or record.entry_point in named)
    return tuple(
        record.error
        for record in metaprov_core.plugins()
        if record.error is not None and record.entry_point in named
    )


def _load(is_told: Callable[[PluginRecord], bool]) -> None:
    """Load the plugins, with the warnings of those failures that are not told of otherwise."""
    with warnings.catch_warnings(record=True) as caught:
        metaprov_core.load_plugins()
    told = {
        str(failure)
        for record in metaprov_core.plugins()
        if record.error is not None and is_told(record)
        for failure in record.error.failures
    }
    for warning in caught:
        if str(warning.message) not in told:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )


def advice_without_plugins() -> str | None:
    """What to do if there is no plugin to ask; None if there is one."""
    records = metaprov_core.plugins()
    if any(record.status == "active" for record in records):
        return None
    if records:
        return _NONE_ACTIVE
    return _SWITCHED_OFF if is_set("METAPROV_DISABLE_AUTOLOAD") else _NONE_INSTALLED
