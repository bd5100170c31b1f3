"""An instance that writes down what is read of it, and may hide one attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_dicom.frames.number import FrameInstance, number_of_frames
from metaprov_dicom.instance.elements import ElementsByVr
from metaprov_dicom.instance.instance import Instance, items_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_dicom.instance.instance import Element
    from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels

__all__ = ["Path", "recorded"]

#: An attribute of the instance: its tag; or one in a sequence: tag, place of the item, tag ...
Path = tuple[int, ...]


def recorded(instance: Instance, reads: dict[Path, None], hidden: Path | None = None) -> Instance:
    """The same instance, which adds to ``reads`` what is read of it, but without one attribute."""
    elements = _RecordedElements(instance, (), reads, hidden)
    if isinstance(instance, FrameInstance):
        return FrameInstance(elements, number_of_frames(instance))
    same = Instance(elements)
    if instance.known_number_of_frames is not None:
        same.keep_number_of_frames(instance.known_number_of_frames)
    return same


class _RecordedElements(ElementsByVr):
    """What an instance has, or an item of a sequence of it."""

    __slots__ = ("_hidden", "_instance", "_path", "_reads")

    def __init__(
        self, instance: Instance, path: Path, reads: dict[Path, None], hidden: Path | None
    ) -> None:
        super().__init__(None)
        self._instance: Final = instance
        self._path: Final = path
        self._reads: Final = reads
        self._hidden: Final = hidden

    def tags(self) -> list[int]:
        return [tag for tag in self._instance.tags() if not self._hides(tag)]

    def __contains__(self, tag: int, /) -> bool:
        if self._hides(tag) or not self._instance.has(tag):
            return False
        self._reads[*self._path, tag] = None
        return True

    def value(self, tag: int) -> Any:
        items = self.sequence(tag)
        return tuple(items) if items else self._instance.value(tag)

    def sequence(self, tag: int) -> Sequence[Instance]:
        return [
            Instance(_RecordedElements(item, (*self._path, tag, place), self._reads, self._hidden))
            for place, item in enumerate(items_in(self._instance.value(tag)))
        ]

    def element(self, tag: int) -> Element:
        element = self._instance.element(tag)
        if element is None:
            raise KeyError(f"{tag:08X}")
        return element

    def groups_of(self, tag: int) -> tuple[int, ...]:
        return self._instance.groups_of(tag)

    def length_of_pixels(self) -> int | None:
        return self._instance.length_of_pixels()

    def place_of_pixels(self) -> PlaceOfPixels | None:
        return self._instance.place_of_pixels()

    def _hides(self, tag: int) -> bool:
        return (*self._path, tag) == self._hidden
