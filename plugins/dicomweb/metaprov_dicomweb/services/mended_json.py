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
    rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[+-]?(?:infinity|inf|nan)', re.DOTALL | re.IGNORECASE
)
#: So many are set aside; JSON that is wrong all over is none.
_MOST_MENDED: Final = 100_000
_SUSPICIOUS: Final = re.compile(rb"[\0-\x1f]|\\u[dD][89a-fA-F]")


def mended(body: bytes) -> bytes:
    """The JSON with each value that is none in a list of its own, where no value is expected.

    Those who read the attribute say in a note that they do not understand it.
    """
    pieces, end = [], 0
    for match in _TOKENS.finditer(body):
        token = match[0]
        instead = _mended(token)
        if instead is not token:
            pieces += [body[end : match.start()], instead]
            end = match.end()
        if len(pieces) > 2 * _MOST_MENDED:
            break
    return b"".join([*pieces, body[end:]])


def _mended(token: bytes) -> bytes:
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
