"""What a request names: its instances, found in the index, and what it accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_serve.http.errors import HttpError
from metaprov_serve.http.work import in_thread

from .accept import accepted
from .places import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from metaprov_serve.dicomweb.indexed.archive import Archive
    from metaprov_serve.dicomweb.indexed.index import Index
    from metaprov_serve.dicomweb.indexed.tree import IndexedInstance

    from .accept import Accepted

__all__ = [
    "has_waited",
    "headers_of",
    "instance_of",
    "instances_of",
    "ranges_of",
    "root_of",
]

#: How long a request waits for the index to be whole, in seconds.
_PATIENCE: Final = 2.0


async def has_waited(index: Index) -> None:
    """Wait until the index is whole, or no longer than a person would."""
    if index.indexing:
        await in_thread(index.wait, _PATIENCE)


async def instance_of(request: Request, archive: Archive) -> IndexedInstance:
    """The instance of a URL. Raises HttpError, 404.

    Whether it may still be read is looked at by those who read it.
    """
    index, uids = archive.index, _uids(request)
    found = index.instance(*uids)
    if found is None and index.indexing:
        await has_waited(index)
        found = index.instance(*uids)
    if found is None:
        raise _nothing(index, "instance", uids[2])
    return found


async def instances_of(request: Request, archive: Archive) -> Sequence[IndexedInstance]:
    """The instances of the study or the series of a URL, at least one. Raises HttpError, 404."""
    # What is still being found is not whole.
    await has_waited(archive.index)
    found = _indexed(request, archive.index)
    refusals = await in_thread(archive.refusals, [each.image_id for each in found])
    allowed = [each for each, refused in zip(found, refusals, strict=True) if refused is None]
    if not allowed:
        raise HttpError(404, "none of these instances is here any more")
    return allowed


def _indexed(request: Request, index: Index) -> Sequence[IndexedInstance]:
    uid = request.path_params["study"]
    study = index.study(uid)
    if study is None:
        raise _nothing(index, "study", uid)
    uid = request.path_params.get("series")
    if uid is None:
        return [instance for series in study.below() for instance in series.below()]
    series = study.series.get(uid)
    if series is None:
        raise _nothing(index, "series", uid)
    return series.below()


def root_of(request: Request) -> str:
    """The path of the service, wherever the application is mounted."""
    return f"{request.scope.get('root_path', '').rstrip('/')}{ROOT}"


def ranges_of(request: Request) -> list[Accepted]:
    """What its sender accepts."""
    return accepted(request.headers.get("accept"), request.query_params.getlist("accept"))


def headers_of(index: Index) -> dict[str, str]:
    """Says in an answer that there may be more, while the index is built."""
    return {"X-Metaprov-Indexing": "true", "Cache-Control": "no-store"} if index.indexing else {}


def _uids(request: Request) -> tuple[str, str, str]:
    given = request.path_params
    return given["study"], given["series"], given["instance"]


def _nothing(index: Index, what: str, uid: str) -> HttpError:
    yet = ", as far as the folders have been read: ask again" if index.indexing else ""
    return HttpError(404, f"there is no {what} {uid:.64} here{yet}")
