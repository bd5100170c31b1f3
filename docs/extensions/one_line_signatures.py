"""Signatures stand on one line where they fit, as they are shown.

Sphinx measures them before the modules of their annotations are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sphinx import addnodes

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

#: As many characters of code as a line of the theme has.
ROOM: Final = 88


def fit(_app: Sphinx, document: nodes.document) -> None:
    """Put the parameters of short signatures on one line."""
    for signature in document.findall(addnodes.desc_signature):
        if len(signature.astext()) <= ROOM:
            for parameters in signature.findall(addnodes.desc_parameterlist):
                parameters["multi_line_parameter_list"] = False


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page that was read."""
    app.connect("doctree-read", fit)
    return {"parallel_read_safe": True}
