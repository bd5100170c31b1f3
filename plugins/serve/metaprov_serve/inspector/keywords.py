"""The keywords of attributes, for DICOM JSON, which has tags alone."""

from __future__ import annotations

from functools import cache

import msgspec
from pydicom.datadict import keyword_dict

__all__ = ["keywords"]


@cache
def keywords() -> bytes:
    """JSON: of each tag of the data dictionary (PS3.6), as "00100010", its keyword."""
    named = {f"{tag:08X}": keyword for keyword, tag in keyword_dict.items() if keyword}
    return msgspec.json.encode(named)
