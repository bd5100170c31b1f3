"""A place that may be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from .links import STORES, links_of
from .masking import keep_secret, masked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .links import Link

__all__ = ["MEMORY", "Place"]

#: All buckets; a web server has to be named.
_ALL_OF_THEM: Final = ("s3://", "gs://", "abfs://", "memory://")


# Compared by identity: no comparison and no hash reads the secrets.
@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Place:
    """A store, or a part of one: everything whose URL begins with ``url``."""

    url: str
    #: Those of fsspec's file system.
    options: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, url: str, options: Mapping[str, Any]) -> Self:
        """The place of a URL. Raises ValueError for what is none."""
        keep_secret(options)
        if url in _ALL_OF_THEM:
            return cls(url, options)
        try:
            links = links_of(url)
        except ValueError as error:
            raise ValueError(f"{_shown(url)!r} is no place: {error}") from None
        if len(links) > 1 or links[0].protocol not in STORES:
            form = "s3://bucket/prefix/, https://host/ ..."
            raise ValueError(f"{_shown(url)!r} is no place: that is {form}")
        return cls(links[0].in_public, options)

    def has(self, link: Link) -> bool:
        """Whether a link is in this place: that of a bucket is in no other whose name is longer."""
        url = link.in_public
        if self.url in _ALL_OF_THEM:
            return url.startswith(self.url)
        return f"{url}/".startswith(f"{self.url.rstrip('/')}/")


def _shown(url: str) -> str:
    """A URL without user and password, whatever signs are in them."""
    return masked(re.sub(r"://.*@", "://...@", url))


#: What every program has to itself.
MEMORY: Final = Place("memory://", {})
