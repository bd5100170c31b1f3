"""From a folder, a server or a cluster to a table, and a page that says what is wrong with it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .errors import TableError

if TYPE_CHECKING:
    from .checking import findings
    from .columns import schema
    from .reading import Tables, read
    from .running import Summary, write

__all__ = ["Summary", "TableError", "Tables", "findings", "read", "schema", "write"]

__version__ = "0.1.0"

#: Where the names are that need pyarrow, or DuckDB: a command's help needs neither.
_HOMES: Final = {
    "Summary": "running",
    "Tables": "reading",
    "findings": "checking",
    "read": "reading",
    "schema": "columns",
    "write": "running",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
