"""The directive ``{command-line}``: every command of metaprov with its arguments and options.

They are read from the command itself, so that the page cannot differ from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from docutils.parsers.rst import Directive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx


class Parameter(NamedTuple):
    """An argument or an option."""

    name: str
    help: str


class Command(NamedTuple):
    """A command, or metaprov itself before it is given one."""

    name: str
    usage: str
    help: str
    example: str
    parameters: tuple[Parameter, ...]


def commands() -> Iterator[Command]:
    """The command itself, and then its own commands and those of plugins."""
    import typer

    from metaprov_core.cli.app import app

    group: Any = typer.main.get_command(app)
    yield _command("metaprov", "COMMAND ...", group)
    for name in group.list_commands(None):
        yield _command(f"metaprov {name}", "", group.get_command(None, name))


def _command(name: str, rest: str, command: Any) -> Command:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    names = [_name(each) for each in arguments]
    usage = " ".join(part for part in (name, "[OPTIONS]", *names, rest) if part)
    parameters = tuple(Parameter(_name(each), each.help or "") for each in command.params)
    example = (command.epilog or "").removeprefix("Example: ")
    return Command(name, usage, command.help or "", example, parameters)


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return parameter.metavar or parameter.name.upper()
    return ", ".join((*parameter.opts, *parameter.secondary_opts))


class CommandLine(Directive):
    """A section a command."""

    def run(self) -> list[nodes.Node]:
        """The sections."""
        return [_section(each) for each in commands()]


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
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True}
