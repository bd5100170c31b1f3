"""The headers of images: those that are kept, and many that are read side by side."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from metaprov_core import MetadataReadError, ProviderCache
from metaprov_dicom import instance_from_source
from metaprov_storage.places.links import LOCAL, links_of
from metaprov_storage.stores.file_systems import AT_ONCE, is_asked_in_loop
from metaprov_storage.stores.ranged import CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from metaprov_dicom import HeaderSource, Instance
    from metaprov_storage.opening import Opener
    from metaprov_storage.places.links import Link

__all__ = ["HEADERS_KEPT", "Headers"]

HEADERS_KEPT: Final = 1_000

T = TypeVar("T")


class Headers:
    """The headers of images by their ids without frames: one is read for all of its frames."""

    def __init__(self, opener: Opener) -> None:
        self._opener: Final = opener
        self._kept: Final[ProviderCache[Instance]] = ProviderCache(HEADERS_KEPT)

    def kept(self, base: str) -> Instance | None:
        """The header of an image, if it was read."""
        return self._kept.get(base)

    def one(self, base: str) -> Instance:
        """The header of an image. Raises MetadataReadError."""
        return self._kept.get(base, partial(self.read, instance_from_source))

    def many(
        self, bases: Sequence[str]
    ) -> Generator[tuple[str, Instance | MetadataReadError], None, None]:
        """Each image with its header, or the error, in the order in which that comes.

        Closing it cancels what has not begun.
        """
        at_hand, here, elsewhere, in_loop = [], [], [], {}
        for base in bases:
            links = links_of(base)
            if self.kept(base) is not None:
                at_hand.append(base)
            elif links[-1].protocol == LOCAL:
                here.append(base)
            elif len(links) == 1 and is_asked_in_loop(links[0]):
                in_loop[links[0]] = base
            else:
                elsewhere.append(base)
        # Nothing is waited for.
        for base in (*at_hand, *self._in_order(here)):
            yield base, _result(self.one, base)
        with closing(_by_threads(self.one, self._in_order(elsewhere))) as headers:
            yield from headers
        if in_loop:
            yield from self._begun(in_loop)

    def read(self, read: Callable[[HeaderSource], T], base: str) -> T:
        """What is read from an image, and not kept."""
        try:
            return read(self._opener.image(links_of(base)))
        except MetadataReadError as error:
            if error.reason == CHANGED:
                # An archive that has changed is opened anew by the next question.
                self._opener.changed()
            raise

    def changed(self, image_id: str | None) -> None:
        """Forget the header of an image, or all."""
        self._kept.changed(image_id)

    def _in_order(self, bases: Sequence[str]) -> Sequence[str]:
        """Members as they follow in their archives: going back in a compressed one begins anew."""
        return sorted(bases, key=lambda base: self._opener.position(links_of(base)))

    def _begun(
        self, images: dict[Link, str]
    ) -> Generator[tuple[str, Instance | MetadataReadError], None, None]:
        from metaprov_storage.stores.begun import begun_objects

        with closing(begun_objects(list(images))) as objects:
            for link, source in objects:
                base = images[link]
                if isinstance(source, MetadataReadError):
                    yield base, source
                    continue
                load = partial(_read_from, source)
                yield base, _result(partial(self._kept.get, load=load), base)


def _read_from(source: HeaderSource, _base: str) -> Instance:
    return instance_from_source(source)


def _by_threads(
    read: Callable[[str], T], keys: Sequence[str]
) -> Generator[tuple[str, T | MetadataReadError], None, None]:
    if len(keys) < 2:
        for key in keys:
            yield key, _result(read, key)
        return
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(min(AT_ONCE, len(keys)), "metaprov-storage")
    try:
        reading = {pool.submit(_result, read, key): key for key in keys}
        for future in as_completed(reading):
            yield reading[future], future.result()
    finally:
        # What is under way comes to its end unheard.
        pool.shutdown(wait=False, cancel_futures=True)


def _result(read: Callable[[str], T], key: str) -> T | MetadataReadError:
    try:
        return read(key)
    except MetadataReadError as error:
        return error
