"""Questions that depend on themselves, found on the stack of the thread that asks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["cycle_on_stack", "is_on_stack", "questions_on_stack"]

# The methods whose frames are questions, with the locals `self`, `type` and `image_id`.
_ASKING: Final = frozenset({"Host.get", "Host._ask_alike", "Host.explain"})
_ASKING_MODULE: Final = "metaprov_core.host"

# The method whose frames are loads, with the local `mine`.
_LOADING: Final = "ProviderCache._miss"
_LOADING_MODULE: Final = "metaprov_core.cache.provider_cache"


def questions_on_stack() -> list[tuple[int, str, str]]:
    """What this thread is asking, outermost first: the host's identity, type and image id."""
    questions = []
    for frame in _stack():
        if frame.f_code.co_qualname in _ASKING and _is_of(frame, _ASKING_MODULE):
            asked = frame.f_locals
            # _ask_alike has none before its first.
            if "image_id" in asked:
                questions.append((id(asked["self"]), str(asked["type"]), asked["image_id"]))
    questions.reverse()
    return questions


def cycle_on_stack() -> tuple[tuple[str, str], ...]:
    """The questions from the last one's first occurrence to its repetition; () if none repeats."""
    questions = questions_on_stack()
    for last in range(len(questions) - 1, 0, -1):
        for first in range(last - 1, -1, -1):
            if questions[first] == questions[last]:
                return tuple(question[1:] for question in questions[first : last + 1])
    return ()


def is_on_stack(load: object) -> bool:
    """Whether this thread, or this greenlet of it, is making a load."""
    return any(
        frame.f_locals.get("mine") is load
        for frame in _stack()
        if frame.f_code.co_qualname == _LOADING and _is_of(frame, _LOADING_MODULE)
    )


def _stack() -> Iterator[FrameType]:
    """The frames of this thread, innermost first."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to the stack
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_of(frame: FrameType, module: str) -> bool:
    return frame.f_globals.get("__name__") == module
