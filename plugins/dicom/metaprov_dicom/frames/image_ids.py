"""The ids of the frames of an image: a header may say that it has any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final, overload

from metaprov_core import with_frame

__all__ = ["FrameImageIds"]

_SHOWN: Final = 3


@final
class FrameImageIds(Sequence[str]):
    """The ids of the frames of an image in order, each made when it is asked for.

    It equals the tuple of them.
    """

    __slots__ = ("_image_id", "_numbers")

    def __init__(self, image_id: str, count: int) -> None:
        """``image_id`` may be that of any frame; there are ``count`` of them."""
        self._image_id: Final = image_id
        self._numbers: Final = range(1, count + 1)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int, /) -> str: ...
    @overload
    def __getitem__(self, index: slice, /) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice, /) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(with_frame(self._image_id, number) for number in self._numbers[index])
        return with_frame(self._image_id, self._numbers[index])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrameImageIds):
            return len(self) == len(other) and self[:1] == other[:1]
        if isinstance(other, tuple):
            return len(self) == len(other) and all(map(str.__eq__, self, other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:_SHOWN]))
        return f"<{len(self)} ids of frames: {shown}{', ...' if len(self) > _SHOWN else ''}>"
