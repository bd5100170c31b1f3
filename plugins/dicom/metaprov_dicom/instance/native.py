"""In which transfer syntaxes pixel data are native: as many bytes as they have samples."""

from __future__ import annotations

from typing import Final

__all__ = ["NATIVE"]

#: By UID (PS3.5 A.1 to A.3, A.5); None: a data set that was never in a file.
NATIVE: Final = frozenset(
    {
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2.2",
        "1.2.840.10008.1.2.1.99",
        None,
    }
)
