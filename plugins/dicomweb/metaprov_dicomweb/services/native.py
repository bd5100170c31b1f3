"""How many bytes a frame has that is not compressed (PS3.5 8.1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydicom import Dataset

__all__ = ["native_length"]

#: How many samples a pixel has where several pixels share their colours (PS3.3 C.7.6.3.1.2).
_SAMPLES: Final = {"YBR_FULL_422": 2.0, "YBR_PARTIAL_422": 2.0, "YBR_PARTIAL_420": 1.5}
_SIZES: Final = ("Rows", "Columns", "BitsAllocated")


def native_length(header: Mapping[str, Any] | Dataset) -> int | None:
    """The bytes of a frame, by its header; None where that does not say."""
    sizes = [header.get(keyword) for keyword in _SIZES]
    samples = _SAMPLES.get(header.get("PhotometricInterpretation", ""))
    if samples is None:
        samples = header.get("SamplesPerPixel", 1)
    bits = 1.0
    for size in (*sizes, samples):
        if not isinstance(size, int | float) or size <= 0:
            return None
        bits *= size
    return int(bits + 7) // 8
