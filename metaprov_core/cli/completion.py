"""What the shell completes: the types that are served."""

from __future__ import annotations

import sys
import warnings
from contextlib import redirect_stdout

import metaprov_core

__all__ = ["complete_type"]


def complete_type(incomplete: str) -> list[str]:
    """The served types that begin so; a plugin that fails is not told of in the middle of a line.

    What a plugin prints while it is imported would be taken for a completion.
    """
    with warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        served = metaprov_core.types()
    return [type for type in served if type.startswith(incomplete)]
