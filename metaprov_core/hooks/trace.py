"""Traces: what an answer rests on, written down while `explain` asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    #: Field of an answer -> what it comes from, a phrase for each attribute or rule.
    Origins = Mapping[str, Sequence[str]]

__all__ = [
    "Question",
    "Trace",
    "forget_traces",
    "note_origins",
    "trace_here",
    "traced",
    "traced_wrapper",
    "traces",
]

P = ParamSpec("P")
R = TypeVar("R")


class Question(NamedTuple):
    """A question that a provider asked the host in order to answer, or several alike of them."""

    type: str
    #: The image of the first of them, as messages show it: without user, password and tokens.
    image_id: str
    #: The plugin that answered; "" where none did.
    plugin: str
    #: "answered", "no answer" or "raised ...".
    outcome: str
    #: How long all of them took.
    seconds: float
    #: Whether the answer to the first one was kept from before.
    kept: bool = False
    #: How many questions there were of this type and outcome, this one included.
    times: int = 1
    #: What the answer to the first one rests on.
    questions: tuple[Question, ...] = ()
    #: The plugins whose wrappers changed the answer or withheld it, in that order.
    changed_by: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The question as plain values, ready for JSON."""
        return {
            "type": self.type,
            "image_id": self.image_id,
            "times": self.times,
            "plugin": self.plugin or None,
            "changed_by": list(self.changed_by),
            "outcome": self.outcome,
            "kept": self.kept,
            "ms": round(self.seconds * 1000, 3),
            "questions": [question.to_dict() for question in self.questions],
        }


class Trace:
    """What one provider does in order to answer."""

    def __init__(self, notes: list[str], *, wants_origins: bool = False) -> None:
        #: Where its notes go, unless it is loading what it keeps.
        self.notes = notes
        #: Whether its answer was kept from before.
        self.kept = False
        #: How many seconds went into finding out what it rests on, which `get` does not.
        self.aside = 0.0
        self._wants_origins = wants_origins
        self._tell_origins: Callable[[], Origins] | None = None
        self._questions: dict[tuple[object, ...], Question] = {}

    @property
    def questions(self) -> tuple[Question, ...]:
        """What it asked, in order; those alike are one."""
        return tuple(self._questions.values())

    def add(self, question: Question) -> None:
        """Write down a question that it asked."""
        alike = question.type, question.plugin, question.changed_by, question.outcome
        first = self._questions.get(alike)
        if first is not None:
            question = first._replace(
                times=first.times + 1, seconds=first.seconds + question.seconds
            )
        self._questions[alike] = question

    def can_tell(self, tell: Callable[[], Origins]) -> None:
        """Know how to tell the origins of its answer; the last one who can is asked."""
        if self._wants_origins:
            self._tell_origins = tell

    def origins(self) -> dict[str, tuple[str, ...]]:
        """Where the fields of its answer come from; nothing where that is not wanted or told.

        What is no phrase of a field by its name counts as not told.
        """
        told: Any = None if self._tell_origins is None else self._tell_origins()
        fields = told.items() if isinstance(told, Mapping) else ()
        origins = {field: _phrases(value) for field, value in fields if isinstance(field, str)}
        return {field: phrases for field, phrases in origins.items() if phrases}


def _phrases(told: Any) -> tuple[str, ...]:
    """Each phrase as one line; a text alone is one phrase."""
    phrases = [told] if isinstance(told, str) else told if isinstance(told, Iterable) else ()
    lines = (" ".join(phrase.splitlines()) for phrase in phrases if isinstance(phrase, str))
    return tuple(line for line in lines if line)


#: What each thread that explains writes. Empty while nobody explains.
traces: dict[int, Trace] = {}


def trace_here() -> Trace | None:
    """What this thread writes; None while it explains nothing."""
    return traces.get(get_ident()) if traces else None


def note_origins(tell: Callable[P, Origins], *args: P.args, **kwargs: P.kwargs) -> None:
    """Say how to tell where the fields of this answer come from: attributes, rules.

    ``tell(...)``, with the arguments that follow it, returns phrases by field. Only `explain` with
    ``fields=True`` calls it, once the provider has answered; at any other time nothing does.
    Said within the load of a `ProviderCache`, it is not said again of the answer that is kept,
    unless the cache has ``retrace=True``: say it before the cache is asked where a load reads.

    >>> from metaprov_core import Host, hookimpl, note_origins
    >>> class Clinic:
    ...     @hookimpl(types=["patientModule"])
    ...     def get_metadata(self, image_id):
    ...         note_origins(lambda: {"patient_weight": ["WEIGHT in the table of patients"]})
    ...         return {"patient_weight": 70.5}
    >>> host = Host()
    >>> host.register(Clinic())
    'Clinic'
    >>> host.explain("patientModule", "clinic:7", fields=True).fields
    {'patient_weight': ('WEIGHT in the table of patients',)}
    """
    trace = trace_here()
    if trace is not None:
        trace.can_tell(partial(tell, *args, **kwargs))


def traced(trace: Trace, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function, and write what it asks into a trace."""
    thread = get_ident()
    outer = traces.get(thread)
    try:
        traces[thread] = trace
        return function(*args, **kwargs)
    finally:
        # Either branch is one instruction, and no interrupt comes before it.
        if outer is None:
            traces.pop(thread, None)
        else:
            traces[thread] = outer


def traced_wrapper(trace: Trace, wrapper: Generator[None, Any, R]) -> Generator[None, Any, R]:
    """Run a wrapper, and write what it asks into a trace."""
    thread = get_ident()
    outer = traces.get(thread)
    try:
        traces[thread] = trace
        return (yield from wrapper)
    finally:
        # A wrapper that was interrupted is closed later, when another may be traced.
        if traces.get(thread) is trace:
            if outer is None:
                traces.pop(thread, None)
            else:
                traces[thread] = outer


def forget_traces() -> None:
    """Forget, in a forked child, what other threads of the parent write."""
    own = get_ident()
    for thread in [thread for thread in traces if thread != own]:
        del traces[thread]
