"""Notes: what a provider has to say when it knows the image but cannot answer."""

from __future__ import annotations

from contextlib import contextmanager
from threading import get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["note"]

# The list that the notes of a thread go to. Empty unless somebody listens, so that a note that
# nobody wants costs one dictionary lookup.
_listening: dict[int, list[str]] = {}


def note(message: str) -> None:
    """Say why this provider has no answer: ``note("PatientWeight (0010,1030) is missing")``.

    `explain` and `require` collect notes by provider; at any other time the call does nothing.
    """
    if _listening:
        notes = _listening.get(get_ident())
        if notes is not None:
            notes.append(message)


@contextmanager
def collect_notes() -> Iterator[list[str]]:
    """Collect the notes of this thread, in place of whoever collected them so far."""
    thread = get_ident()
    outer = _listening.get(thread)
    notes: list[str] = []
    _listening[thread] = notes
    try:
        yield notes
    finally:
        if outer is None:
            del _listening[thread]
        else:
            _listening[thread] = outer
