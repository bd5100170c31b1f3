"""Fetching the headers of many images side by side, before anybody asks for them."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from metaprov_core import base_image_id, parse_image_id
from metaprov_dicomweb.server.connection import CONNECTIONS_KEPT
from metaprov_dicomweb.server.settings import configured_server
from metaprov_dicomweb.services.wado_rs import SeriesUrl, image_url
from metaprov_dicomweb.services.wado_uri import object_url

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from metaprov_dicomweb.server.urls import Url

    from .series import Series

__all__ = ["AT_ONCE", "Keeper", "prefetch"]

#: How many requests are under way at once: as many as connections to one server are kept open.
AT_ONCE: Final = CONNECTIONS_KEPT

K = TypeVar("K")
V = TypeVar("V")


class Keeper(NamedTuple):
    """What fetches headers, or raises MetadataReadError, and how many of them are kept."""

    fetch_series: Callable[[SeriesUrl], Series]
    series_kept: int
    #: Fetches an image, given its id without frame.
    fetch_image: Callable[[str], object]
    images_kept: int


def prefetch(image_ids: Iterable[str], keeper: Keeper, done: Callable[[int], None]) -> None:
    """Fetch the series of these images, and images that are in none, as far as they are kept.

    Ids of other schemes and servers are ignored. ``done`` is called, in this thread, with the
    number of ids whose headers are there; where it raises, nothing more is begun. Nothing is raised
    for an image: the next question about it will.
    """
    ids = Counter(map(base_image_id, image_ids))
    series = _by_series(ids)
    wanted = list(series)[: keeper.series_kept]
    alone = [base for base in ids if _is_object_to_ask_for(base)]
    with closing(_side_by_side(keeper.fetch_series, wanted)) as fetched:
        for url, found in fetched:
            # Of metadata that are too large there are none.
            missing = {base for base, uid in series[url] if uid not in found}
            alone += missing
            done(sum(ids[base] for base, _ in series[url] if base not in missing))
    with closing(_side_by_side(keeper.fetch_image, alone[: keeper.images_kept])) as fetched:
        for base, _ in fetched:
            done(ids[base])


def _by_series(bases: Iterable[str]) -> dict[SeriesUrl, list[tuple[str, str]]]:
    """The series that may be asked for, and of each the ids and the UIDs of its images."""
    series: dict[SeriesUrl, list[tuple[str, str]]] = {}
    for base in bases:
        image = image_url(base) if parse_image_id(base).scheme == "wadors" else None
        if image is not None:
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
    if not keys:
        return
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(min(AT_ONCE, len(keys)), "metaprov-dicomweb")
    try:
        fetching = {pool.submit(fetch, key): key for key in keys}
        for future in as_completed(fetching):
            if future.exception() is None:
                yield fetching[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
