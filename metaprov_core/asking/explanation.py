"""The account of one question: who was asked, what each said, how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core.columns import GAP, line, widths_of
from metaprov_core.errors import MetaprovError, described
from metaprov_core.hooks.trace import Question
from metaprov_core.html_tables import escaped, html_table

from .blame import without_secrets
from .tree import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metaprov_core.loading.record import PluginRecord, Provider

__all__ = ["Explanation", "ExplanationRow", "MetadataNotFoundError"]

ANSWERED: Final = "answered"
CHANGED: Final = "changed the answer"
NO_ANSWER: Final = "no answer"
NOT_ASKED: Final = "not asked: answered above"
PASSED_ON: Final = "passed the answer on"
RAISED: Final = "raised"
STOPPED: Final = "not asked: raised above"
WITHHELD: Final = "withheld the answer"

NOT_THIS_SCHEME: Final = "does not serve this scheme"
NOT_THIS_TYPE: Final = "does not serve this type"
NOT_SERVED: Final = (NOT_THIS_TYPE, NOT_THIS_SCHEME)

_LONGEST_REPR: Final = 200
_COLUMNS: Final = ("provider", "distribution", "outcome", "ms")
_COLUMNS_OF_FIELDS: Final = ("field", "comes from")


class ExplanationRow(NamedTuple):
    """What one provider did, in call order."""

    #: Who it is, and what it serves.
    provider: Provider
    #: "answered", "no answer", "raised", "not asked: ...", "does not serve this type" ...
    outcome: str
    #: What it answered; for a wrapper, the answer that it let through.
    answer: Any = None
    #: What it had to say.
    notes: tuple[str, ...] = ()
    #: What it raised.
    error: Exception | None = None
    #: How long it took; for a wrapper with those below it. None where it was not asked.
    seconds: float | None = None
    #: Whether its answer was kept from before.
    kept: bool = False
    #: What it asked the host, in order; questions that differ in the image alone are one.
    questions: tuple[Question, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The row as plain values, ready for JSON."""
        provider = self.provider
        return {
            "provider": provider.name,
            "plugin": provider.plugin,
            "distribution": provider.distribution,
            "version": provider.version,
            "wrapper": provider.wrapper,
            "outcome": self.outcome,
            "answer": None if self.answer is None else shortened(self.answer),
            "notes": list(self.notes),
            "error": None if self.error is None else _said(self.error),
            "ms": None if self.seconds is None else round(self.seconds * 1000, 3),
            "kept": self.kept,
            "questions": [question.to_dict() for question in self.questions],
        }


