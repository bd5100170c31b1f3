"""Fetching the headers of many images side by side, before anybody asks for them."""

from __future__ import annotations

import os
from collections import Counter, deque
from contextlib import closing
from functools import partial
from itertools import islice
from threading import local
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from metaprov_core import asked_together, base_image_id, parse_image_id
from metaprov_dicomweb.server.settings import configured_server, limits
from metaprov_dicomweb.services.wado_rs import SeriesUrl, image_url, is_uid
from metaprov_dicomweb.services.wado_uri import object_url

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from metaprov_dicomweb.server.urls import Url

    from .series import Series

__all__ = ["Ahead", "Keeper", "fetched_ahead", "prefetch"]

#: How many series, or single images, are fetched ahead of a question of `get_many`, for each of
#: those that are fetched at once.
_ROUNDS: Final = 4

#: What stands between the URL of a series and the UID of an image.
_IMAGES: Final = "/instances/"

K = TypeVar("K")
V = TypeVar("V")


class Keeper(NamedTuple):
    """What fetches headers, or raises MetadataReadError, and how many of them are kept."""

    fetch_series: Callable[[SeriesUrl], Series]
    series_kept: int
    #: Fetches an image, given its id without frame.
    fetch_image: Callable[[str], object]
    images_kept: int
    #: The bytes of series that are kept.
    bytes_kept: int


class Ahead(local):
    """What a thread has fetched ahead of the questions of a `get_many`."""

    def __init__(self) -> None:
        self._asked: tuple[str, ...] = ()
        #: The ids that were fetched ahead, or tried, and where those behind them begin.
        self._tried: set[str] = set()
        self._next = 0

    def of(self, image_id: str) -> Sequence[str]:
        """The ids to fetch for a question about this one: those behind it that are asked as well.

        None where nothing else is asked, or where they were tried.
        """
        asked = asked_together()
        if len(asked) < 2 or (asked is self._asked and image_id in self._tried):
            return ()
        if asked is not self._asked:
            self._asked, self._tried, self._next = asked, set(), 0
        try:
            begin = asked.index(image_id, self._next)
        except ValueError:
            return ()
        most, sources = _ROUNDS * limits().at_once, set()
        self._next = begin
        for ahead in islice(asked, begin, None):
            sources.add(ahead.partition(_IMAGES)[0])
            if len(sources) > most:
                break
            self._next += 1
        ids = asked[begin : self._next]
        self._tried.update(ids)
        return ids


def prefetch(image_ids: Iterable[str], keeper: Keeper, done: Callable[[int], None]) -> None:
    """Fetch the series of these images, and images that are in none, as far as they are kept.

    Ids of other schemes and servers are ignored. ``done`` is called, in this thread, with the
    number of ids whose headers are there; where it raises, nothing more is begun. Nothing is raised
    for an image: the next question about it will.
    """
    ids = Counter(map(base_image_id, image_ids))
    series = _by_series(ids)
    wanted, taken = list(series)[: keeper.series_kept], 0
    alone = [base for base in ids if _is_object_to_ask_for(base)]
    with closing(_side_by_side(keeper.fetch_series, wanted)) as fetched:
        for url, found in fetched:
            # Of metadata that are too large there are none.
            missing = {base for base, uid in series[url] if uid not in found}
            alone += missing
            done(sum(ids[base] for base, _ in series[url] if base not in missing))
            taken += found.size
            if taken > keeper.bytes_kept:
                break
    with closing(_side_by_side(keeper.fetch_image, alone[: keeper.images_kept])) as fetched:
        for base, _ in fetched:
            done(ids[base])


def _by_series(bases: Iterable[str]) -> dict[SeriesUrl, list[tuple[str, str]]]:
    """The series that may be asked for, and of each the ids and the UIDs of its images."""
    series: dict[SeriesUrl, list[tuple[str, str]]] = {}
    known: dict[str, SeriesUrl] = {}
    for base in bases:
        head, _, uid = base.partition(_IMAGES)
        if head in known and is_uid(uid):
            series[known[head]].append((base, uid))
            continue
        image = image_url(base) if parse_image_id(base).scheme == "wadors" else None
        if image is not None:
            known[head] = image.series
            series.setdefault(image.series, []).append((base, image.uid))
    return {url: images for url, images in series.items() if _may_be_asked(url.url)}


def _is_object_to_ask_for(base: str) -> bool:
    url = object_url(base) if parse_image_id(base).scheme == "wadouri" else None
    return url is not None and _may_be_asked(url)


def _may_be_asked(url: Url) -> bool:
    try:
        return configured_server(url) is not None
    except ValueError:
        return False


def _side_by_side(fetch: Callable[[K], V], keys: Sequence[K]) -> Generator[tuple[K, V], None, None]:
    """Each key with what is fetched for it, in the order in which that comes.

    Those for which it raises are left out. Closing it cancels what has not begun; what is under way
    comes to its end unheard.
    """
    if len(keys) < 2:
        for key in keys:
            try:
                fetched = fetch(key)
            except Exception:  # noqa: S112 - the question about it raises
                continue
            yield key, fetched
        return
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(min(limits().at_once, len(keys)), "metaprov-dicomweb")
    try:
        fetching = {pool.submit(fetch, key): key for key in keys}
        for future in as_completed(fetching):
            if future.exception() is None:
                yield fetching[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def fetched_ahead(
    fetch: Callable[[K], V], keys: Iterable[K]
) -> Generator[tuple[K, Callable[[], V]], None, None]:
    """Each key in order, with a function that returns, or raises, what is fetched for it.

    So many are fetched ahead as may be fetched at once, and none before the first is asked for.
    Closing it cancels what has not begun.
    """
    waiting = deque(keys)
    at_once, process = limits().at_once, os.getpid()
    if min(len(waiting), at_once) < 2:
        for key in waiting:
            yield key, partial(fetch, key)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    pool = ThreadPoolExecutor(min(at_once, len(waiting)), "metaprov-dicomweb")
    begun: deque[tuple[K, Future[V]]] = deque()
    try:
        while waiting or begun:
            # In a forked process the threads are not there.
            if os.getpid() != process:
                break
            while waiting and len(begun) < at_once:
                key = waiting.popleft()
                begun.append((key, pool.submit(fetch, key)))
            key, future = begun.popleft()
            yield key, future.result
        for key in (*(key for key, _ in begun), *waiting):
            yield key, partial(fetch, key)
    finally:
        if os.getpid() == process:
            pool.shutdown(wait=False, cancel_futures=True)
