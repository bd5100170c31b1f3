"""The columns of some types for some images, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metaprov_core import collect_notes
from metaprov_dicom import Instance
from metaprov_table.columns.attributes import tag_of
from metaprov_table.columns.private_creators import PRIVATE_CREATORS, creators_of
from metaprov_table.columns.values import filled

from .failures import CONVERT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from metaprov_core import Host
    from metaprov_table.columns.asked_type import AskedType

    from .failures import Failures
    from .images import Image

__all__ = ["answers_of", "columns_of_answers"]


def answers_of(host: Host, type: str, images: Sequence[Image], failures: Failures) -> list[Any]:
    """The answer for each image, None where there is none; what is raised is a failure."""
    if type == PRIVATE_CREATORS:
        return [None if each.header is None else creators_of(each.header) for each in images]
    answers = host.get_many(type, [each.id for each in images], return_exceptions=True)
    for row, answer in enumerate(answers):
        if isinstance(answer, Exception):
            failures.add_error(images[row].file, type, answer, images[row].id)
            answers[row] = None
    return answers


def columns_of_answers(
    asked: AskedType,
    answers: Sequence[Any],
    images: Sequence[Image],
    failures: Failures,
    *,
    nested: bool,
) -> list[pa.Array]:
    """The columns of one type; an answer, or a value in it, that they cannot have is a failure."""
    arrays, misfits = filled(asked, answers, nested=nested)
    for row, reason in misfits:
        image = images[row]
        failures.add(image.file, CONVERT, f"{asked.name}: {reason}", image.id)
    for image, note in _not_understood(asked.name, answers, images):
        failures.add(image.file, CONVERT, note, image.id)
    return arrays


def _not_understood(
    type: str, answers: Sequence[Any], images: Sequence[Image]
) -> Iterator[tuple[Image, str]]:
    """What is said of an attribute that is there, and not empty, where its answer has a None."""
    tag = tag_of(type)
    if tag is None:
        return
    for answer, image in zip(answers, images, strict=True):
        has_none = answer is None or (isinstance(answer, tuple) and None in answer)
        if has_none and isinstance(image.header, Instance) and image.header.has(tag):
            notes: list[str] = []
            collect_notes(notes, image.header.value, tag)
            yield from ((image, note) for note in notes)
