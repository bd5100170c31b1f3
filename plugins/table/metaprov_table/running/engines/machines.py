"""Whether the machines of a cluster can do the work: they are asked before it begins."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from metaprov_table.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_table.running.kept.parts import Parts

__all__ = ["refuse_unfit_machines"]

_PACKAGE: Final = "metaprov-table"


def refuse_unfit_machines(
    client: Any, assignment: bytes, parts: Parts, sources: Sequence[str]
) -> None:
    """Raise `TableError`, with the names, where a machine cannot do the work.

    The scheduler and the workers have this package in this version; a worker has the plugins of the
    host, reads the first source, and writes beside the output.
    """
    of_scheduler = client.run_on_scheduler(_lack_of_package(version(_PACKAGE)))
    if of_scheduler is not None:
        raise TableError(f"the Dask scheduler cannot do this: {of_scheduler}")
    for asked in (
        _lack_of_package(version(_PACKAGE)),
        _lack_of_plugins(assignment),
        _lack_of_files(str(parts.folder), sources),
    ):
        answers: dict[str, Any] = client.run(asked, on_error="return")
        unfit = [f"{worker}: {answer}" for worker, answer in answers.items() if answer is not None]
        if unfit:
            raise TableError(f"Dask workers cannot do this: {'; '.join(unfit)}")


# What these return is sent by value, for its place in a module is none that can be imported: a
# machine without this package can run it.


def _lack_of_package(expected: str) -> Callable[[], str | None]:
    def lack() -> str | None:
        from importlib import import_module
        from importlib.metadata import version
        from socket import gethostname

        try:
            import_module("metaprov_table.running.engines.worker")
            there = version("metaprov-table")
        except Exception as error:
            return f"{gethostname()} cannot import metaprov_table {expected}: {error}"
        if there != expected:
            return f"{gethostname()} has metaprov-table {there}, and not {expected}"
        return None

    return lack


def _lack_of_plugins(assignment: bytes) -> Callable[[], str | None]:
    def lack() -> str | None:
        from socket import gethostname

        from metaprov_core import MetaprovError
        from metaprov_table.running.engines.worker import worker_of

        try:
            worker_of(assignment)
        except MetaprovError as error:
            return f"{gethostname()}: {error}"
        return None

    return lack


def _lack_of_files(folder: str, sources: Sequence[str]) -> Callable[[], str | None]:
    def lack() -> str | None:
        from pathlib import Path
        from socket import gethostname
        from uuid import uuid4

        place = folder
        try:
            written = Path(folder, f"{uuid4().hex}.unfinished")
            written.touch(exist_ok=False)
            written.unlink()
            for place in sources:
                if "://" in place or place.startswith("wadors:"):
                    continue
                if Path(place).is_dir():
                    next(Path(place).iterdir(), None)
                else:
                    Path(place).open("rb").close()
        except OSError as error:
            return f"{gethostname()} cannot use {place}: {error.strerror}"
        return None

    return lack
