"""The SOP classes of PET images (PS3.4 B.5)."""

from __future__ import annotations

from typing import Final

__all__ = ["CONVERTED_PET", "ENHANCED", "ENHANCED_PET", "PET"]

ENHANCED_PET: Final = "1.2.840.10008.5.1.4.1.1.130"
#: Legacy Converted Enhanced PET: a classic series in one object.
CONVERTED_PET: Final = "1.2.840.10008.5.1.4.1.1.128.1"

#: Those whose frames are described by functional groups (PS3.3 C.7.6.16).
ENHANCED: Final = frozenset({ENHANCED_PET, CONVERTED_PET})
PET: Final = ENHANCED | {"1.2.840.10008.5.1.4.1.1.128"}
