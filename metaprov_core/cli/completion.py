"""What the shell completes: the types that are served."""

from __future__ import annotations

import sys
import warnings
from contextlib import redirect_stdout

import metaprov_core

__all__ = ["complete_type"]


def complete_type(incomplete: str) -> list[str]:
    """The served types that begin with this text.

    No warning appears on the line that is being typed; what a plugin prints at import goes to
    stderr, as the shell would take it for a completion.
    """
    with warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        served = metaprov_core.types()
    return [type for type in served if type.startswith(incomplete)]
