"""Names in backticks are links where it is clear what they name; all else stays code.

A name is one of Python (``Host``, ``Host.get``, ``metaprov_core.get``, ``get_many``), of a type
(``imagePlaneModule``), of a command (``metaprov get ...``), of a variable of the environment, of a
code of a note, or of a finding. Of two things with one name neither is linked, unless one is of the
class that is being described.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode
from tables import NO_LINK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_NAME: Final = re.compile(r"[\"']?([\w.]+)[\"']?(?:\(.*\))?", re.DOTALL)
_COMMAND: Final = re.compile(r"metaprov [a-z]+")
_VARIABLE: Final = re.compile(r"(METAPROV_[A-Z_]*[A-Z])(?:=.*)?")
#: What literals are no links in: links, titles, signatures.
_NOT_IN: Final = (nodes.reference, nodes.title, addnodes.desc_signature, addnodes.pending_xref)
#: What is linked by its full name alone, or within its class.
_FIELDS: Final = ("attribute", "property")
#: What is linked by its own name, besides those of Python.
_KINDS: Final = ("answertype", "notecode", "finding")


class Place(NamedTuple):
    """Where something is explained."""

    page: str
    label: str


class Names:
    """What is explained where."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._standard = env.domains.standard_domain.objects
        self._python = {
            name: Place(each.docname, each.node_id)
            for name, each in env.domains.python_domain.objects.items()
            if not each.aliased
        }
        by_last = defaultdict(set)
        for name, each in env.domains.python_domain.objects.items():
            # Fields are called as many other things are: rows, status, type.
            if name in self._python and each.objtype not in _FIELDS:
                by_last[name.rpartition(".")[2]].add(self._python[name])
        self._by_last = {last: places.pop() for last, places in by_last.items() if len(places) == 1}

    def place_of(self, text: str, described: str) -> Place | None:
        """Where the name that a text is, or begins with, is explained; None if that is not clear.

        ``described`` is the class or function whose description it stands in.
        """
        if variable := _VARIABLE.fullmatch(text):
            return self._of_kind("envvar", variable[1])
        if command := _COMMAND.match(text):
            return self._of_kind("subcommand", command[0])
        name = _NAME.fullmatch(text)
        return None if name is None else self._of_name(name[1], described)

    def _of_name(self, name: str, described: str) -> Place | None:
        for kind in _KINDS:
            if place := self._of_kind(kind, name):
                return place
        for full in self._full_names(name, described):
            if full in self._python:
                return self._python[full]
        return self._by_last.get(name)

    def _full_names(self, name: str, described: str) -> Iterator[str]:
        owner = described
        while owner:
            yield f"{owner}.{name}"
            owner = owner.rpartition(".")[0]
        yield name
        yield f"metaprov_core.{name}"
        yield f"metaprov_modules.{name}"
        # The functions of the package are the methods of its host.
        package, _, function = name.partition(".")
        if package == "metaprov_core":
            yield f"metaprov_core.Host.{function}"

    def _of_kind(self, kind: str, name: str) -> Place | None:
        found = self._standard.get((kind, name))
        return None if found is None else Place(*found)


class Links(SphinxPostTransform):
    """Make links of literals."""

    default_priority = 5

    def run(self, **_options: object) -> None:
        """Look at the literals of a page."""
        names = Names(self.env)
        for literal in list(self.document.findall(nodes.literal)):
            is_elsewhere = any(isinstance(each, _NOT_IN) for each in _above(literal))
            if is_elsewhere or NO_LINK in literal["classes"]:
                continue
            place = names.place_of(literal.astext(), _described(literal))
            if place is not None and not _is_within(literal, place, self.env.docname):
                link = make_refnode(
                    self.app.builder, self.env.docname, place.page, place.label, literal.deepcopy()
                )
                literal.replace_self(link)


def _above(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _described(literal: nodes.Node) -> str:
    """What the description says of itself that a literal stands in: ``metaprov_core.Host.get``."""
    for each in _above(literal):
        if isinstance(each, addnodes.desc):
            signature = each.next_node(addnodes.desc_signature)
            return ".".join(filter(None, (signature.get("module"), signature.get("fullname"))))
    return ""


def _is_within(literal: nodes.Node, place: Place, page: str) -> bool:
    """Whether a literal stands in what it names."""
    return page == place.page and any(place.label in _labels(each) for each in _above(literal))


def _labels(node: nodes.Node) -> list[str]:
    """The labels of a node; those of a description are at its signatures."""
    labelled = [node, *node.children] if isinstance(node, addnodes.desc) else [node]
    return [
        label
        for each in labelled
        if isinstance(each, nodes.Element)
        for label in each.get("ids", ())
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page before it is written."""
    app.add_post_transform(Links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
