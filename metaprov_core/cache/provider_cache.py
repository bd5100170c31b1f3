"""The cache that a provider keeps of its answers."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import islice
from threading import RLock, get_ident
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar, final, overload
from weakref import ref

from metaprov_core.hooks.notes import collect_notes, forget_listeners, listening, note
from metaprov_core.hooks.together import forget_others_together
from metaprov_core.hooks.trace import forget_traces, trace_here, traces
from metaprov_core.image_ids import one_spelling, refuse_what_is_no_string

from .changes import a_change, forget_changes, is_unchanged_since, stamp
from .cycles import cycle_on_stack, loads
from .ids_by_base import IdsByBase
from .load import Load, forget_waiting
from .locks import locked
from .read_only import read_only

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["CacheInfo", "ProviderCache"]

V = TypeVar("V")

# Kept in place of an answer by a cache that remembers misses.
_MISS: Final[Any] = object()

# How many notes of a load are kept: those of a series go with the answer for each of its images.
_MOST_NOTES: Final = 100

# A full cache evicts one in 64 of its answers at once, as the search for the oldest walks over the
# places of those evicted before; and no more than this many, as an insertion should not wait.
_MOST_EVICTED_AT_ONCE: Final = 512


class CacheInfo(NamedTuple):
    """The state of a `ProviderCache`."""

    #: How many derived answers it holds.
    size: int
    #: How many derived answers it may hold.
    maxsize: int
    #: How many added values it holds, which nothing evicts.
    added: int
    #: How often a load was started.
    loads: int
    #: How many derived answers were dropped for want of room.
    evicted: int
    #: How many bytes the derived answers take, by ``size_of``; 0 where nobody counts them.
    bytes: int = 0
    #: How many bytes they may take; None where only ``maxsize`` bounds them.
    maxbytes: int | None = None


@final
class ProviderCache(Generic[V]):
    """Answers by image id: those derived, up to a bound, and those added, which stay.

    A hit takes no lock. However many threads miss an id at once, one of them loads it and the
    others wait for it. The result of a load that overlaps a change, of this cache or of anything
    that a host was told of, goes to those who wait for it and is never kept.

    The ids are kept as they are spelled; an added value answers for every spelling of its id. The
    oldest derived answers go first when ``maxsize`` is reached, or when together they take more
    than ``maxbytes``, by what ``size_of`` says of each; one that alone takes more is given, and not
    kept. The notes of a load are kept with its answer, the first hundred different ones, and given
    again to whoever asks why. With ``remember_misses`` a load that answers None is not repeated.
    With ``retrace`` `explain` loads what is kept once more, only to see what that rests on: for
    loads that ask the host and compute, and read nothing themselves.

    An interrupt (KeyboardInterrupt) leaves it whole at any moment: a change that was interrupted
    can be made again. A forked child has what was kept, and no load under way.
    """

    __slots__ = (
        "__weakref__",
        "_added",
        "_added_ids",
        "_bytes",
        "_derived",
        "_derived_ids",
        "_evicted",
        "_loading",
        "_loads",
        "_lock",
        "_maxbytes",
        "_maxsize",
        "_notes",
        "_remember_misses",
        "_retrace",
        "_size_of",
        "_sizes",
    )

    #: What each answer takes, where that is counted.
    _sizes: dict[str, int]
    #: What all of them take; None: to be counted anew.
    _bytes: int | None

    def __init__(
        self,
        maxsize: int,
        remember_misses: bool = False,
        *,
        maxbytes: int | None = None,
        size_of: Callable[[V], int] | None = None,
        retrace: bool = False,
    ) -> None:
        if maxsize < 1:
            raise ValueError(f"maxsize is {maxsize}; a cache holds at least one answer")
        if maxbytes is not None and maxbytes < 0:
            raise ValueError(f"maxbytes is {maxbytes}; it is 0 or more, or None")
        if maxbytes is not None and size_of is None:
            raise TypeError("maxbytes needs size_of, which says how many bytes an answer takes")
        self._maxsize = maxsize
        self._maxbytes = maxbytes
        self._size_of = size_of
        self._remember_misses = remember_misses
        self._retrace = retrace
        self._forget_derived()
        self._forget_added()
        self._loading: dict[str, Load[V]] = {}
        self._lock = RLock()
        self._loads = 0
        self._evicted = 0
        # The callback is a C function: an interrupt in a Python one would be lost.
        _caches.add(ref(self, _caches.discard))

    @overload
    def get(self, image_id: str, load: Callable[[str], V]) -> V: ...
    @overload
    def get(self, image_id: str, load: Callable[[str], V | None] | None = None) -> V | None: ...
    def get(self, image_id: str, load: Callable[[str], V | None] | None = None) -> V | None:
        """The answer for an image id: kept, added, or what ``load(image_id)`` returns.

        An exception of ``load`` is raised in every thread that waits for it, and not kept. Raises
        MetadataCycleError where ``load`` asks, directly or through other threads, for what it is
        loading.
        """
        answer = self._derived.get(image_id)
        if answer is None:
            return self._miss(image_id, load)
        if listening and (self._notes or traces):
            self._account_for(image_id, load)
        return answer if answer is not _MISS else None

    @a_change
    def add(self, image_id: str, value: V) -> None:
        """Keep a value until it is cleared; dictionaries and lists as read-only copies.

        Raises ValueError for None, which is no answer.
        """
        if value is None:
            raise ValueError(f"None is no answer for {image_id}: clear() forgets one")
        self._add(image_id, read_only(value))

    @a_change
    def changed(self, image_id: str | None = None) -> None:
        """Drop what was derived for an image and all its frames, or for all images."""
        self._drop_derived(image_id)

    @a_change
    def clear(self, image_id: str | None = None) -> None:
        """Drop what was derived and what was added for an image and all its frames, or for all."""
        self._drop_derived(image_id)
        self._drop_added(image_id)

    def resized(self, image_id: str) -> None:
        """Count anew how many bytes the answer for an image id takes: it has grown since."""
        answer = self._derived.get(image_id)
        if answer is not None and self._size_of is not None:
            self._resize(image_id, answer, self._size_of(answer))

    @locked
    def info(self) -> CacheInfo:
        """How much it holds, and how often it loaded."""
        return CacheInfo(
            len(self._derived),
            self._maxsize,
            len(self._added),
            self._loads,
            self._evicted,
            self._bytes_taken(),
            self._maxbytes,
        )

    @locked
    def _add(self, image_id: str, value: V) -> None:
        spelling = one_spelling(image_id)
        # Filed first: after an interrupt at any point, clear() still finds it.
        if spelling not in self._added:
            self._added_ids.add(spelling)
        self._added[spelling] = value
        self._drop_derived(image_id)

    @loads
    def _miss(self, image_id: str, load: Callable[[str], V | None] | None) -> V | None:
        if type(image_id) is not str:
            refuse_what_is_no_string(image_id)
        added = self._added.get(image_id)
        if added is not None:
            return added
        if load is None:
            return self._as_answer(image_id, self._lookup(image_id))
        while True:
            mine: Load[V] = Load(image_id)
            try:
                kept, other = self._join_or_start(mine)
                if kept is None and other is None:
                    return self._load(mine, load)
            finally:
                # No interrupt comes before both are done: whoever waits goes on.
                mine.finished = True
                if mine.awaited is not None:
                    mine.awaited.release()
            if other is None:
                return self._as_answer(image_id, kept)
            # A load that was interrupted has no result for others: look again.
            if other.wait():
                self._give_again(other.notes)
                return other.result()

    @locked
    def _join_or_start(self, mine: Load[V]) -> tuple[V | None, Load[V] | None]:
        """What is kept by now, or another load to wait for; `mine` is started for want of both."""
        # With the lock held, so that no load takes the place of one that began after it.
        mine.before = stamp()
        kept = self._lookup(mine.image_id)
        if kept is not None:
            return kept, None
        other = self._loading.get(mine.image_id)
        if other is not None and other.join(mine.before):
            return None, other
        self._loading[mine.image_id] = mine
        self._loads += 1
        return None, None

    def _lookup(self, image_id: str) -> V | None:
        """What is kept for an id, derived or added under any spelling of it."""
        kept = self._derived.get(image_id)
        if kept is None and self._added:
            kept = self._added.get(one_spelling(image_id))
        return kept

    def _account_for(self, image_id: str, load: Callable[[str], V | None] | None) -> None:
        """Tell whoever explains of an answer that is kept: its notes, and what it rests on."""
        trace = trace_here()
        if trace is not None:
            if listening.get(get_ident()) is trace.notes:
                trace.kept = True
            # What is kept may have come to rest on itself since.
            if self._retrace and load is not None and not cycle_on_stack():
                aside, started = trace.aside, perf_counter()
                # The answer is the one that is kept, whatever becomes of this.
                with suppress(Exception):
                    collect_notes([], load, image_id)
                # All of it, and not once more what was aside within.
                trace.aside = aside + perf_counter() - started
        self._give_again(self._notes.get(image_id, ()))

    def _as_answer(self, image_id: str, kept: V | None) -> V | None:
        """What is kept, as an answer: None for a remembered miss; with its notes once more."""
        self._give_again(self._notes.get(image_id, ()))
        return None if kept is _MISS else kept

    def _load(self, mine: Load[V], load: Callable[[str], V | None]) -> V | None:
        notes: list[str] = []
        thread = mine.thread
        outer = listening.get(thread)
        try:
            try:
                # As `collect_notes` does, whose call would cost a miss a tenth of its time.
                listening[thread] = notes
                value: V | None = read_only(load(mine.image_id))
                if value is not None and self._size_of is not None:
                    mine.size = self._size_of(value)
            finally:
                # Either branch is one instruction, and no interrupt comes before it.
                if outer is None:
                    listening.pop(thread, None)
                else:
                    listening[thread] = outer
        except BaseException as error:
            if isinstance(error, Exception):
                mine.error = error
                mine.notes = _different(notes)
                mine.has_result = True
            self._end(mine)
            self._give_again(mine.notes)
            raise
        mine.value = value
        if notes:
            mine.notes = _different(notes)
        mine.has_result = True
        self._end(mine)
        if notes:
            self._give_again(mine.notes)
        return value

    @locked
    def _end(self, mine: Load[V]) -> None:
        """End a load, and keep its value unless there was a change."""
        # A load begun after a change may have taken the place.
        if self._loading.get(mine.image_id) is mine:
            del self._loading[mine.image_id]
        if mine.has_result and mine.error is None and is_unchanged_since(mine.before):
            self._keep(mine)

    def _keep(self, mine: Load[V]) -> None:
        image_id, value = mine.image_id, mine.value
        if value is None:
            if not self._remember_misses:
                return
            value = _MISS
        if self._maxbytes is not None and mine.size > self._maxbytes:
            return
        # Filed first: after an interrupt at any point, changed() still finds it.
        self._derived_ids.add(image_id)
        if mine.notes:
            self._notes[image_id] = mine.notes
        elif self._notes:
            # Those of a load that was interrupted here.
            self._notes.pop(image_id, None)
        if self._size_of is None:
            self._derived[image_id] = value
        else:
            taken = self._bytes_taken() - self._sizes.get(image_id, 0) + mine.size
            # Not known until all is changed: after an interrupt in between it is counted anew.
            self._bytes = None
            self._sizes[image_id] = mine.size
            self._derived[image_id] = value
            self._bytes = taken
            self._make_room_for(image_id)
        excess = len(self._derived) - self._maxsize
        if excess > 0:
            self._evict(max(excess, min(1 + self._maxsize // 64, _MOST_EVICTED_AT_ONCE)))

    def _evict(self, count: int) -> None:
        self._let_go(list(islice(self._derived, count)))

    def _let_go(self, image_ids: Iterable[str]) -> None:
        for image_id in image_ids:
            self._forget(image_id)
            self._derived_ids.discard(image_id)
            self._evicted += 1

    @locked
    def _resize(self, image_id: str, answer: V, size: int) -> None:
        # Another one may have taken its place meanwhile.
        if self._derived.get(image_id) is not answer:
            return
        if self._maxbytes is not None and size > self._maxbytes:
            self._let_go((image_id,))
            return
        taken = self._bytes_taken() - self._sizes.get(image_id, 0) + size
        self._bytes = None
        self._sizes[image_id] = size
        self._bytes = taken
        self._make_room_for(image_id)

    def _make_room_for(self, image_id: str) -> None:
        """Let the oldest answers go, but for one, that are more than the bytes allow."""
        excess = 0 if self._maxbytes is None else self._bytes_taken() - self._maxbytes
        if self._maxbytes is None or excess <= 0:
            return
        # A little more, as it is where the answers are too many.
        excess += self._maxbytes // 64
        oldest = []
        for kept in self._derived:
            if excess <= 0:
                break
            if kept != image_id:
                oldest.append(kept)
                excess -= self._sizes.get(kept, 0)
        self._let_go(oldest)

    def _bytes_taken(self) -> int:
        if self._size_of is None:
            return 0
        if self._bytes is None:
            sizes, size_of = self._sizes, self._size_of
            self._sizes = {
                kept: sizes[kept] if kept in sizes else size_of(value)
                for kept, value in self._derived.items()
                if value is not _MISS
            }
            self._bytes = sum(self._sizes.values())
        return self._bytes

    @locked
    def _drop_added(self, image_id: str | None) -> None:
        if image_id is None:
            self._forget_added()
            return
        for added in self._added_ids.of(image_id):
            self._added.pop(added, None)
        self._added_ids.discard_all(image_id)

    @locked
    def _drop_derived(self, image_id: str | None) -> None:
        if image_id is None:
            self._forget_derived()
            return
        # The ids are taken out last, so that an interrupted call can be made again.
        ids = self._derived_ids.of(image_id)
        if ids:
            for derived in ids:
                self._forget(derived)
            self._derived_ids.discard_all(image_id)

    def _forget(self, image_id: str) -> None:
        self._notes.pop(image_id, None)
        if self._size_of is None:
            self._derived.pop(image_id, None)
            return
        taken = self._bytes_taken() - self._sizes.get(image_id, 0)
        self._bytes = None
        self._derived.pop(image_id, None)
        self._sizes.pop(image_id, None)
        self._bytes = taken

    def _forget_derived(self) -> None:
        # First: after an interrupt at any point, they are counted anew.
        self._bytes = None
        self._derived: dict[str, V] = {}
        # The notes of those loads that had some.
        self._notes: dict[str, Sequence[str]] = {}
        self._sizes = {}
        self._derived_ids = IdsByBase()

    def _forget_added(self) -> None:
        self._added: dict[str, V] = {}
        self._added_ids = IdsByBase()

    def _start_anew(self, forget_derived: bool) -> None:
        """Go on in a forked child, where this thread alone is left."""
        was_free = self._lock.acquire(blocking=False)
        self._lock = RLock()
        self._loading = {}
        if forget_derived or not was_free:
            self._forget_derived()

    @staticmethod
    def _give_again(notes: Sequence[str]) -> None:
        for message in notes:
            note(message)


def _different(notes: list[str]) -> Sequence[str]:
    """Each note once, and no more than are kept."""
    if len(notes) < 2:
        return notes
    different = list(dict.fromkeys(notes))
    more = len(different) - _MOST_NOTES
    return [*different[:_MOST_NOTES], f"and {more} more notes"] if more > 0 else different


_caches: Final[set[ref[ProviderCache[Any]]]] = set()


def _start_anew() -> None:
    """Drop, in a forked child, what only threads of the parent could end."""
    # A change under way has reached some caches and not others.
    is_half_told = forget_changes()
    forget_waiting()
    forget_listeners()
    forget_traces()
    forget_others_together()
    # A copy, as garbage collection may change the set meanwhile.
    for reference in _caches.copy():
        cache = reference()
        if cache is not None:
            cache._start_anew(is_half_told)  # noqa: SLF001 - nobody else may


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
