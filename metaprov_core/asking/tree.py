"""What an answer rests on, as a tree of text: ``imagePlaneModule <- dicom-modules`` ..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core.columns import GAP, line, widths_of

from .blame import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_core.hooks.trace import Question

    from .explanation import ExplanationRow

__all__ = ["tree_of"]

_COLUMNS: Final = ("rests on", "ms", "")
_KEPT: Final = "kept"

_Cells = tuple[str, str, str]


def tree_of(type: str, image_id: str, rows: Sequence[ExplanationRow]) -> list[str]:
    """A line for each provider that asked others, and below it one for each of its questions.

    No line where none asked others.
    """
    cells: list[_Cells] = [_COLUMNS]
    for row in rows:
        if row.questions and row.seconds is not None:
            cells.append(_cells(f"{type} <- {row.provider.plugin}", row.seconds, kept=row.kept))
            for question in row.questions:
                cells.extend(_branch(question, image_id, GAP))
    if len(cells) == 1:
        return []
    widths = widths_of(cells)
    return [line(each, widths) for each in cells]


def _branch(question: Question, image_id: str, indent: str) -> Iterator[_Cells]:
    """A question below one about the image of this id, and what is below it."""
    text = f"{indent}{question.type}"
    if question.count > 1:
        text += f" of {question.count:,} images"
    elif question.image_id != image_id:
        text += f" of {without_secrets(question.image_id)}"
    text += f" <- {question.plugin}" if question.plugin else f": {question.outcome}"
    yield _cells(text, question.seconds, kept=question.kept)
    for below in question.questions:
        yield from _branch(below, question.image_id, f"{indent}{GAP}")


def _cells(text: str, seconds: float, *, kept: bool) -> _Cells:
    return text.replace("\n", " "), f"{seconds * 1000:.3f}", _KEPT if kept else ""
