"""JSON that is none for one value's sake, mended: the value is set aside, the others answer.

What RFC 8259 does not allow, and servers send: NaN and Infinity, which Python writes; half of a
surrogate pair, which is no character; control characters in a text.
"""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec

__all__ = ["mended"]

#: A text, or what Python and C write for a number that is none.
_TOKENS: Final = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"|[+-]?(?:infinity|inf|nan)', re.DOTALL | re.IGNORECASE
)
_SUSPICIOUS: Final = re.compile(rb"[\0-\x1f]|\\u[dD][89a-fA-F]")


def mended(body: bytes) -> bytes:
    """The JSON with each value that is none in a list of its own, where no value is expected.

    Those who read the attribute say in a note that they do not understand it.
    """
    return _TOKENS.sub(_mended, body)


def _mended(match: re.Match[bytes]) -> bytes:
    token = match[0]
    if not token.startswith(b'"'):
        return b'["%b"]' % token
    if _SUSPICIOUS.search(token) is None:
        return token
    try:
        text = json.loads(token.decode("utf-8", "replace"), strict=False)
    except ValueError:
        return token
    try:
        # A control character is escaped.
        return msgspec.json.encode(text)
    except UnicodeEncodeError:
        shown = text.encode("utf-8", "backslashreplace").decode()
        return msgspec.json.encode([shown])
