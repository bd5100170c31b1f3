"""Native pixel data: in which transfer syntaxes, and how many samples they have."""

from __future__ import annotations

from typing import Final

__all__ = ["NATIVE", "STORED_SAMPLES"]

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

#: How many samples a pixel has where several pixels share their colours (PS3.3 C.7.6.3.1.2).
STORED_SAMPLES: Final = {"YBR_FULL_422": 2, "YBR_PARTIAL_422": 2, "YBR_PARTIAL_420": 1.5}
