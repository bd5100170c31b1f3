"""Places that many headers share, with what follows from them: it is found once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .walk import Places

__all__ = ["SharedPlaces", "Spans"]

#: The elements that are shown: the key of each, where it begins, and where it ends if it is short;
#: it ends where it begins if it is not, and at 0 if its value is elsewhere.
Spans = list[tuple[int, int, int]]


class SharedPlaces(dict[int, int]):
    """The places of all headers of one layout. They must not be changed."""

    __slots__ = ("spans", "with_private")

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        #: The same with the private elements, once they were noted.
        self.with_private: SharedPlaces | None = None
        self.spans: Spans | None = None
