"""How an object becomes a plugin of a host: imported, created, checked, attached."""

from __future__ import annotations

from threading import local
from typing import TYPE_CHECKING, Final, TypeVar

from metaprov_core.errors import MetaprovError, PluginLoadError

from .check import implementations
from .discovery import import_plugin
from .members import Members

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .candidate import Candidate
    from .discovery import Imported
    from .record import PluginRecord

__all__ = ["Joining"]

T = TypeVar("T")


class Joining:
    """Runs the code of plugins that join a host, and confines what it raises to that plugin.

    KeyboardInterrupt goes through; anything else that a plugin raises (SystemExit, a panic of
    an extension module) is a `PluginLoadError` of that plugin.
    """

    def __init__(self, host: object) -> None:
        self._host = host
        self._thread = local()
        #: Those that joined, and have not left.
        self.members: Final = Members(host)

    def refuse_questions(self) -> None:
        """Raise MetaprovError where a plugin asks the host while it is being loaded."""
        if self.running is not None:
            raise MetaprovError(
                f"plugin {self.running!r} asks the host while it is being loaded, before any "
                "plugin can answer: ask when it is asked itself, in get_metadata"
            )

    @property
    def running(self) -> str | None:
        """The name of the plugin whose code this thread runs, for it is being loaded."""
        return getattr(self._thread, "name", None)

    def import_(self, candidate: Candidate) -> Imported:
        """Import what an entry point names. Raises PluginLoadError."""

        def steps(run: _Run) -> Imported:
            run.stage = "import"
            return import_plugin(candidate)

        return self._run(candidate.record, steps)

    def import_by_hand(self, what: str) -> Mapping[Candidate, Imported]:
        """Import the plugins in a file or a module. Raises PluginLoadError."""
        # Nothing of it is needed in most processes.
        from .by_hand import ImportedByHand, named_by_hand

        def steps(run: _Run) -> Mapping[Candidate, Imported]:
            run.stage = "import"
            imported = ImportedByHand(what)
            run.stage = "register"
            return imported.plugins()

        return self._run(named_by_hand(what).record, steps)

    def join(self, record: PluginRecord, make: Callable[[], object]) -> PluginRecord:
        """The record with its plugin, which ``make`` provides, attached. Raises PluginLoadError."""

        def steps(run: _Run) -> PluginRecord:
            run.stage = "create"
            plugin = make()
            run.stage = "register"
            implemented = implementations(plugin)
            run.stage = "attach"
            for implementation in implemented:
                if implementation.hook == "attach":
                    implementation.called_with("host")(self._host)
            joined = record._replace(plugin=plugin, implementations=implemented)
            self.members.add(joined)
            return joined

        return self._run(record, steps)

    def _run(self, record: PluginRecord, steps: Callable[[_Run], T]) -> T:
        outer = self.running
        run = _Run()
        try:
            self._thread.name = record.name
            return steps(run)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise PluginLoadError((record.failure(run.stage, error),)) from error
        finally:
            self._thread.name = outer


class _Run:
    """The code of one plugin, running."""

    #: What is being done.
    stage = ""
