"""Each variable in the tables of the page about the environment is a place that links lead to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE: Final = "reference/environment"
_VARIABLE: Final = re.compile(r"METAPROV_[A-Z_]*[A-Z]")


def label(app: Sphinx, document: nodes.document) -> None:
    """Label the rows whose first cell names a variable."""
    if app.env.docname != PAGE:
        return
    for row in document.findall(nodes.row):
        found = _VARIABLE.match(row[0].astext())
        if found is not None:
            row["ids"].append(found[0])
            app.env.domains.standard_domain.note_object("envvar", found[0], found[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page that was read."""
    app.connect("doctree-read", label)
    return {"parallel_read_safe": True}
