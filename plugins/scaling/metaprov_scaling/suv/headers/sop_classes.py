"""The SOP classes of PET images (PS3.4 B.5)."""

from __future__ import annotations

from typing import Final

__all__ = ["CONVERTED_PET", "ENHANCED", "ENHANCED_PET", "may_be_pet"]

ENHANCED_PET: Final = "1.2.840.10008.5.1.4.1.1.130"
#: Legacy Converted Enhanced PET: a classic series in one object.
CONVERTED_PET: Final = "1.2.840.10008.5.1.4.1.1.128.1"

#: Those whose frames are described by functional groups (PS3.3 C.7.6.16).
ENHANCED: Final = frozenset({ENHANCED_PET, CONVERTED_PET})
_PET: Final = ENHANCED | {"1.2.840.10008.5.1.4.1.1.128"}


def may_be_pet(sop_class_uid: str | None) -> bool:
    """Whether an image is of a class of PET, or does not say of which it is."""
    return sop_class_uid is None or sop_class_uid in _PET
