"""Every command of metaprov with its arguments and options, read from the command itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


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