class Explanation(NamedTuple):
    """What `explain` returns; ``str()`` of it is a readable table, and the tree below it."""

    type: str
    image_id: str
    #: The answer that `get` would give.
    answer: Any
    #: What `get` would raise.
    error: Exception | None
    #: One for each provider, in call order.
    rows: tuple[ExplanationRow, ...]
    #: The plugins that could not be asked: failed or disabled.
    unavailable: tuple[PluginRecord, ...] = ()
    #: Served types that are spelled like the one asked for, where nobody serves that one.
    near_types: tuple[str, ...] = ()
    #: Whether a provider declares this type, or a plugin describes it.
    is_served: bool = True
    #: Plugins of this project that could answer, and why they do not: disabled, failed, not there.
    hints: tuple[str, ...] = ()
    #: Where the fields of the answer come from, a phrase for each attribute or rule, as far as
    #: providers tell it; None where that was not asked for. An answer without fields has its type
    #: for a field.
    fields: Mapping[str, tuple[str, ...]] | None = None

    def __str__(self) -> str:
        serving = [row for row in self.rows if row.outcome not in NOT_SERVED]
        return "\n".join(
            [
                self.summary,
                *_table(serving),
                *_others(self.rows),
                *map(_unavailable, self.unavailable),
                *(f"{GAP}{each}" for each in self._tree()),
                *(f"{GAP}{each}" for each in self._origins()),
            ]
        )

    def _repr_html_(self) -> str:
        """The same for a notebook, with the notes in a column."""
        rows = [
            (*_cells(row), "\n".join(row.notes))
            for row in self.rows
            if row.outcome not in NOT_SERVED
        ]
        others = "\n".join((*_others(self.rows), *map(_unavailable, self.unavailable)))
        others = f"<p>{escaped(others)}</p>" if others else ""
        tree = "\n".join(self._tree())
        tree = f"<pre>{escaped(tree)}</pre>" if tree else ""
        fields = [(field, "\n".join(phrases)) for field, phrases in (self.fields or {}).items()]
        origins = html_table(_COLUMNS_OF_FIELDS, fields) if fields else ""
        return html_table((*_COLUMNS, "notes"), rows, self.summary) + others + tree + origins

    def _tree(self) -> list[str]:
        """What the providers asked, each provider that asked something as a branch."""
        image_id = without_secrets(self.image_id)
        branches = [
            Question(
                self.type,
                image_id,
                row.provider.plugin,
                row.outcome,
                row.seconds,
                row.kept,
                questions=row.questions,
            )
            for row in self.rows
            if row.questions and row.seconds is not None
        ]
        return tree_of(branches, image_id)

    def _origins(self) -> list[str]:
        """Where fields come from, a row for each phrase."""
        if not self.fields:
            is_wanted = self.fields is not None and self.answer is not None
            return ["no provider tells where this comes from"] if is_wanted else []
        cells = [_COLUMNS_OF_FIELDS]
        for field, phrases in self.fields.items():
            cells.extend(zip((field, *[""] * len(phrases)), phrases, strict=False))
        widths = widths_of(cells)
        return [line(each, widths) for each in cells]

    @property
    def summary(self) -> str:
        """One sentence: who answers, or that nobody does."""
        question = f"{self.type} of {without_secrets(self.image_id)}"
        if self.error is not None:
            return f"{question}: {_said(self.error)}"
        if self.answer is not None:
            who = next((row.provider for row in self.rows if row.outcome == ANSWERED), None)
            return f"{question}: answered by {who.title if who else 'a wrapper'}"
        outcome = "nobody answers" if self.is_served else f"no provider serves {self.type!r}"
        near = [f"did you mean {' or '.join(self.near_types)}?"] if self.near_types else []
        return "; ".join((f"{question}: {outcome}", *self.hints, *near))

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain values, ready for JSON; answers as shortened reprs."""
        return {
            "type": self.type,
            "image_id": self.image_id,
            "summary": self.summary,
            "answer": None if self.answer is None else shortened(self.answer),
            "error": None if self.error is None else _said(self.error),
            "rows": [row.to_dict() for row in self.rows],
            "unavailable": [record.to_dict() for record in self.unavailable],
            "near_types": list(self.near_types),
            "is_served": self.is_served,
            "hints": list(self.hints),
            "fields": self.fields
            and {field: list(phrases) for field, phrases in self.fields.items()},
        }


class MetadataNotFoundError(MetaprovError, LookupError):
    """Nobody answers, takes or finds what was asked for."""

    def __init__(self, message: str, explanation: Explanation | None = None) -> None:
        super().__init__(message, explanation)
        #: What was not found; for an answer, with the explanation as a table.
        self.message = message
        #: Who was asked, and what each said; None where the question was not for an answer.
        self.explanation = explanation

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[type[MetadataNotFoundError], tuple[str]]:
        # Only the message goes to another process: the explanation holds the providers themselves.
        return type(self), (self.message,)


def near(type: str, served: Iterable[str]) -> tuple[str, ...]:
    """The served types that are spelled like one that is not, best first."""
    import difflib

    by_lower_case = {name.lower(): name for name in served}
    close = difflib.get_close_matches(type.lower(), by_lower_case, n=3)
    return tuple(by_lower_case[name] for name in close)


def shortened(value: object) -> str:
    """The repr of a value, cut."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"
    return text if len(text) <= _LONGEST_REPR else f"{text[: _LONGEST_REPR - 3]}..."


def _said(error: Exception) -> str:
    """What was raised; its message may repeat the image id."""
    return without_secrets(described(error))


def _table(rows: Sequence[ExplanationRow]) -> list[str]:
    if not rows:
        return []
    cells = [_cells(row) for row in rows]
    widths = widths_of([_COLUMNS, *cells])
    lines = [f"{GAP}{line(_COLUMNS, widths)}"]
    for row, row_cells in zip(rows, cells, strict=True):
        lines.append(f"{GAP}{line(row_cells, widths)}")
        lines.extend(f"    - {note}" for note in row.notes)
    return lines


def _others(rows: Sequence[ExplanationRow]) -> list[str]:
    """The plugins that are not in the table, by the reason."""
    if not rows:
        return ["  no provider is registered"]
    told = {row.provider.plugin for row in rows if row.outcome not in NOT_SERVED}
    lines = []
    for outcome in NOT_SERVED:
        plugins = dict.fromkeys(row.provider.plugin for row in rows if row.outcome == outcome)
        names = [name for name in plugins if name not in told]
        if names:
            lines.append(f"  {outcome}: {', '.join(names)}")
    return lines


def _cells(row: ExplanationRow) -> tuple[str, str, str, str]:
    provider = row.provider
    outcome = row.outcome if row.error is None else f"{row.outcome} {_said(row.error)}"
    return (
        f"{provider.name} (wrapper)" if provider.wrapper else provider.name,
        f"{provider.distribution} {provider.version}".strip() or "-",
        outcome.replace("\n", " "),
        "-" if row.seconds is None else f"{row.seconds * 1000:.3f}",
    )


def _unavailable(record: PluginRecord) -> str:
    return f"  {record.status}: {record.title}" if record.error is None else f"  {record.error}"
