"""The elements of a header that was walked over: what is where, decoded when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, overload

from .dataset_elements import items_by_pydicom
from .encoded_elements import LEFT_OUT, TRANSFER_SYNTAX_UID, EncodedElements
from .instance import Instance
from .walk import (
    UNDEFINED,
    NotUnderstood,
    Places,
    element_at,
    has_vr,
    items_between,
    key_of_tag,
    tag_of_key,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["HeaderElements", "WalkedElements"]

_SPECIFIC_CHARACTER_SET: Final = 0x00080005
_DEFAULT_CHARSETS: Final = ("iso8859",)
_NO_ENDS: Final[frozenset[int]] = frozenset()
_KEYS_LEFT_OUT: Final = tuple(map(key_of_tag, LEFT_OUT))


class WalkedElements(EncodedElements):
    """The elements of a data set, or of an item of a sequence, in the bytes of a file."""

    __slots__ = ("_data", "_explicit", "_places")

    def __init__(
        self, data: bytes, places: Places, explicit: bool, parent: EncodedElements | None = None
    ) -> None:
        super().__init__(parent)
        for key in _KEYS_LEFT_OUT:
            places.pop(key, None)
        self._data: Final = data
        self._places: Final = places
        self._explicit: Final = explicit

    def tags(self) -> list[int]:
        return sorted(tag for tag in map(tag_of_key, self._places) if tag in self)

    def __contains__(self, tag: int, /) -> bool:
        key = tag >> 16 | (tag & 0xFFFF) << 16
        # No group lengths, and nothing of the file meta information.
        return key in self._places and key > 0xFFFF and key & 0xFFFF != 2

    def value(self, tag: int) -> Any:
        vr, data, start, end = self._located(tag)
        if vr == "SQ":
            return _all_items(self, tag, data, start, end)
        return self.decoded(tag, vr, data[start:end])

    def sequence(self, tag: int) -> Sequence[Instance]:
        """The items of a sequence that is there, each made when it is asked for."""
        vr, data, start, end = self._located(tag)
        if vr != "SQ":
            return ()
        try:
            return _Items(self, tag, data, start, end)
        except NotUnderstood:
            return _items_by_pydicom(self, tag, data, start, end)

    def charsets(self) -> Sequence[str]:
        if _SPECIFIC_CHARACTER_SET in self:
            from pydicom.charset import convert_encodings

            names = self.value(_SPECIFIC_CHARACTER_SET) or ("",)
            return convert_encodings([name or "" for name in names])
        return _DEFAULT_CHARSETS if self.parent is None else self.parent.charsets()

    @property
    def explicit(self) -> bool:
        """Whether the elements say their VR."""
        return self._explicit

    def _located(self, tag: int) -> tuple[str, bytes, int, int | None]:
        """The VR of an element, and where its value is: in which bytes, from where, up to where.

        The end is None for a sequence that does not say where it ends.
        """
        data = self._data
        vr, start, length = element_at(data, self._places[key_of_tag(tag)], self._explicit)
        if length == UNDEFINED:
            return "SQ", data, start, None
        return self.vr(tag, vr), data, start, start + length


class HeaderElements(WalkedElements):
    """The elements of a file."""

    __slots__ = ("_read_large", "_transfer_syntax")

    def __init__(
        self,
        data: bytes,
        places: Places,
        explicit: bool,
        transfer_syntax: str,
        large: Mapping[int, Callable[[], bytes]],
    ) -> None:
        """``large`` reads the values that were left in the file, by the key of their tags."""
        super().__init__(data, places, explicit)
        self._transfer_syntax: Final = transfer_syntax
        self._read_large: Final = large

    def tags(self) -> list[int]:
        return [TRANSFER_SYNTAX_UID, *super().tags()]

    def __contains__(self, tag: int, /) -> bool:
        return super().__contains__(tag) or tag == TRANSFER_SYNTAX_UID

    def value(self, tag: int) -> Any:
        return self._transfer_syntax if tag == TRANSFER_SYNTAX_UID else super().value(tag)

    def _located(self, tag: int) -> tuple[str, bytes, int, int | None]:
        vr, data, start, end = super()._located(tag)
        read = self._read_large.get(key_of_tag(tag)) if self._read_large else None
        if read is None:
            return vr, data, start, end
        value = read()
        return vr, value, 0, len(value)


class _Items(Sequence[Instance]):
    """The items of a sequence: where they are is known, what is in them is not looked at."""

    __slots__ = ("_begins", "_data", "_ends", "_explicit", "_parent", "_tag")

    def __init__(
        self, parent: WalkedElements, tag: int, data: bytes, start: int, end: int | None
    ) -> None:
        self._parent: Final = parent
        self._tag: Final = tag
        self._data: Final = data
        self._begins, self._ends = items_between(data, start, end, parent.explicit)

    def __len__(self) -> int:
        return len(self._begins)

    @overload
    def __getitem__(self, index: int, /) -> Instance: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Instance]: ...
    def __getitem__(self, index: int | slice, /) -> Instance | list[Instance]:
        if isinstance(index, slice):
            return [self[position] for position in range(len(self))[index]]
        try:
            return self.walked(index)
        except NotUnderstood:
            items = self._parent.value(self._tag)
            # pydicom lets elements reach beyond their item, and may find fewer.
            return items[index] if index < len(items) else _NO_ATTRIBUTES

    def walked(self, index: int) -> Instance:
        """An item. Raises NotUnderstood."""
        data, begin, end = self._data, self._begins[index], self._ends[index]
        explicit = self._parent.explicit and has_vr(data, begin)
        places: Places = {}
        if walk(data, begin, end, places, explicit, _NO_ENDS) != end:
            raise NotUnderstood
        return Instance(WalkedElements(data, places, explicit, self._parent))


_NO_ATTRIBUTES: Final = Instance(WalkedElements(b"", {}, explicit=True))


def _all_items(
    parent: WalkedElements, tag: int, data: bytes, start: int, end: int | None
) -> tuple[Instance, ...]:
    try:
        items = _Items(parent, tag, data, start, end)
        return tuple(map(items.walked, range(len(items))))
    except NotUnderstood:
        return _items_by_pydicom(parent, tag, data, start, end)


def _items_by_pydicom(
    parent: WalkedElements, tag: int, data: bytes, start: int, end: int | None
) -> tuple[Instance, ...]:
    return items_by_pydicom(parent, tag, data[start:end], not parent.explicit)
