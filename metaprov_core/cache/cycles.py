"""Questions that depend on themselves, found on the stack of the thread that asks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

__all__ = ["asks", "cycle_on_stack", "is_on_stack", "loads", "questions_on_stack"]

F = TypeVar("F", bound="Callable[..., Any]")

# By identity: equal code objects may be of different functions. Kept, so that no id is used again.
_asking: Final[dict[int, CodeType]] = {}
_loading: Final[dict[int, CodeType]] = {}


def asks(method: F) -> F:
    """The method itself; its frames are questions, with locals `self`, `type` and `image_id`."""
    code = cast("CodeType", cast(Any, method).__code__)
    _asking[id(code)] = code
    return method


def loads(method: F) -> F:
    """The method itself; its frames are loads, with the local `mine`."""
    code = cast("CodeType", cast(Any, method).__code__)
    _loading[id(code)] = code
    return method


def questions_on_stack() -> list[tuple[int, str, str]]:
    """What this thread is asking, outermost first: the host's identity, type and image id."""
    questions = []
    for frame in _stack():
        if id(frame.f_code) in _asking:
            asked = frame.f_locals
            # `Host.get_many` has none before its first.
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
        frame.f_locals.get("mine") is load for frame in _stack() if id(frame.f_code) in _loading
    )


def _stack() -> Iterator[FrameType]:
    """The frames of this thread, innermost first."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to the stack
    while frame is not None:
        yield frame
        frame = frame.f_back
