"""Notes: why a provider that knows the image has no answer."""

from __future__ import annotations

from threading import get_ident
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

__all__ = [
    "collect_notes",
    "collect_notes_of_wrapper",
    "forget_listeners",
    "listening",
    "mask_notes",
    "note",
    "shown_notes",
]

P = ParamSpec("P")
R = TypeVar("R")

#: Where the notes of each thread go. Empty while nobody listens: then a note costs one look at it.
listening: dict[int, list[str]] = {}

# What takes secrets out of notes before they are shown.
_masks: list[Callable[[str], str]] = []


def note(message: str) -> None:
    """Say why this provider has no answer: ``note("PatientWeight (0010,1030) is missing")``.

    `explain` and `require` collect notes by provider; at any other time the call does nothing.
    """
    if listening:
        notes = listening.get(get_ident())
        if notes is not None:
            notes.append(message)


def mask_notes(mask: Callable[[str], str]) -> None:
    """Show notes as ``mask`` returns them, in every host of the process.

    For a plugin that sends secrets: a server may repeat one as a value, which a note quotes.

    >>> from metaprov_core import mask_notes
    >>> mask_notes(lambda note: note.replace("open sesame", "..."))
    """
    _masks.append(mask)


def shown_notes(notes: Iterable[str]) -> tuple[str, ...]:
    """Notes as they are shown: without secrets."""
    for mask in _masks:
        notes = map(mask, notes)
    return tuple(notes)


def collect_notes(
    notes: list[str], function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Call a function, and collect its notes in place of whoever collected them so far.

    For a provider that remembers what it computes other than by a `ProviderCache`, which does this:
    its notes are remembered as well, and given again each time.

    >>> from metaprov_core import collect_notes, note
    >>> def weight(header):
    ...     note("PatientWeight (0010,1030) is in pounds")
    ...     return header["weight"] * 0.4536
    >>> notes = []
    >>> collect_notes(notes, weight, {"weight": 100})
    45.36
    >>> notes
    ['PatientWeight (0010,1030) is in pounds']
    """
    thread = get_ident()
    outer = listening.get(thread)
    try:
        listening[thread] = notes
        return function(*args, **kwargs)
    finally:
        # Either branch is one instruction, and no interrupt comes before it.
        if outer is None:
            listening.pop(thread, None)
        else:
            listening[thread] = outer


def collect_notes_of_wrapper(
    notes: list[str], wrapper: Generator[None, Any, R]
) -> Generator[None, Any, R]:
    """Run a wrapper, and collect its notes as `collect_notes` does."""
    thread = get_ident()
    outer = listening.get(thread)
    try:
        listening[thread] = notes
        return (yield from wrapper)
    finally:
        # A wrapper that was interrupted is closed later, when another may collect the notes.
        if listening.get(thread) is notes:
            if outer is None:
                listening.pop(thread, None)
            else:
                listening[thread] = outer


def forget_listeners() -> None:
    """Forget, in a forked child, who listens in other threads of the parent."""
    own = get_ident()
    for thread in [thread for thread in listening if thread != own]:
        del listening[thread]
