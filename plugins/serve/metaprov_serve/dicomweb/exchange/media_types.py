"""The media types of pixels, by how they are encoded (PS3.18 8.7.3)."""

from __future__ import annotations

from typing import Final

__all__ = [
    "DICOM",
    "JSON",
    "JSON_TYPES",
    "LITTLE_ENDIAN",
    "MULTIPART",
    "NATIVE",
    "OCTETS",
    "media_type_of",
]

DICOM: Final = "application/dicom"
JSON: Final = "application/dicom+json"
MULTIPART: Final = "multipart/related"
#: What those who ask for it call it.
JSON_TYPES: Final = (JSON, "application/json")
OCTETS: Final = "application/octet-stream"

#: Explicit VR Little Endian: of pixels for which no other transfer syntax is asked.
LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
#: The transfer syntaxes whose pixels are the same bytes in it.
NATIVE: Final = frozenset({"1.2.840.10008.1.2", LITTLE_ENDIAN, "1.2.840.10008.1.2.1.99"})

_BY_SYNTAX: Final = {
    "1.2.840.10008.1.2.4.50": "image/jpeg",
    "1.2.840.10008.1.2.4.51": "image/jpeg",
    "1.2.840.10008.1.2.4.57": "image/jpeg",
    "1.2.840.10008.1.2.4.70": "image/jpeg",
    "1.2.840.10008.1.2.4.80": "image/jls",
    "1.2.840.10008.1.2.4.81": "image/jls",
    "1.2.840.10008.1.2.4.90": "image/jp2",
    "1.2.840.10008.1.2.4.91": "image/jp2",
    "1.2.840.10008.1.2.4.92": "image/jpx",
    "1.2.840.10008.1.2.4.93": "image/jpx",
    "1.2.840.10008.1.2.4.110": "image/jxl",
    "1.2.840.10008.1.2.4.111": "image/jxl",
    "1.2.840.10008.1.2.4.112": "image/jxl",
    "1.2.840.10008.1.2.4.201": "image/jphc",
    "1.2.840.10008.1.2.4.202": "image/jphc",
    "1.2.840.10008.1.2.4.203": "image/jphc",
    "1.2.840.10008.1.2.5": "image/dicom-rle",
}


def media_type_of(transfer_syntax: str) -> str:
    """The media type of pixels as they are stored: bytes, where there is none of its own."""
    return _BY_SYNTAX.get(transfer_syntax, OCTETS)
