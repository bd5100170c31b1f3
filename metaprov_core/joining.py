"""How an object becomes a plugin of a host: imported, created, checked, attached."""

from __future__ import annotations

from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING

from .discovery import import_plugin
from .errors import MetaprovError, PluginLoadError
from .implementations import implementations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .discovery import Found, Imported
    from .host import Host
    from .records import PluginRecord

__all__ = ["Joining"]


class Joining:
    """Runs the code of plugins that join a host, and confines what it raises to that plugin.

    KeyboardInterrupt alone goes through; anything else that a plugin raises (SystemExit, a panic of
    an extension module) is a `PluginLoadError` of that plugin.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._thread = local()

    def refuse_questions(self) -> None:
        """Raise MetaprovError where a plugin asks the host while it is being loaded."""
        name = getattr(self._thread, "name", None)
        if name is not None:
            raise MetaprovError(
                f"plugin {name!r} asks the host while it is being loaded, before any plugin can "
                "answer: ask when it is asked itself, in get_metadata"
            )

    def import_(self, found: Found) -> Imported:
        """Import what an entry point names. Raises PluginLoadError."""
        with self._running(found.record) as run:
            run.stage = "import"
            return import_plugin(found)

    def join(self, record: PluginRecord, make: Callable[[], object]) -> PluginRecord:
        """The record with its plugin, which ``make`` provides, attached. Raises PluginLoadError."""
        with self._running(record) as run:
            run.stage = "create"
            plugin = make()
            run.stage = "register"
            functions = implementations(plugin)
            run.stage = "attach"
            for each in functions:
                if each.hook == "attach":
                    each.function(*(self._host for _ in each.arguments))
        return record._replace(plugin=plugin, implementations=functions)

    @contextmanager
    def _running(self, record: PluginRecord) -> Iterator[_Run]:
        outer = getattr(self._thread, "name", None)
        self._thread.name = record.name
        run = _Run()
        try:
            yield run
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
