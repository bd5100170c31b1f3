"""What an answer rests on, as a tree of text: ``imagePlaneModule <- dicom-modules`` ..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core.columns import GAP, line, widths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metaprov_core.hooks.trace import Question

__all__ = ["tree_of"]

_COLUMNS: Final = ("rests on", "ms", "")

_Cells = tuple[str, str, str]


def tree_of(questions: Iterable[Question], image_id: str) -> list[str]:
    """A line for each question, and below it those that were asked for its answer."""
    cells: list[_Cells] = [_COLUMNS]
    for question in questions:
        cells.extend(_branch(question, image_id, ""))
    if len(cells) == 1:
        return []
    widths = widths_of(cells)
    return [line(each, widths) for each in cells]


def _branch(question: Question, image_id: str, indent: str) -> Iterator[_Cells]:
    """A question below one about the image of this id, and what is below it."""
    text = f"{indent}{question.type}"
    if question.times > 1:
        text += f" ({question.times:,} times)"
    elif question.image_id != image_id:
        text += f" of {question.image_id}"
    text += f" <- {question.plugin}" if question.plugin else f": {question.outcome}"
    if question.changed_by:
        text += f", changed by {', '.join(question.changed_by)}"
    is_kept = "kept" if question.kept else ""
    yield text.replace("\n", " "), f"{question.seconds * 1000:.3f}", is_kept
    for below in question.questions:
        yield from _branch(below, question.image_id, f"{indent}{GAP}")
