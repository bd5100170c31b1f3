"""What the API answers about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_core import Host
    from metaprov_serve.http.errors import HttpError

__all__ = ["Images"]


class Images(Protocol):
    """Images, and the host that is asked about them: those of sources, or some that are shown."""

    @property
    def host(self) -> Host:
        """Who is asked."""

    def images(self, source: str | None = None) -> list[str]:
        """The ids of the images of a source, or of all. Raises HttpError, 403 or 404."""

    def known_as(self, image_id: str, own_host: str | None = None) -> str:
        """The id to ask the host about, whether or not that is allowed."""

    def refusals(self, image_ids: Sequence[str]) -> Sequence[HttpError | None]:
        """For each id why it may not be asked about, None where it may."""

    def allowed(self, image_id: str, own_host: str | None = None) -> str:
        """The id to ask the host about. Raises HttpError, 403 or 404."""
