"""What a client accepts (RFC 9110 12.5.1, PS3.18 8.7.5), best first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from .media_types import MULTIPART

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Accepted", "accepted", "best_of"]

_PARTS: Final = re.compile(r'(?:[^,"]|"[^"]*")+')
_PARAMETER: Final = re.compile(r';\s*([^\s=;]+)\s*=\s*(?:"([^"]*)"|([^\s;]*))')
#: Spellings of before the standard's.
_OLD_NAMES: Final = {
    "image/x-jls": "image/jls",
    "image/x-dicom-rle": "image/dicom-rle",
    "image/j2c": "image/jp2",
    "image/jph": "image/jphc",
}
_MOST_RANGES: Final = 50


class Accepted(NamedTuple):
    """One of the media ranges that a client accepts."""

    #: The type of the answer, or of the parts of a multipart one: ``image/*``, ``*/*`` ...
    type: str
    #: Whether it comes in parts; None: either way.
    multipart: bool | None
    #: The transfer syntax that is asked for, ``*`` for any; None where none is.
    transfer_syntax: str | None
    quality: float = 1.0

    def includes(self, type: str) -> bool:
        """Whether an answer of a type is in the range."""
        return self.type in {"*/*", type, f"{type.partition('/')[0]}/*"}


def accepted(header: str | None, parameters: Iterable[str] = ()) -> list[Accepted]:
    """The ranges of an Accept header, or of ``accept`` parameters, which go before it.

    Without any, everything is accepted. Of equal quality, the first one comes first.
    """
    texts = [text for text in parameters if text] or ([header] if header else [])
    ranges = [
        _range(part.strip()) for text in texts for part in _PARTS.findall(text)[:_MOST_RANGES]
    ]
    found = sorted((each for each in ranges if each.quality > 0), key=lambda each: -each.quality)
    return found or ([] if ranges else [Accepted("*/*", None, None)])


def best_of(ranges: Sequence[Accepted], types: Sequence[str]) -> str | None:
    """The type of an answer in one piece that is liked best; None where none is accepted."""
    return next(
        (type for each in ranges if not each.multipart for type in types if each.includes(type)),
        None,
    )


def _range(text: str) -> Accepted:
    type = text.partition(";")[0].strip().lower()
    parameters = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(text)}
    quality = _quality(parameters.get("q", "1"))
    syntax = parameters.get("transfer-syntax") or None
    if type == MULTIPART:
        of_parts = parameters.get("type", "*/*").lower()
        # Some write the parameters of the parts into their type.
        of_parts, _, inner = of_parts.partition(";")
        syntax = syntax or dict(re.findall(r"(transfer-syntax)=([^;\s]+)", inner)).get(
            "transfer-syntax"
        )
        return Accepted(_OLD_NAMES.get(of_parts, of_parts), True, syntax, quality)
    if type in {"*/*", "multipart/*"}:
        return Accepted("*/*", True if type == "multipart/*" else None, syntax, quality)
    return Accepted(_OLD_NAMES.get(type, type), False, syntax, quality)


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 1.0
