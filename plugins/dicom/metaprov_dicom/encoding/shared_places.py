"""What follows from the places that many headers share: it is found once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .walk import Places

__all__ = ["SharedPlaces", "Spans"]

#: The elements that are shown: the key of each, where it begins, and where it ends if it is short;
#: it ends where it begins if it is not, and at 0 if its value is elsewhere.
Spans = list[tuple[int, int, int]]


class SharedPlaces:
    """What follows from the places of all headers of one layout. It must not be changed."""

    __slots__ = ("spans", "tags_of_group", "with_private")

    def __init__(self) -> None:
        #: The tags of the groups that somebody asked for, in ascending order.
        self.tags_of_group: Final[dict[int, tuple[int, ...]]] = {}
        #: The places, those of private elements included, once these were noted.
        self.with_private: Places | None = None
        self.spans: Spans | None = None
