"""Loads under way: one thread does the work, the others wait; nobody waits in a circle."""

from __future__ import annotations

from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, final

from metaprov_core.errors import MetadataCycleError

from .cycles import cycle_on_stack, is_on_stack, questions_on_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Load", "forget_waiting"]

V = TypeVar("V")

# What each waiting thread waits for, over all caches.
_waiting: Final[dict[int, Load[Any]]] = {}

# A thread that was interrupted while it waited may not have passed the lock on.
_LOOK_AGAIN_SECONDS: Final = 1.0


@final
class Load(Generic[V]):
    """One load, by the thread that makes it.

    Its maker sets `finished` and then releases `awaited`, in a ``finally`` and with nothing in
    between.
    """

    # Defaults of the class: most loads set one or two of them, and the others cost nothing.
    finished = False
    #: Whether it returned or raised. An interrupt is no result: it concerns only the thread that
    #: made the load.
    has_result = False
    #: Locked until the load has finished. Made for the first thread that waits, as hardly any does.
    awaited: Lock | None = None
    #: Its notes, which the waiting threads get as well.
    notes: Sequence[str] = ()
    #: The bytes that its value takes, where the cache counts them.
    size = 0
    value: V | None = None
    error: Exception | None = None

    def __init__(self, image_id: str) -> None:
        self.image_id = image_id
        self.thread = get_ident()
        #: The stamp of `changes` from before it began.
        self.before: object | None = None

    def join(self, now: object | None) -> bool:
        """Promise to wait for it, in one thread at a time; return whether that is allowed."""
        if not self._may_be_joined(now):
            return False
        if self.awaited is None:
            awaited = Lock()
            awaited.acquire()
            self.awaited = awaited
        return True

    def _may_be_joined(self, now: object | None) -> bool:
        """Whether a question asked now may wait for it: no change came since it began.

        The thread that makes it always may, to be told that it waits for itself; unless the load
        is not on its stack, but on that of another greenlet.
        """
        if self.finished:
            return False
        if self.thread == get_ident():
            return is_on_stack(self)
        return now is not None and now is self.before

    def wait(self) -> bool:
        """Wait until it has finished; return whether it has a result.

        Raises MetadataCycleError where it would wait for ever.
        """
        me = get_ident()
        try:
            # Entered before the search: of two threads that close a circle, one sees the other.
            _waiting[me] = self
            looped = self._awaited_of(me)
            if looped is not None:
                raise MetadataCycleError(cycle_on_stack() or _chain_from(looped.image_id))
            while not self.finished and self.awaited is not None:
                if self.awaited.acquire(timeout=_LOOK_AGAIN_SECONDS):
                    self.awaited.release()
        finally:
            _waiting.pop(me, None)
        return self.has_result

    def result(self) -> V | None:
        """What it returned. Raises what it raised."""
        if self.error is not None:
            raise self.error
        return self.value

    def _awaited_of(self, thread: int) -> Load[Any] | None:
        """The load of a thread that this one waits for, through others; None where it does not."""
        passed: list[Load[Any]] = []
        load: Load[Any] | None = self
        while load is not None and not load.finished and load not in passed:
            if load.thread == thread:
                return load
            passed.append(load)
            load = _waiting.get(load.thread)
        return None


def forget_waiting() -> None:
    """Forget, in a forked child, the threads that wait in the parent."""
    _waiting.clear()


def _chain_from(image_id: str) -> tuple[tuple[str, str], ...]:
    """What this thread is asking, from its first question about an image, that one repeated."""
    questions = [question[1:] for question in questions_on_stack()]
    about_it = (place for place, (_, asked) in enumerate(questions) if asked == image_id)
    chain = questions[next(about_it, 0) :]
    return (*chain, *chain[:1]) or (("an answer", image_id),)
