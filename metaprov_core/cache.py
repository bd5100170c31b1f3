"""The cache that a provider keeps of its answers."""

from __future__ import annotations

from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar, final, overload

from .changes import changing, is_unchanged_since, stamp
from .ids_by_base import IdsByBase
from .image_ids import one_spelling, refuse_what_is_no_string
from .loads import Load
from .notes import collect_notes, note
from .read_only import read_only
from .sharded_dict import dict_of_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping

__all__ = ["CacheInfo", "ProviderCache"]

V = TypeVar("V")

# Kept in place of an answer by a cache that remembers misses.
_MISS: Final[Any] = object()

# A full cache evicts one in 64 of its answers at once, and no more than this many: looking for the
# oldest walks over the places of those evicted before, and an insertion should not wait.
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


@final
class ProviderCache(Generic[V]):
    """Answers by image id: those derived, up to a bound, and those added, which stay.

    A hit takes no lock. However many threads miss an id at once, one of them loads it and the
    others wait for it. The result of a load that overlaps a change, of this cache or of anything
    that a host was told of, goes to those who wait for it and is never kept.

    The ids are kept as they are spelled; an added value answers for every spelling of its id. The
    oldest derived answers go first when ``maxsize`` is reached; of hundreds of thousands, the
    oldest or nearly so. With ``remember_misses`` a load that answers None is not repeated, and
    its notes are given again.
    """

    __slots__ = (
        "_added",
        "_added_ids",
        "_derived",
        "_derived_ids",
        "_evicted",
        "_loading",
        "_loads",
        "_lock",
        "_maxsize",
        "_notes",
        "_remember_misses",
    )

    def __init__(self, maxsize: int, remember_misses: bool = False) -> None:
        if maxsize < 1:
            raise ValueError(f"maxsize is {maxsize}; a cache holds at least one answer")
        self._maxsize = maxsize
        self._remember_misses = remember_misses
        self._forget_derived()
        self._forget_added()
        self._loading: dict[str, Load[V]] = {}
        self._lock = Lock()
        self._loads = 0
        self._evicted = 0

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
        if answer is _MISS:
            self._give_again(self._notes.get(image_id, ()))
            return None
        return answer

    def add(self, image_id: str, value: V) -> None:
        """Keep a value until it is cleared; dictionaries and lists as read-only copies.

        Raises ValueError for None, which is no answer.
        """
        if value is None:
            raise ValueError(f"None is no answer for {image_id}: clear() forgets one")
        kept = read_only(value)
        spelling = one_spelling(image_id)
        with changing(), self._lock:
            if spelling not in self._added:
                self._added_ids.add(spelling)
            self._added[spelling] = kept
            self._drop_derived(image_id)

    def changed(self, image_id: str | None = None) -> None:
        """Drop what was derived for an image and all its frames, or for all images."""
        with changing(), self._lock:
            self._drop_derived(image_id)

    def clear(self, image_id: str | None = None) -> None:
        """Drop what was derived and what was added for an image and all its frames, or for all."""
        with changing(), self._lock:
            self._drop_derived(image_id)
            if image_id is None:
                self._forget_added()
            else:
                for added in self._added_ids.take(image_id):
                    del self._added[added]

    def info(self) -> CacheInfo:
        """How much it holds, and how often it loaded."""
        with self._lock:
            return CacheInfo(
                len(self._derived), self._maxsize, len(self._added), self._loads, self._evicted
            )

    def _miss(self, image_id: str, load: Callable[[str], V | None] | None) -> V | None:
        if type(image_id) is not str:
            refuse_what_is_no_string(image_id)
        added = self._added.get(image_id)
        if added is not None:
            return added
        while True:
            with self._lock:
                # Taken here, so that no load takes the place of one that began after it.
                before = stamp()
                known = self._known(image_id)
                if known is not None or load is None:
                    break
                under_way = self._loading.get(image_id)
                mine = None
                if under_way is None or not under_way.may_be_joined(before):
                    mine = under_way = self._loading[image_id] = Load(image_id, before)
                    self._loads += 1
                else:
                    under_way.join()
            if mine is not None:
                return self._load(mine, load)
            under_way.wait()
            if not under_way.interrupted:
                self._give_again(under_way.notes)
                return under_way.outcome()
        if known is _MISS:
            self._give_again(self._notes.get(image_id, ()))
            return None
        return known

    def _known(self, image_id: str) -> V | None:
        """What is kept or added by now; the lock must be held."""
        known = self._derived.get(image_id)
        if known is None and self._added:
            known = self._added.get(one_spelling(image_id))
        return known

    def _load(self, mine: Load[V], load: Callable[[str], V | None]) -> V | None:
        value: V | None
        notes: list[str] = []
        try:
            if self._remember_misses:
                with collect_notes() as notes:
                    value = read_only(load(mine.image_id))
                self._give_again(notes)
            else:
                value = read_only(load(mine.image_id))
            with self._lock:
                self._no_longer_loading(mine)
                if is_unchanged_since(mine.before):
                    self._keep(mine.image_id, value, notes)
            mine.finish(value, notes)
        except BaseException as error:
            with self._lock:
                self._no_longer_loading(mine)
            mine.fail(error)
            raise
        return value

    def _no_longer_loading(self, mine: Load[V]) -> None:
        # A load begun after a change may have taken the place.
        if self._loading.get(mine.image_id) is mine:
            del self._loading[mine.image_id]

    def _keep(self, image_id: str, value: V | None, notes: list[str]) -> None:
        if value is None:
            if not self._remember_misses:
                return
            value = _MISS
            if notes:
                self._notes[image_id] = notes
        self._derived_ids.add(image_id)
        self._derived[image_id] = value
        if len(self._derived) > self._maxsize:
            self._evict(min(1 + self._maxsize // 64, _MOST_EVICTED_AT_ONCE))

    def _evict(self, count: int) -> None:
        for oldest in list(islice(self._derived, count)):
            self._derived_ids.discard(oldest)
            self._forget(oldest)
            self._evicted += 1

    def _drop_derived(self, image_id: str | None) -> None:
        if image_id is None:
            self._forget_derived()
        else:
            for each in self._derived_ids.take(image_id):
                self._forget(each)

    def _forget(self, image_id: str) -> None:
        self._derived.pop(image_id, None)
        self._notes.pop(image_id, None)

    def _forget_derived(self) -> None:
        self._derived: MutableMapping[str, V] = dict_of_size(self._maxsize)
        self._derived_ids = IdsByBase(self._maxsize)
        # The notes of remembered misses.
        self._notes: dict[str, list[str]] = {}

    def _forget_added(self) -> None:
        self._added: dict[str, V] = {}
        self._added_ids = IdsByBase(0)

    @staticmethod
    def _give_again(notes: Iterable[str]) -> None:
        for each in notes:
            note(each)
