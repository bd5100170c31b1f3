"""Loads under way: one thread does the work, the others wait; nobody waits in a circle."""

from __future__ import annotations

from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, final

from .cycles import cycle_on_stack, questions_on_stack
from .errors import MetadataCycleError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Load"]

V = TypeVar("V")

# What each waiting thread waits for, over all caches.
_waiting: Final[dict[int, Load[Any]]] = {}
_waiting_lock: Final = Lock()


@final
class Load(Generic[V]):
    """One load, by the thread that makes it."""

    finished = False
    #: Whether it ended by something that concerns only its own thread (KeyboardInterrupt).
    interrupted = False
    #: Its notes, which the waiting threads get as well.
    notes: Sequence[str] = ()
    _value: V | None = None
    _error: Exception | None = None
    # Hardly any thread waits: it is made for the first that does.
    _done: Lock | None = None

    def __init__(self, image_id: str, before: int | None) -> None:
        self.image_id = image_id
        #: The stamp taken before it began.
        self.before = before
        self.thread = get_ident()

    def may_be_joined(self, now: int | None) -> bool:
        """Whether a question asked now may wait for it: no change came since it began.

        The thread that makes it always "joins" it, to be told that it waits for itself.
        """
        return self.thread == get_ident() or (now is not None and now == self.before)

    def join(self) -> None:
        """Say that a thread is going to wait; with the lock held that finishing waits for."""
        if self._done is None:
            self._done = Lock()
            self._done.acquire()

    def finish(self, value: V | None, notes: Sequence[str]) -> None:
        """Let the waiting threads go on with what was loaded."""
        self._value = value
        self.notes = notes
        self._release()

    def fail(self, error: BaseException) -> None:
        """Let the waiting threads go on: with the same exception, or with a load of their own."""
        # An interrupt may come when all is done.
        if self.finished:
            return
        if isinstance(error, Exception):
            self._error = error
        else:
            self.interrupted = True
        self._release()

    def wait(self) -> None:
        """Wait until it is finished. Raises MetadataCycleError where that would be for ever."""
        if self._done is None:
            raise RuntimeError("join() before wait()")
        me = get_ident()
        with _waiting_lock:
            awaited = self._awaited_of(me)
            if awaited is not None:
                raise MetadataCycleError(cycle_on_stack() or _chain_from(awaited.image_id))
            _waiting[me] = self
        try:
            with self._done:
                pass
        finally:
            with _waiting_lock:
                del _waiting[me]

    def outcome(self) -> V | None:
        """What the load returned. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._value

    def _release(self) -> None:
        self.finished = True
        if self._done is not None:
            self._done.release()

    def _awaited_of(self, thread: int) -> Load[Any] | None:
        """The load of a thread that this one waits for, through others; None where it does not."""
        load: Load[Any] | None = self
        while load is not None and not load.finished:
            if load.thread == thread:
                return load
            load = _waiting.get(load.thread)
        return None


def _chain_from(image_id: str) -> tuple[tuple[str, str], ...]:
    """What this thread is asking, from its first question about an image, that one repeated."""
    questions = [question[1:] for question in questions_on_stack()]
    about_it = (place for place, (_, asked) in enumerate(questions) if asked == image_id)
    chain = questions[next(about_it, 0) :]
    return (*chain, *chain[:1]) or (("an answer", image_id),)
