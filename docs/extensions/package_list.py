"""The directive ``{packages}``: the distributions of this project, from their metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from packages_there_are import GROUPS, distributions, entry_points_of, extras_of
from sphinx.util.docutils import SphinxDirective
from tables import code, codes, row, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution

    from sphinx.application import Sphinx


class Packages(SphinxDirective):
    """A row for each distribution: what it is, what it brings, its extras."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        rows = [row(_cells(name, each)) for name, each in distributions().items()]
        return [table(("package", "what it is", "what it brings"), rows, (25, 35, 40))]


def _cells(name: str, distribution: Distribution) -> Iterator[list[nodes.Node]]:
    yield [code(name), nodes.paragraph(text=distribution.version)]
    yield [nodes.paragraph(text=distribution.metadata["Summary"])]
    brought = [
        codes(names, f"{GROUPS[group]}: ")
        for group, names in entry_points_of(distribution).items()
        if names
    ]
    extras = extras_of(distribution)
    yield [*brought, *([codes(extras, "extras: ")] if extras else [])]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("packages", Packages)
    return {"parallel_read_safe": True}
