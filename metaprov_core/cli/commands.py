"""Commands of plugins: entry points in the group ``metaprov.commands``.

The name of an entry point is that of the command; its value a function with typer's annotations,
or a ``typer.Typer``. It is imported when it is run, or listed by ``--help``.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from metaprov_core.asking.known import hints_for_command
from metaprov_core.errors import described
from metaprov_core.loading.discovery import COMMANDS, find_plugins
from metaprov_core.loading.options import is_set, options_from

from .ending import ended_by_others
from .exit_status import ExitStatus
from .failures import tell

if TYPE_CHECKING:
    from metaprov_core import PluginRecord
    from metaprov_core.loading.candidate import Candidate

__all__ = ["CommandsOfPlugins"]


class CommandsOfPlugins(TyperGroup):
    """metaprov's own commands, and those of the plugins that are neither disabled nor broken."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names: those of metaprov's own commands first."""
        own = super().list_commands(ctx)
        return [*own, *(name for name in self._found if name not in own)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, imported; None, with a line on stderr, where that fails."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in self._found:
            return own
        found = self._found[cmd_name]
        try:
            return _command(found.entry_point.load(), cmd_name)
        except Exception as error:
            who = f"{found.distribution} {found.version}".strip()
            tell(f"warning: cannot load command {cmd_name!r} of {who}: {described(error)}")
            return None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name; where it is known who has it, they are named."""
        if args[0] not in self.commands and args[0] not in self._found:
            hints = hints_for_command(args[0], self._records())
            if hints:
                tell(f"no command {args[0]!r}: {hints[0]}")
                raise typer.Exit(ExitStatus.UNUSABLE)
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Read the arguments; ``--help`` prints, and imports the commands of plugins."""
        with ended_by_others():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with ended_by_others():
            return super().invoke(ctx)

    def _records(self) -> list[PluginRecord]:
        """The commands of plugins, whether they may be run or not."""
        return [
            candidate.record._replace(
                status="active" if candidate.name in self._found else "disabled"
            )
            for candidate in find_plugins(COMMANDS).found
        ]

    @cached_property
    def _found(self) -> dict[str, Candidate]:
        if is_set("METAPROV_DISABLE_AUTOLOAD"):
            return {}
        options = options_from(None, None, None, None, environment=True)
        return {
            candidate.name: candidate
            for candidate in find_plugins(COMMANDS).found
            if options.allow(candidate)
        }


def _command(target: Any, name: str) -> Any:
    if not isinstance(target, typer.Typer):
        function, target = target, typer.Typer(add_completion=False)
        target.command(name)(function)
    command = typer.main.get_command(target)
    command.name = name
    return command
