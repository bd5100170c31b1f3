"""The directives ``{note-codes}`` and ``{findings}``: rows of the tables that packages have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from notes_there_are import codes, findings
from sphinx.util.docutils import SphinxDirective
from tables import code, row, table

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class NoteCodes(SphinxDirective):
    """A row for each code of a note."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        rows = []
        labelled = set()
        for each in codes():
            label = nodes.make_id(f"note-{each.package}-{each.code}")
            # Several packages may have one code; a link leads to the first.
            if each.code not in labelled:
                labelled.add(each.code)
                self.env.domains.standard_domain.note_object("notecode", each.code, label)
            told = (each.severity, each.meaning, each.package)
            cells = [[nodes.paragraph(text=text)] for text in told]
            rows.append(row([[code(each.code)], *cells], ids=[label]))
        return [table(("code", "severity", "meaning", "package"), rows, (25, 12, 45, 18))]


class Findings(SphinxDirective):
    """A row for each finding of ``metaprov report``."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        rows = []
        for each in findings():
            label = nodes.make_id(f"finding-{each.name}")
            self.env.domains.standard_domain.note_object("finding", each.name, label)
            told = (str(each.severity), each.level, each.sentence, each.source)
            cells = [[nodes.paragraph(text=text)] for text in told]
            rows.append(row([[code(each.name)], *cells], ids=[label]))
        columns = ("finding", "severity", "level", "meaning", "source")
        return [table(columns, rows, (22, 10, 10, 38, 20))]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_object_type("notecode", "notecode")
    app.add_object_type("finding", "finding")
    app.add_directive("note-codes", NoteCodes)
    app.add_directive("findings", Findings)
    return {"parallel_read_safe": True}
