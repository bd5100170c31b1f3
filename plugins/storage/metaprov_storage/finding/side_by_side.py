"""Reading many headers side by side: most of the time of each is waiting."""

from __future__ import annotations

from threading import local
from typing import TYPE_CHECKING, Final, TypeVar

from metaprov_core import MetadataReadError, asked_together
from metaprov_storage.stores.file_systems import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

__all__ = ["Ahead", "one_by_one", "side_by_side"]

#: How many are read ahead of a question of `get_many`.
_ROUND: Final = 4 * AT_ONCE

V = TypeVar("V")


class Ahead(local):
    """What a thread has read ahead of the questions of a `get_many`."""

    def __init__(self) -> None:
        self._asked: tuple[str, ...] = ()
        #: Where those that were read ahead begin and end.
        self._begin = self._end = 0

    def of(self, image_id: str) -> Sequence[str]:
        """The ids to read for a question about this one; none where they were tried."""
        asked = asked_together()
        if len(asked) < 2:
            return ()
        if asked is not self._asked:
            self._asked, self._begin, self._end = asked, 0, 0
        elif image_id in asked[self._begin : self._end]:
            return ()
        try:
            self._begin = asked.index(image_id, self._end)
        except ValueError:
            return ()
        self._end = self._begin + _ROUND
        return asked[self._begin : self._end]


def side_by_side(
    read: Callable[[str], V], keys: Sequence[str]
) -> Generator[tuple[str, V | MetadataReadError], None, None]:
    """Each key with what is read for it, or the error, in the order in which that comes.

    Closing it cancels what has not begun; what is under way comes to its end unheard.
    """
    if len(keys) < 2:
        yield from one_by_one(read, keys)
        return
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(min(AT_ONCE, len(keys)), "metaprov-storage")
    try:
        reading = {pool.submit(_result, read, key): key for key in keys}
        for future in as_completed(reading):
            yield reading[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def one_by_one(
    read: Callable[[str], V], keys: Sequence[str]
) -> Generator[tuple[str, V | MetadataReadError], None, None]:
    """The same without threads, where nothing is waited for: in an archive on this disk."""
    for key in keys:
        yield key, _result(read, key)


def _result(read: Callable[[str], V], key: str) -> V | MetadataReadError:
    try:
        return read(key)
    except MetadataReadError as error:
        return error
