"""What is served over DICOMweb, and whether an image of it may still be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from metaprov_serve.http.work import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metaprov_core import Host
    from metaprov_serve.http.errors import HttpError

    from .index import Index

__all__ = ["Archive", "check_allowed", "in_thread_of"]


P = ParamSpec("P")
T = TypeVar("T")


class Archive(Protocol):
    """A host that is asked, an index of its images, and which of them may be read."""

    @property
    def host(self) -> Host: ...
    @property
    def index(self) -> Index: ...
    def refusals(self, image_ids: Sequence[str]) -> Sequence[HttpError | None]:
        """For each id why it may not be asked about, None where it may."""


async def in_thread_of(
    archive: Archive,
    image_id: str,
    function: Callable[Concatenate[Host, str, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """What a function of a host and an image returns, in a thread.

    Raises HttpError where the image may not be read: found out in the same thread, for changing to
    another one takes longer.
    """

    def checked() -> T:
        check_allowed(archive, image_id)
        return function(archive.host, image_id, *args, **kwargs)

    return await in_thread(checked)


def check_allowed(archive: Archive, image_id: str) -> None:
    """Raise HttpError for an image that may not be read.

    It was allowed when it was found: since then its file may have become a link that leads out.
    """
    (refused,) = archive.refusals([image_id])
    if refused is not None:
        raise refused
