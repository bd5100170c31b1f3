"""What a `get_many` is going to ask about, so that it is read side by side."""

from __future__ import annotations

from threading import local
from typing import TYPE_CHECKING, Final

from metaprov_core import asked_together
from metaprov_storage.stores.file_systems import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Ahead"]

#: How many are read ahead of a question of `get_many`.
_ROUND: Final = 4 * AT_ONCE


class Ahead(local):
    """What a thread has read ahead of the questions of a `get_many`."""

    def __init__(self) -> None:
        self._asked: tuple[str, ...] = ()
        #: Where those that were read ahead begin and end.
        self._begin = self._end = 0

    def of(self, image_id: str) -> Sequence[str]:
        """The ids to read for a question about this one; none where they were tried."""
        asked = asked_together()
        if len(asked) < 2:
            return ()
        if asked is not self._asked:
            self._asked, self._begin, self._end = asked, 0, 0
        elif image_id in asked[self._begin : self._end]:
            return ()
        try:
            self._begin = asked.index(image_id, self._end)
        except ValueError:
            return ()
        self._end = self._begin + _ROUND
        return asked[self._begin : self._end]
