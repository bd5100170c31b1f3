"""Text that every output takes: no file name, and no answer, is more than its encoding can hold."""

from __future__ import annotations

import codecs
import sys
from io import TextIOWrapper
from typing import Final

__all__ = ["FITTING", "let_output_fit"]

#: The name of the error handler: the bytes of a file name that is no text are written as they are,
#: and a character that the encoding lacks as ``\u2013``.
FITTING: Final = "metaprov-fitting"

# A single byte would be half a character of these.
_WIDE: Final = ("utf-16", "utf-32", "utf_16", "utf_32")


def let_output_fit() -> None:
    """Let stdout take any text from now on. stderr does without this: it escapes."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors=FITTING)


def _fitting(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character = error.object[error.start]
    if "\udc80" <= character <= "\udcff" and not error.encoding.startswith(_WIDE):
        return character.encode("ascii", "surrogateescape"), error.start + 1
    return character.encode("ascii", "backslashreplace").decode("ascii"), error.start + 1


codecs.register_error(FITTING, _fitting)
