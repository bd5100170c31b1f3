"""Loading the installed plugins for a command, and what to do if there are none."""

from __future__ import annotations

import warnings
from typing import Final

import metaprov_core
from metaprov_core.loading.options import is_set

__all__ = ["advice_without_plugins", "load_quietly"]

_NONE_INSTALLED: Final = (
    "no plugin is installed: python -m pip install metaprov brings those that read DICOM files"
)
_SWITCHED_OFF: Final = "METAPROV_DISABLE_AUTOLOAD is set: no installed plugin is used"
_NONE_ACTIVE: Final = (
    "no plugin is active: metaprov plugins lists those that failed or are disabled"
)


def load_quietly() -> None:
    """Load the plugins for a command that shows failures itself: without warnings of them."""
    with warnings.catch_warnings(record=True) as caught:
        metaprov_core.load_plugins()
    told = {
        str(failure)
        for record in metaprov_core.plugins()
        if record.error is not None
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
