"""The transfer syntaxes (PS3.5 A) by how their headers are written; pixels are another matter."""

from __future__ import annotations

from typing import Final

__all__ = ["BIG_ENDIAN", "DEFLATED", "EXPLICIT_LITTLE_ENDIAN", "IMPLICIT_VR", "READ_BY_PYDICOM"]

IMPLICIT_VR: Final = b"1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN: Final = b"1.2.840.10008.1.2.1"
BIG_ENDIAN: Final = b"1.2.840.10008.1.2.2"
#: Deflated Explicit VR Little Endian, and the two of JPIP.
DEFLATED: Final = frozenset(
    {b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.95", b"1.2.840.10008.1.2.4.205"}
)
#: One of GE that is little endian but for its pixels.
READ_BY_PYDICOM: Final = frozenset({b"1.2.840.113619.5.2"})
