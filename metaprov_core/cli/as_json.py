"""Answers as JSON, whatever their classes: UTF-8, or ASCII where a string is no Unicode."""

from __future__ import annotations

import json
import math
import operator
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

__all__ = ["encoded", "plain", "print_json", "print_json_line"]


def print_json(value: Any) -> None:
    """Print a value as JSON, indented."""
    _print(encoded(value, indent=2))


def print_json_line(value: Any) -> None:
    """Print a value as JSON, on one line."""
    _print(encoded(value))


def _print(json_text: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(json_text + b"\n")


def encoded(value: Any, indent: int = 0) -> bytes:
    """A value as JSON, on one line without ``indent``."""
    try:
        line = msgspec.json.encode(value, enc_hook=plain)
        return msgspec.json.format(line, indent=indent) if indent else line
    except UnicodeEncodeError:
        # The name of a file that is no text, which JSON can hold as \udcff and UTF-8 cannot.
        builtins = msgspec.to_builtins(value, enc_hook=plain, str_keys=True)
        return json.dumps(_without_nan(builtins), indent=indent or None).encode("ascii")


def plain(value: Any) -> Any:
    """Something that JSON has, in place of what it has not; NumPy's values are known by methods."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return list(value)
    for builtin in (str, int, float):
        if isinstance(value, builtin):
            return builtin(value)
    if hasattr(value, "tolist"):
        listed = value.tolist()
        if type(listed) is not type(value):  # longdouble stays what it is
            return listed
    if hasattr(value, "to_json_dict"):  # a Dataset of pydicom
        return value.to_json_dict()
    if hasattr(value, "__index__"):
        return operator.index(value)
    if hasattr(value, "__float__"):
        return float(value)
    return repr(value)


def _without_nan(value: Any) -> Any:
    """What msgspec makes of numbers that JSON has not."""
    match value:
        case float() if not math.isfinite(value):
            return None
        case dict():
            return {key: _without_nan(each) for key, each in value.items()}
        case list() | tuple():
            return [_without_nan(each) for each in value]
    return value
