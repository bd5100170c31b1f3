"""Tables of documentation, made of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: The class of a literal that is no link, whatever it is called.
NO_LINK: Final = "no-link"


def table(columns: Sequence[str], rows: Iterable[nodes.row], widths: Sequence[int]) -> nodes.table:
    """A table with these names of columns; the widths are in percent."""
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=width) for width in widths]
    group += nodes.thead("", row([[nodes.paragraph(text=name)] for name in columns]))
    group += nodes.tbody("", *rows)
    return nodes.table("", group, classes=["colwidths-given"])


def row(cells: Iterable[Sequence[nodes.Node]], *, ids: Sequence[str] = ()) -> nodes.row:
    """A row, which links can lead to by its ids."""
    return nodes.row("", *(nodes.entry("", *cell) for cell in cells), ids=list(ids))


def code(text: str) -> nodes.paragraph:
    """A paragraph that is a name, or another piece of code."""
    return nodes.paragraph("", "", nodes.literal(text=text))


def codes(texts: Sequence[str], before: str = "") -> nodes.paragraph:
    """A paragraph of names that are no links, with commas between them."""
    paragraph = nodes.paragraph(text=before)
    for place, text in enumerate(texts):
        paragraph += [nodes.Text(", ")] if place else []
        paragraph += nodes.literal(text=text, classes=[NO_LINK])
    return paragraph
