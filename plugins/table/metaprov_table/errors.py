"""The errors of tables."""

from __future__ import annotations

from metaprov_core import MetaprovError

__all__ = ["TableError"]


class TableError(MetaprovError):
    """What was asked for cannot be made: a type that is no column, a place that cannot be written.

    The message says what to do; a command ends with exit status 2.
    """


# Tracebacks and pickles give it the name by which programs import it.
TableError.__module__ = "metaprov_table"
