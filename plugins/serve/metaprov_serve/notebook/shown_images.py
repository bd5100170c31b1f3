"""The images of a widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_serve.http.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metaprov_core import Host

__all__ = ["ShownImages"]


class ShownImages:
    """Some images, and no others: what the API answers about in a notebook."""

    def __init__(self, host: Host, image_ids: Iterable[str]) -> None:
        self.host: Final = host
        #: Each image once, in the order given.
        self.image_ids: Final = tuple(dict.fromkeys(image_ids))
        self._known: Final = frozenset(self.image_ids)

    def images(self, source: str | None = None) -> list[str]:
        """All ids. Raises HttpError, 404, for a source, as a widget has none."""
        if source is not None:
            raise HttpError(404, "a notebook has no sources, only the images that it shows")
        return list(self.image_ids)

    def known_as(
        self,
        image_id: str,
        own_host: str | None = None,  # noqa: ARG002 - of the protocol
    ) -> str:
        """The id as it is: nothing is served under another one."""
        return image_id

    def refusals(self, image_ids: Sequence[str]) -> list[HttpError | None]:
        """For each id why it may not be asked about, None where it may."""
        return [None if each in self._known else _not_shown() for each in image_ids]

    def allowed(
        self,
        image_id: str,
        own_host: str | None = None,  # noqa: ARG002 - of the protocol
    ) -> str:
        """The id itself. Raises HttpError, 404, for an image that is not shown."""
        if image_id not in self._known:
            raise _not_shown()
        return image_id


def _not_shown() -> HttpError:
    return HttpError(404, "there is no such image here")
