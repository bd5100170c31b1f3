"""The directive ``{command-line}``: every command of metaprov with its arguments and options.

The page cannot differ from the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands_there_are import Command, Parameter, commands
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class CommandLine(SphinxDirective):
    """A section a command."""

    def run(self) -> list[nodes.Node]:
        """The sections."""
        sections = []
        for each in commands():
            section = _section(each)
            self.env.domains.standard_domain.note_object("subcommand", each.name, section["ids"][0])
            sections.append(section)
        return sections


def _section(command: Command) -> nodes.section:
    section = nodes.section(ids=[nodes.make_id(command.name)])
    section += nodes.title(text=command.name)
    section += nodes.literal_block(command.usage, command.usage, language="text")
    section += nodes.paragraph(text=command.help)
    if command.parameters:
        section += _definitions(command.parameters)
    if command.name != "metaprov" and command.example:
        section += nodes.paragraph("", "Example: ", nodes.literal(text=command.example))
    elif command.example:
        section += nodes.paragraph(text=command.example)
    return section


def _definitions(parameters: tuple[Parameter, ...]) -> nodes.definition_list:
    definitions = nodes.definition_list()
    for each in parameters:
        term = nodes.term("", "", nodes.literal(text=each.name))
        meaning = nodes.definition("", nodes.paragraph(text=each.help))
        definitions += nodes.definition_list_item("", term, meaning)
    return definitions


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_object_type("subcommand", "subcommand")
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True}
