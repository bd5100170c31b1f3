"""The transfer syntaxes whose frames are one stream."""

from __future__ import annotations

from typing import Final

__all__ = ["VIDEO"]

#: MPEG-2, H.264 and H.265 (PS3.5 A.4.5 to A.4.9).
VIDEO: Final = frozenset(
    f"1.2.840.10008.1.2.4.{number}"
    for number in (
        "100", "100.1", "101", "101.1",  # MPEG-2
        "102", "102.1", "103", "103.1", "104", "104.1", "105", "105.1", "106", "106.1",  # H.264
        "107", "108",  # H.265
    )
)  # fmt: skip
