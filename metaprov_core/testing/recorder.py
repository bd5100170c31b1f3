"""A plugin that changes nothing, and writes down what its host is asked and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import hookimpl

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["Asked", "Recorder"]


class Asked(NamedTuple):
    """One question, and what became of it."""

    type: str
    image_id: str
    #: None where nobody answered, or where a provider raised.
    answer: Any = None


class Recorder:
    """Register it after the plugins to watch, as the wrapper that is asked before all others."""

    def __init__(self) -> None:
        #: The questions, in the order in which they were answered.
        self.asked: Final[list[Asked]] = []
        #: What the host was told of, as ``(type, image_id)``; None for all.
        self.changes: Final[list[tuple[str | None, str | None]]] = []

    @property
    def questions(self) -> list[tuple[str, str]]:
        """The questions without their answers: ``(type, image_id)``."""
        return [(question.type, question.image_id) for question in self.asked]

    def forget(self) -> None:
        """Start again with nothing written down."""
        self.asked.clear()
        self.changes.clear()

    @hookimpl(wrapper=True, tryfirst=True)
    def get_metadata(self, type: str, image_id: str) -> Generator[None, Any, Any]:
        answer = None
        try:
            answer = yield
        finally:
            self.asked.append(Asked(str(type), image_id, answer))
        return answer

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        self.changes.append((None if type is None else str(type), image_id))
