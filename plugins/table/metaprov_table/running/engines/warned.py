"""Warnings in a process that works for another: whoever started the run is told of them."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import PluginLoadWarning

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["warnings_heard"]

#: The texts so far, each once; None where nobody listens.
_heard: Final[ContextVar[dict[str, None] | None]] = ContextVar("_heard", default=None)


@contextmanager
def warnings_heard() -> Iterator[dict[str, None]]:
    """The texts of warnings that this thread would show meanwhile.

    `warnings.catch_warnings` is for a process with one thread: a Dask worker may have several.
    """
    if not isinstance(warnings.showwarning, _Show):
        warnings.showwarning = _Show(warnings.showwarning)
    texts: dict[str, None] = {}
    listening = _heard.set(texts)
    try:
        yield texts
    finally:
        _heard.reset(listening)


class _Show:
    """Shows a warning as before, where nobody listens."""

    def __init__(self, before: Any) -> None:
        self._before = before

    def __call__(
        self, message: Warning | str, category: type[Warning], *where: Any, **more: Any
    ) -> None:
        texts = _heard.get()
        if texts is None:
            self._before(message, category, *where, **more)
        # Whoever started the run has loaded the same plugins.
        elif not issubclass(category, PluginLoadWarning):
            texts[str(message)] = None
