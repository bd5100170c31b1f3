"""What the index knows: studies, their series, and the instances of these."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final

from .attributes import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["IndexedInstance", "Node", "Series", "Study"]


class Node(ABC):
    """A study, a series or an instance, and what its level says of it."""

    __slots__ = ("uid", "values")

    level: Level

    def __init__(self, uid: str, values: Sequence[Any]) -> None:
        self.uid: Final = uid
        #: Natural values, in the order of ``FIELDS`` of its level.
        self.values: Final = tuple(values)

    @property
    @abstractmethod
    def image_id(self) -> str:
        """The image whose header speaks for it: its own, or that of its first instance."""

    def below(self) -> Sequence[Node]:
        """What is in it now; more may come while the index is built."""
        return ()


class IndexedInstance(Node):
    """An instance, and where it is."""

    __slots__ = ("_image_id", "transfer_syntax")

    level = Level.INSTANCE

    def __init__(
        self, uid: str, values: Sequence[Any], image_id: str, transfer_syntax: str | None
    ) -> None:
        super().__init__(uid, values)
        self._image_id: Final = image_id
        self.transfer_syntax: Final = transfer_syntax

    @property
    def image_id(self) -> str:
        return self._image_id


class Series(Node):
    """A series, and its instances by their UIDs, in the order in which they were found."""

    __slots__ = ("_first", "instances")

    level = Level.SERIES

    def __init__(self, uid: str, values: Sequence[Any], first: IndexedInstance) -> None:
        super().__init__(uid, values)
        self._first: Final = first
        self.instances: Final = {first.uid: first}

    @property
    def image_id(self) -> str:
        return self._first.image_id

    def below(self) -> Sequence[IndexedInstance]:
        # A list is made in one step, while another thread adds to the dictionary.
        return list(self.instances.values())


class Study(Node):
    """A study, and its series by their UIDs."""

    __slots__ = ("_first", "series")

    level = Level.STUDY

    def __init__(self, uid: str, values: Sequence[Any], first: Series) -> None:
        super().__init__(uid, values)
        self._first: Final = first
        self.series: Final = {first.uid: first}

    @property
    def image_id(self) -> str:
        return self._first.image_id

    def below(self) -> Sequence[Series]:
        return list(self.series.values())
