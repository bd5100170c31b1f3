"""Numbers and texts of a header, whoever read it: no value of another kind passes for one."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from numbers import Real
from typing import Any, Final

__all__ = ["number", "text", "texts"]

# DS, PS3.5 6.2; float() alone would also read "nan" and "1_0".
_DECIMAL_STRING: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PADDING: Final = " \0"


def number(value: Any) -> float | None:
    """A finite number, also from a DS string or bytes; None for anything else.

    A list, an empty string, a reference to bulk data or True is not a number.
    """
    if type(value) is not float:
        if value is None or isinstance(value, bool):
            return None
        if isinstance(value, bytes | str):
            value = _decimal_string(value)
        elif not isinstance(value, Real | Decimal):
            return None
    try:
        read = float(value)
    except (OverflowError, ValueError):
        return None
    return read if math.isfinite(read) else None


def _decimal_string(value: bytes | str) -> str:
    stripped = _decoded(value).strip(_PADDING)
    return stripped if _DECIMAL_STRING.fullmatch(stripped) else ""


def text(value: Any) -> str | None:
    """A text without padding; None where it is empty.

    A value that is not a text becomes the name of its class in brackets, which no rule
    understands: the attribute is there, and its value is wrong.
    """
    if isinstance(value, str):
        return value.strip(_PADDING) or None
    if value is None:
        return None
    if isinstance(value, bytes):
        return _decoded(value).strip(_PADDING) or None
    return f"<{type(value).__name__}>"


def texts(value: Any) -> frozenset[str]:
    """The texts of a list, or of one text in which backslashes join them."""
    if isinstance(value, bytes):
        value = _decoded(value)
    if isinstance(value, str):
        value = value.split("\\")
    if not isinstance(value, Sequence):
        return frozenset()
    return frozenset(text.strip(_PADDING) for text in value if isinstance(text, str)) - {""}


def _decoded(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
