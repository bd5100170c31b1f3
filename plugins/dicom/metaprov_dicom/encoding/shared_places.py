"""What follows from the places that many headers share: it is found once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_dicom.instance.instance import Wanted

    from .walk import Places

__all__ = ["SequencePlace", "SharedPlaces", "Spans", "WantedPlaces"]

#: The elements that are shown: the key of each, where it begins, and where it ends if it is short;
#: it ends where it begins if it is not, and at 0 if its value is elsewhere.
Spans = list[tuple[int, int, int]]


class WantedPlaces(NamedTuple):
    """Where some attributes are that are asked for together."""

    #: Cuts their elements out of a header, all at once; nothing of those that are to be decoded.
    elements_in: Callable[[bytes], tuple[bytes, ...]]
    #: Which of them are there: their place in the row, their tags, and where they begin.
    there: tuple[tuple[int, int, int], ...]
    #: The same of sequences, with where their items begin and end; None where they do not say it.
    sequences: tuple[tuple[int, int, int, int | None], ...]


class SequencePlace(NamedTuple):
    """Where all is that decides what the items of a sequence say."""

    #: Cuts it out of a header: what its image says that counts for it, and the sequence.
    parts_in: Callable[[bytes], tuple[bytes, ...]]
    #: Where these begin once they are joined.
    places: Places


class SharedPlaces:
    """What follows from the places of all headers of one layout. It must not be changed."""

    __slots__ = ("sequences", "spans", "tags", "tags_of_groups", "wanted", "with_private")

    def __init__(self) -> None:
        #: The places, those of private elements included, once these were noted.
        self.with_private: Places | None = None
        self.spans: Spans | None = None
        #: The tags of all attributes that are shown, in ascending order.
        self.tags: tuple[int, ...] | None = None
        #: The tags of the groups that somebody asked for, in ascending order.
        self.tags_of_groups: Final[dict[tuple[int, ...], tuple[int, ...]]] = {}
        #: Where the attributes are that somebody asked for together.
        self.wanted: Final[dict[Wanted, WantedPlaces]] = {}
        #: The sequences that somebody asked for, by tag.
        self.sequences: Final[dict[int, SequencePlace]] = {}
