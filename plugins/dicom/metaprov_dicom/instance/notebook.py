"""An instance as a notebook shows it: a table of its attributes."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, Protocol

from metaprov_core import MetadataReadError
from metaprov_dicom.values.dictionary import keyword_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["html_of"]

#: How much of a value is shown.
_MOST_VALUES: Final = 16
_LONGEST: Final = 200
#: What stands for an empty value, as in the tables of modules.
_EMPTY: Final = "-"


class Attributes(Protocol):
    """Attributes by their tags: an instance."""

    def tags(self) -> list[int]:
        """The tags, in ascending order."""

    def value(self, tag: int) -> Any:
        """The value of an attribute. Raises MetadataReadError."""

    def sequence(self, tag: int) -> Sequence[object]:
        """The items of a sequence; none of anything else."""


def html_of(instance: Attributes) -> str:
    """A table of HTML: keyword, tag and value of each attribute, the values shortened."""
    rows = "".join(_row(instance, tag) for tag in instance.tags())
    return (
        f"<table><caption>{escape(repr(instance))}</caption>"
        "<thead><tr><th>keyword</th><th>tag</th><th>value</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(instance: Attributes, tag: int) -> str:
    keyword = keyword_of(tag)
    # Private and unknown ones have their tag for a keyword.
    shown = "" if keyword == f"{tag:08X}" else keyword
    try:
        value = _shown(instance, tag)
    except MetadataReadError as error:
        value = error.reason
    cells = (shown, f"({tag >> 16:04X},{tag & 0xFFFF:04X})", value)
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _shown(instance: Attributes, tag: int) -> str:
    # Of a thousand items none is made to count them.
    items = instance.sequence(tag)
    if items:
        return "1 item" if len(items) == 1 else f"{len(items)} items"
    value = instance.value(tag)
    if isinstance(value, tuple) and value:
        more = ["..."] if len(value) > _MOST_VALUES else []
        return _shortened(", ".join([*map(_text, value[:_MOST_VALUES]), *more]))
    return _shortened(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return _EMPTY if value is None or value == () else str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
