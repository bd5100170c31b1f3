"""The transfer syntaxes whose pixels are read, by what encodes them (PS3.5 10)."""

from __future__ import annotations

from typing import Final

__all__ = [
    "BIG_ENDIAN",
    "JPEG",
    "JPEG_2000",
    "JPEG_LS",
    "NATIVE",
    "RLE",
    "name_of",
]

BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
#: Samples as they are.
NATIVE: Final = {
    "1.2.840.10008.1.2": "Implicit VR Little Endian",
    "1.2.840.10008.1.2.1": "Explicit VR Little Endian",
    "1.2.840.10008.1.2.1.98": "Encapsulated Uncompressed Explicit VR Little Endian",
    "1.2.840.10008.1.2.1.99": "Deflated Explicit VR Little Endian",
    BIG_ENDIAN: "Explicit VR Big Endian",
}
RLE: Final = {"1.2.840.10008.1.2.5": "RLE Lossless"}
JPEG: Final = {
    "1.2.840.10008.1.2.4.50": "JPEG Baseline",
    "1.2.840.10008.1.2.4.51": "JPEG Extended",
    "1.2.840.10008.1.2.4.57": "JPEG Lossless",
    "1.2.840.10008.1.2.4.70": "JPEG Lossless, first-order prediction",
}
JPEG_LS: Final = {
    "1.2.840.10008.1.2.4.80": "JPEG-LS Lossless",
    "1.2.840.10008.1.2.4.81": "JPEG-LS Near-lossless",
}
#: With its high-throughput kind, HTJ2K, which has the same header.
JPEG_2000: Final = {
    "1.2.840.10008.1.2.4.90": "JPEG 2000 Lossless",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
    "1.2.840.10008.1.2.4.201": "High-Throughput JPEG 2000 Lossless",
    "1.2.840.10008.1.2.4.202": "High-Throughput JPEG 2000 Lossless with RPCL",
    "1.2.840.10008.1.2.4.203": "High-Throughput JPEG 2000",
}

_NAMES: Final = {**NATIVE, **RLE, **JPEG, **JPEG_LS, **JPEG_2000}


def name_of(transfer_syntax_uid: str) -> str:
    """``"JPEG 2000 (1.2.840.10008.1.2.4.91)"``, or the UID alone."""
    name = _NAMES.get(transfer_syntax_uid)
    return transfer_syntax_uid if name is None else f"{name} ({transfer_syntax_uid})"
