"""fsspec's file systems: one for each place, made when it is first asked."""

from __future__ import annotations

import os
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from metaprov_core import MetadataReadError
from metaprov_storage.places.errors import failed, status_of
from metaprov_storage.places.links import WEB
from metaprov_storage.places.settings import configured_place

from .ranged import Answer, RangedObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_storage.places.links import Link
    from metaprov_storage.places.place import Place

__all__ = [
    "AT_ONCE",
    "is_asked_in_loop",
    "names_below",
    "open_object",
    "read_in_loop",
    "size_of",
]

#: How many objects are read side by side.
AT_ONCE: Final = 32

#: What brings the file system of a protocol.
_PACKAGES: Final = {"s3": "s3fs", "gs": "gcsfs", "abfs": "adlfs", "http": "aiohttp"}
_PACKAGES["https"] = _PACKAGES["http"]
#: Those that are asked one level below fsspec's interface, in its event loop.
_ASKED_IN_LOOP: Final = ("s3", *WEB)
_NO_SUCH_RANGE: Final = 416

_lock: Final = Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )
# Of each place for as long as it is configured, by process: they are bound to its threads.
_made: Final[WeakKeyDictionary[Place, dict[int, Any]]] = WeakKeyDictionary()


def open_object(link: Link, version: object = None) -> RangedObject:
    """An object in a store that may be asked. Nothing is asked yet.

    ``version`` is the one that it is to have, where that is known.
    """
    fetch = _fetch_in_loop if is_asked_in_loop(link) else _fetch
    return RangedObject(partial(fetch, link), link.in_public, version)


def is_asked_in_loop(link: Link) -> bool:
    """Whether `read_in_loop` reads an object, more than fsspec's interface tells."""
    return link.protocol in _ASKED_IN_LOOP


async def read_in_loop(link: Link, start: int, length: int) -> Answer:
    """Read a range of an object, in fsspec's event loop. Raises what the backend does."""
    answer: Answer = await _reader(link.protocol)(_file_system, link, start, length)
    return answer


def size_of(link: Link) -> int:
    """How long an object is. Raises MetadataReadError."""
    try:
        return int(_file_system(link).size(str(link)))
    except Exception as error:
        raise failed(link.in_public, error) from None


def names_below(link: Link) -> list[str]:
    """The URLs of all objects whose names begin with that of a folder; of an object, its own.

    Raises MetadataReadError where there are none.
    """
    try:
        store = _file_system(link)
        # Objects come and go.
        store.invalidate_cache()
        found = store.find(str(link))
    except Exception as error:
        raise failed(link.in_public, error) from None
    if not found:
        raise MetadataReadError(link.in_public, "there is nothing of this name")
    if link.protocol in WEB:
        # A page may list what is elsewhere.
        return [url for url in found if url.startswith(str(link))]
    return [f"{link.protocol}://{name.lstrip('/')}" for name in found]


def _fetch_in_loop(link: Link, start: int, length: int) -> Answer:
    from fsspec.asyn import get_loop, sync

    try:
        answer: Answer = sync(get_loop(), read_in_loop, link, start, length)
    except Exception as error:
        # Not from the error, which may repeat what was sent.
        raise failed(link.in_public, error) from None
    return answer


def _reader(protocol: str) -> Callable[..., Any]:
    if protocol == "s3":
        from . import s3

        return s3.read_range
    from . import http

    return http.read_range


def _fetch(link: Link, start: int, length: int) -> Answer:
    try:
        store = _file_system(link)
        data = store.cat_file(str(link), start=start, end=start + length)
        return Answer(data, *(_status_in_memory(store, link) if link.protocol == "memory" else ()))
    except Exception as error:
        if status_of(error) == _NO_SUCH_RANGE:
            return Answer(b"")
        raise failed(link.in_public, error) from None


def _status_in_memory(store: Any, link: Link) -> tuple[int, object]:
    info = store.info(str(link))
    return info["size"], (info["size"], store.modified(str(link)))


def _file_system(link: Link) -> Any:
    place = configured_place(link)
    if place is None:
        raise MetadataReadError(link.in_public, "it is not configured")
    process = os.getpid()
    with _lock:
        made = _made.setdefault(place, {})
        if process not in made:
            made[process] = _new(link.protocol, place)
        return made[process]


def _new(protocol: str, place: Place) -> Any:
    import fsspec

    options = dict(place.options)
    if protocol == "s3":
        from .s3 import with_connections

        options = with_connections(options, AT_ONCE)
    if protocol in WEB:
        # Nobody knows where they lead; `http.read_range` looks.
        options["allow_redirects"] = False
    try:
        return fsspec.filesystem(protocol, skip_instance_cache=True, **options)
    except ImportError as error:
        package = _PACKAGES.get(protocol, protocol)
        reason = f"{protocol}: needs {package}: python -m pip install {package}"
        raise MetadataReadError(place.url, reason) from error
