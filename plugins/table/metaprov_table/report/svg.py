"""Figures as SVG that can stand in a page: its colours, its font, and no style of their own."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import matplotlib as mpl
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.figure import Figure

__all__ = ["INK", "SERIES", "drawn_for_page", "inline_svg", "label_of"]

#: Colours that stand for those of the page, which differ in light and dark.
INK: Final = "#010201"
_MUTED: Final = "#010202"
_LINE: Final = "#010203"
SERIES: Final = tuple(f"#01010{number}" for number in range(1, 7))
_OF_PAGE: Final[Mapping[str, str]] = {
    INK: "currentColor",
    _MUTED: "var(--muted)",
    _LINE: "var(--line)",
    **{colour: f"var(--s{number})" for number, colour in enumerate(SERIES, 1)},
}
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
#: What a header may say, and a figure shows, of a name.
_LONGEST: Final = 20

#: Text stays text, whatever a header has in it: no TeX, no paths. The names within a figure
#: follow from what it shows.
_STYLE: Final[dict[Any, object]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "metaprov",
    "text.parse_math": False,
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
    "xtick.color": _MUTED,
    "ytick.color": _MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
}


@contextmanager
def drawn_for_page() -> Iterator[None]:
    """Let figures be drawn, and written, as a page has them."""
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # It measures with its own font what the browser shows in another, which has the letter.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        yield


def label_of(text: object) -> str:
    """A text of a header as a figure can have it: printable, and short."""
    shown = "".join(each for each in str(text or "none") if each.isprintable())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."


def inline_svg(figure: Figure, title: str) -> Markup:
    """A figure as an element of a page, with a title for those who do not see it."""
    drawn = BytesIO()
    figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    ET.register_namespace("", _NAMESPACE[1:-1])
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(drawn.getvalue())  # noqa: S314 - what matplotlib has just written
    _drop(root, "metadata", "style")
    for element in root.iter():
        _restyle(element)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    heading = ET.Element(f"{_NAMESPACE}title")
    heading.text = title
    root.insert(0, heading)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - made of elements


def _drop(root: ET.Element, *names: str) -> None:
    tags = {f"{_NAMESPACE}{name}" for name in names}
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in tags:
                parent.remove(child)


def _restyle(element: ET.Element) -> None:
    """Make attributes of a style, which the page's policy forbids, with the colours of the page."""
    # Identifiers of groups mean nothing, and would be several times in a page.
    if element.tag == f"{_NAMESPACE}g":
        element.attrib.pop("id", None)
    for declaration in filter(None, element.attrib.pop("style", "").split("; ")):
        name, _, value = declaration.partition(": ")
        if name == "font":
            name, value = "font-size", re.split(r"\s", value)[0]
        element.set(name, value.rstrip(";"))
    for name in ("fill", "stroke"):
        if name in element.attrib:
            element.set(name, _OF_PAGE.get(element.attrib[name], element.attrib[name]))
