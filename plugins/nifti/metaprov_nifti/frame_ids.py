"""The ids of files and their frames, and which frame an id means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final, overload

from metaprov_core import parse_image_id, with_frame

__all__ = ["FRAME_MARK", "SCHEME", "FrameIds", "image_id_of", "image_ids_of", "split_id"]

SCHEME: Final = "nifti"
#: What most ids of frames have before the number.
FRAME_MARK: Final = "?frame="


def image_id_of(path: str) -> str:
    """The id of the image in a file, however many frames it has."""
    return f"{SCHEME}:{path}"


def image_ids_of(base: str, frames: int) -> Sequence[str]:
    """The id of an image, or of each of its frames if it has several."""
    return (base,) if frames == 1 else FrameIds(base, frames)


def split_id(image_id: str) -> tuple[str, int]:
    """The image and the frame that an id means: the first where it names none."""
    id = parse_image_id(image_id)
    return id.base, 1 if id.frame is None else id.frame


@final
class FrameIds(Sequence[str]):
    """The ids of the frames of an image in order, each made when it is asked for.

    It equals the tuple of them.
    """

    __slots__ = ("_base", "_numbers")

    def __init__(self, base: str, count: int) -> None:
        self._base: Final = base
        self._numbers: Final = range(1, count + 1)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int, /) -> str: ...
    @overload
    def __getitem__(self, index: slice, /) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice, /) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(with_frame(self._base, number) for number in self._numbers[index])
        return with_frame(self._base, self._numbers[index])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrameIds):
            return len(self) == len(other) and self[:1] == other[:1]
        if isinstance(other, tuple):
            return len(self) == len(other) and all(map(str.__eq__, self, other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self)} ids of frames: {self._base}?frame=1 ...>"
