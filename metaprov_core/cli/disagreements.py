"""Where the providers of one image disagree, in the class of an answer or in its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

import metaprov_core
from metaprov_core import MetadataReadError
from metaprov_core.answers import is_of
from metaprov_core.asking.explanation import ANSWERED, CHANGED, shortened
from metaprov_core.errors import described

from .as_json import plain
from .findings import Finding
from .type_names import type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_core import Explanation, ExplanationRow, MetadataType

__all__ = ["ImageFindings", "types_in_short"]

#: A value longer than this is cut.
_LONGEST: Final = 60
#: So many fields that differ are shown.
_FIRST: Final = 3

_HEADER: Final = "instance"
#: What follows from the id, whether there is an image or not.
_OF_ANY_ID: Final = frozenset({"baseImageId", "uriModule"})

_ADVICE: Final = "programs get the first answer, in the order of metaprov plugins"


class ImageFindings:
    """What every provider of every declared type says of one image, compared.

    The image is asked about as it is iterated over.
    """

    def __init__(self, image_id: str) -> None:
        self._image_id = image_id
        #: How many types were asked for, and how many of them have an answer from the image.
        self.asked = self.answered = 0
        #: How many errors there are, each of them a finding.
        self.errors = 0
        #: Why its header cannot be read; None if it can.
        self.unreadable: MetadataReadError | None = None
        #: The types that each plugin answers, in the order of the types. Those whose answers were
        #: changed by wrappers are apart: "dicom-modules, changed by clinic".
        self.answers: Final[dict[str, list[str]]] = {}
        #: The types about which each note was given, beside an answer or in place of one.
        self.notes: Final[dict[str, list[str]]] = {}

    def __iter__(self) -> Iterator[Finding]:
        raised: dict[tuple[str, str], list[str]] = {}
        for type, key in metaprov_core.types().items():
            self.asked += 1
            explanation = metaprov_core.explain(type, self._image_id, all=True)
            self.answered += explanation.answer is not None and type not in _OF_ANY_ID
            self._take_down(type, explanation)
            for row in explanation.rows:
                if type == _HEADER and isinstance(row.error, MetadataReadError):
                    self.unreadable = row.error
                if row.error is not None:
                    raised.setdefault((row.provider.title, described(row.error)), []).append(type)
            rows = [row for row in explanation.rows if _is_answer(row)]
            yield from self._of_another_class(key, rows)
            yield from self._different(type, rows)
        of_header = None if self.unreadable is None else described(self.unreadable)
        for (title, error), types in raised.items():
            if error == of_header:
                continue
            self.errors += 1
            message = f"raises {error} for {types_in_short(types)} of {self._image_id}"
            yield Finding("error", title, "", message, "metaprov --traceback explain shows where")

    def _take_down(self, type: str, explanation: Explanation) -> None:
        """Keep who answers, and what was said."""
        if explanation.answer is not None:
            # All are asked: the first answer counts, and the innermost wrapper comes last.
            answered = _plugins_that(ANSWERED, explanation)[:1]
            changed = _plugins_that(CHANGED, explanation)[::-1]
            who = ", changed by ".join(answered + changed)
            self.answers.setdefault(who, []).append(type)
        for note in dict.fromkeys(note for row in explanation.rows for note in row.notes):
            self.notes.setdefault(note, []).append(type)

    def _of_another_class(
        self, key: MetadataType[Any] | None, rows: Sequence[ExplanationRow]
    ) -> Iterator[Finding]:
        """Answers that are not of the class that their own provider declares."""
        for row in rows:
            declared = next((each for each in row.provider.declared_types if each == key), None)
            answer_class = getattr(declared, "answer_class", None)
            if answer_class is not None and not is_of(row.answer, answer_class):
                yield Finding(
                    "remark",
                    row.provider.title,
                    row.provider.place,
                    f"answers {key} of {self._image_id} with a {type(row.answer).__name__}",
                    f"answer with the class that it declares, {type_name(answer_class)}",
                )

    def _different(self, type_: str, rows: Sequence[ExplanationRow]) -> Iterator[Finding]:
        """Answers that differ from the first one."""
        for other in rows[1:]:
            difference = _difference(rows[0], other)
            if difference:
                message = f"{type_} of {self._image_id}: {difference}"
                yield Finding("remark", rows[0].provider.title, "", message, _ADVICE)


class _Side(NamedTuple):
    """An answer, as it is compared."""

    name: str
    kind: str
    value: Any


def _plugins_that(outcome: str, explanation: Explanation) -> list[str]:
    return [row.provider.plugin for row in explanation.rows if row.outcome == outcome]


def _is_answer(row: ExplanationRow) -> bool:
    return row.answer is not None and row.error is None and not row.provider.wrapper


def _difference(one: ExplanationRow, other: ExplanationRow) -> str:
    """How two answers differ; "" where they are the same to whoever reads them."""
    first, second = _side(one), _side(other)
    if first.kind != second.kind:
        return f"{first.name} answers a {first.kind}, {second.name} a {second.kind}"
    if first.value == second.value:
        return ""
    if isinstance(first.value, dict) and isinstance(second.value, dict):
        names = dict.fromkeys((*first.value, *second.value))
        differing = [name for name in names if first.value.get(name) != second.value.get(name)]
        shown = "; ".join(
            f"{name} is {_short(first.value.get(name))} by {first.name} "
            f"and {_short(second.value.get(name))} by {second.name}"
            for name in differing[:_FIRST]
        )
        more = len(differing) - _FIRST
        return f"{shown}; and {more} more fields" if more > 0 else shown
    return (
        f"it is {_short(first.value)} by {first.name} and {_short(second.value)} by {second.name}"
    )


def _side(row: ExplanationRow) -> _Side:
    answer = row.answer
    try:
        value = msgspec.json.decode(msgspec.json.encode(answer, enc_hook=plain))
    except Exception:  # nothing that JSON has: it is what it says of itself
        value = shortened(answer)
    return _Side(row.provider.name, _kind(answer), value)


def _kind(answer: Any) -> str:
    """What an answer is to whoever reads it: a class, or one of the words for plain values."""
    if isinstance(answer, Mapping):
        return "mapping"
    if isinstance(answer, str):
        return "string"
    if isinstance(answer, int | float):
        return "number"
    if isinstance(answer, Sequence) and not isinstance(answer, bytes | bytearray):
        return "sequence"
    return type(answer).__name__


def types_in_short(types: Sequence[str]) -> str:
    """The first of some types, and how many there are beside it."""
    more = len(types) - 1
    return f"{types[0]} and {more} other type{'s' if more > 1 else ''}" if more else types[0]


def _short(value: Any) -> str:
    text = shortened(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
