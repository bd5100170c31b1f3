"""Text in its character set, and in those that escape sequences switch to (PS3.5 6.1.2.5).

An escape sequence designates a set of characters for the lower half of the bytes (G0) or for the
upper half (G1). What was designated is forgotten before each delimiter: the character set is that
of value 1 again. pydicom 3.0.2 forgets it at line ends alone, not before the ``^`` and ``=`` of
names and the backslash between values, and leaves the escapes of ISO 2022 IR 58 in the text.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import note

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "DEFAULT_CHARSETS",
    "ESCAPE",
    "IN_NAMES",
    "IN_TEXTS",
    "IN_VALUES",
    "SPECIFIC_CHARACTER_SET",
    "decoded",
    "encodings_of",
    "is_plain_ascii",
]

SPECIFIC_CHARACTER_SET: Final = 0x00080005

#: Before what the character set is that of value 1 again (PS3.5 6.1.2.5.3): CR, LF, FF and TAB in
#: every text, the backslash between values, and what a name is made of.
IN_TEXTS: Final = b"\r\n\f\t"
IN_VALUES: Final = IN_TEXTS + b"\\"
IN_NAMES: Final = IN_VALUES + b"^="

ESCAPE: Final = b"\x1b"
#: The default repertoire; people write Latin letters in it.
_DEFAULT: Final = "iso8859"
_LATIN_9: Final = "iso8859_15"
DEFAULT_CHARSETS: Final = (_DEFAULT,)


class _Set(NamedTuple):
    """What an escape sequence designates."""

    #: Python's name of the set, as it is among those that a header declares.
    encoding: str
    #: "G1", "G0", or "G0 of two bytes", in which the bytes of a delimiter are halves of characters.
    element: str


#: By escape sequence (PS3.3 C.12.1.1.2). One is not a beginning of another.
_SETS: Final = {
    b"\x1b(B": _Set(_DEFAULT, "G0"),
    b"\x1b(J": _Set("shift_jis", "G0"),
    b"\x1b)I": _Set("shift_jis", "G1"),
    b"\x1b$B": _Set("iso2022_jp", "G0 of two bytes"),
    b"\x1b$(D": _Set("iso2022_jp_2", "G0 of two bytes"),
    b"\x1b$)A": _Set("iso_ir_58", "G1"),
    b"\x1b$)C": _Set("euc_kr", "G1"),
    b"\x1b-A": _Set("latin_1", "G1"),
    b"\x1b-b": _Set(_LATIN_9, "G1"),
    b"\x1b-B": _Set("iso8859_2", "G1"),
    b"\x1b-C": _Set("iso8859_3", "G1"),
    b"\x1b-D": _Set("iso8859_4", "G1"),
    b"\x1b-F": _Set("iso_ir_126", "G1"),
    b"\x1b-G": _Set("iso_ir_127", "G1"),
    b"\x1b-H": _Set("iso_ir_138", "G1"),
    b"\x1b-L": _Set("iso_ir_144", "G1"),
    b"\x1b-M": _Set("iso_ir_148", "G1"),
    b"\x1b-T": _Set("iso_ir_166", "G1"),
}
#: By the names that pydicom 3.0.2 does not know.
_NOT_IN_PYDICOM: Final = {"ISO_IR 203": _LATIN_9, "ISO 2022 IR 203": _LATIN_9}
#: The character sets that have no escape sequences, by Python's own names.
_ALONE: Final = frozenset({"utf-8", "gb18030", "gbk"})

#: A text up to its first escape, and from each escape to the next one.
_FRAGMENTS: Final = re.compile(rb"\A[^\x1b]+|\x1b[^\x1b]*")
#: Characters of two bytes, spaces and controls between them, and what is in the upper half.
_RUNS: Final = re.compile(rb"[\x21-\x7e]+|[\0-\x20\x7f]+|[\x80-\xff]+")


def is_plain_ascii(data: bytes) -> bool:
    """Whether some bytes are the same text in every character set."""
    return data.isascii() and ESCAPE not in data


def encodings_of(charsets: list[str]) -> Sequence[str]:
    """Python's names of character sets; the default for what cannot be the name of one."""
    from pydicom.charset import convert_encodings

    known = ["ISO_IR 100" if name in _NOT_IN_PYDICOM else name for name in charsets]
    try:
        encodings = convert_encodings(known)
    except ValueError:
        note(f"SpecificCharacterSet (0008,0005) is not understood: {charsets!r:.80}")
        return DEFAULT_CHARSETS
    if known == charsets or len(encodings) != len(charsets):
        return encodings
    pairs = zip(charsets, encodings, strict=True)
    return [_NOT_IN_PYDICOM.get(name, encoding) for name, encoding in pairs]


def decoded(data: bytes, encodings: Sequence[str], delimiters: bytes) -> tuple[str, bool]:
    """The text in some bytes, and whether all of them could be decoded.

    ``encodings`` are Python's names of the character sets that a header declares, the first one the
    default. Escapes that it does not declare stay in the text, and what cannot be decoded is
    replaced, as pydicom does both.
    """
    first = encodings[0]
    if ESCAPE not in data or _is_alone(first):
        return _or_replaced(data, first)
    text, is_all, upper = "", True, first
    for fragment in _FRAGMENTS.findall(data):
        try:
            part, upper = _part(fragment, encodings, delimiters, upper)
        except (UnicodeError, LookupError):
            part, is_all = fragment.decode(first, "replace"), False
        text += part
    return text, is_all


def _part(
    fragment: bytes, encodings: Sequence[str], delimiters: bytes, upper: str
) -> tuple[str, str]:
    """The text from one escape to the next, and the encoding of the upper half behind it.

    ``upper`` is the one before it. Raises UnicodeError and LookupError.
    """
    first = encodings[0]
    if not fragment.startswith(ESCAPE):
        return fragment.decode(first), first
    escape = fragment[: 4 if fragment[1:3] in (b"$(", b"$)") else 3]
    encoding, element = _SETS.get(escape, _UNKNOWN)
    if encoding not in encodings and encoding != _DEFAULT:
        raise LookupError
    is_wide = element == "G0 of two bytes"
    body = fragment[len(escape) :]
    end = _find(body, IN_TEXTS if is_wide else delimiters)
    if is_wide:
        text = "".join(_wide(run, escape, encoding, upper) for run in _RUNS.findall(body[:end]))
    else:
        # ASCII and JIS X 0201 in the lower half leave the upper one as it is.
        upper = encoding if element == "G1" else upper
        text = body[:end].decode(upper)
    if end == len(body):
        return text, upper
    return text + body[end:].decode(first), first


_UNKNOWN: Final = _Set("", "")


def _wide(run: bytes, escape: bytes, encoding: str, upper: str) -> str:
    if run[0] >= 0x80:
        return run.decode(upper)
    # Python strips the escape.
    return (escape + run).decode(encoding) if run[0] > 0x20 and run[0] != 0x7F else run.decode()


def _find(data: bytes, delimiters: bytes) -> int:
    """Where the first delimiter is; the end of the data where there is none."""
    return next((place for place, byte in enumerate(data) if byte in delimiters), len(data))


def _or_replaced(data: bytes, encoding: str) -> tuple[str, bool]:
    try:
        return data.decode(encoding), True
    except LookupError:
        return data.decode(_DEFAULT), False
    except UnicodeError:
        return data.decode(encoding, "replace"), False


@lru_cache(64)
def _is_alone(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name in _ALONE
    except LookupError:
        return False
