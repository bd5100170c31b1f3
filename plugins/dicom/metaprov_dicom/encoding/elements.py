"""The elements of a header that was walked over: what is where, decoded when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, overload

from metaprov_dicom.dataset.elements import items_by_pydicom
from metaprov_dicom.instance.elements import (
    ITEMS_AND_DELIMITERS,
    LEFT_OUT,
    TRANSFER_SYNTAX_UID,
    ElementsByVr,
)
from metaprov_dicom.instance.fields import put
from metaprov_dicom.instance.instance import Element, Instance
from metaprov_dicom.instance.stray_items import note_on_stray_delimiter
from metaprov_dicom.values.charsets import (
    DEFAULT_CHARSETS,
    ESCAPE,
    SPECIFIC_CHARACTER_SET,
    encodings_of,
)
from metaprov_dicom.values.natural import DECODERS, natural
from metaprov_dicom.values.stated_vrs import AS_TEXT, CHOICES_BY_SIGN, vr_where_stated
from metaprov_dicom.values.vr import SIGNED_AS_PIXELS, TELLING, UNDEFINED_LENGTH

from .group_layouts import GroupLayouts
from .heads import NotUnderstood, swapped
from .memo import (
    KNOWN,
    KNOWN_ELEMENTS,
    KNOWN_VALUES,
    LONGEST_KNOWN,
    keep,
    keep_element,
    keep_value,
    plain_value,
)
from .walk import (
    LENGTH_EXPLICIT,
    LENGTH_IMPLICIT,
    Places,
    element_at,
    items_between,
    walk,
)
from .without_vr import says_vrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_dicom.instance.fields import Field, Fields, ValueOf
    from metaprov_dicom.instance.instance import Wanted

    from .shared_places import Spans


__all__ = [
    "ELSEWHERE",
    "PRIVATE",
    "WalkedElements",
    "WalkedItems",
    "without_what_is_left_out",
]

#: The place of an element whose value is not among the bytes.
ELSEWHERE: Final = -1

#: PixelRepresentation as the places have it, and what it says, by its element of either kind.
_PIXEL_REPRESENTATION: Final = 0x01030028
_SIGNS: Final = {
    b"\x28\0\x03\1" + length + bytes([sign, 0]): bool(sign)
    for length in (b"US\2\0", b"\2\0\0\0")
    for sign in (0, 1)
}


#: The bit that the tags of private elements have: their group is odd.
PRIVATE: Final = 0x10000
_META_GROUP: Final = 0x0002
_TRANSFER_SYNTAX: Final = swapped(TRANSFER_SYNTAX_UID)
_tag_of: Final = attrgetter("tag")
_NO_ENDS: Final[frozenset[int]] = frozenset()
_KEYS_LEFT_OUT: Final = tuple(map(swapped, LEFT_OUT | ITEMS_AND_DELIMITERS))


@lru_cache(8192)
def _decided_vr(tag: int, stated: str | None) -> str | None:
    """The VR of an attribute where nothing else in a header can change it."""
    vr = vr_where_stated(tag, stated)
    return vr if vr in DECODERS and vr not in CHOICES_BY_SIGN else None


@lru_cache(8192)
def _written_vr(tag: int, stated: str | None) -> str | None:
    """The VR of an attribute that is bytes, where nothing else in a header can change it."""
    vr = vr_where_stated(tag, stated)
    return vr if vr in TELLING and vr != "SQ" else None


def _is_shown(key: int) -> bool:
    """Whether an element is part of the instance, by its place.

    No group lengths are, and of the file meta information the transfer syntax alone is.
    """
    return key > 0xFFFF and (key & 0xFFFF != _META_GROUP or key == _TRANSFER_SYNTAX)


class WalkedElements(ElementsByVr):
    """The elements of a data set, or of an item of a sequence, in the bytes of a file."""

    __slots__ = ("_data", "_explicit", "_places")

    def __init__(
        self, data: bytes, places: Places, explicit: bool, parent: ElementsByVr | None = None
    ) -> None:
        super().__init__(parent)
        self._data: Final = data
        self._places = places
        self._explicit: Final = explicit

    def tags(self) -> list[int]:
        return sorted(swapped(key) for key in self._places if _is_shown(key))

    def tags_of_groups(self, groups: Sequence[int]) -> tuple[int, ...]:
        # Most headers have nothing of a private group, and need not be walked over again for it.
        data = self._data
        there = [g for g in groups if g.to_bytes(2, "little") in data or self._is_elsewhere(g)]
        return self._tags_of_groups(there) if there else ()

    def _tags_of_groups(self, groups: Sequence[int]) -> tuple[int, ...]:
        if any(group & 1 for group in groups):
            self._note_private_elements()
        tags = [swapped(key) for key in self._places if key & 0xFFFF in groups]
        return tuple(sorted(tag for tag in tags if tag in self))

    def noted_tags(self) -> Iterable[int]:
        """The tags in the order in which they were noted, those that are not shown included."""
        return map(swapped, self._places)

    def __contains__(self, tag: int, /) -> bool:
        key = tag >> 16 | (tag & 0xFFFF) << 16
        if tag & PRIVATE:
            self._note_private_elements()
        return key in self._places and _is_shown(key)

    def value(self, tag: int) -> Any:
        data, position = self._data, self._places[tag >> 16 | (tag & 0xFFFF) << 16]
        if position != ELSEWHERE:
            vr, start, length = element_at(data, position, self._explicit)
            vr = _decided_vr(tag, vr) or (self.vr(tag, vr) if tag in SIGNED_AS_PIXELS else None)
            if vr is not None and length != UNDEFINED_LENGTH:
                return natural(tag, vr, data[start : start + length], self.charsets)
        vr, data, start, end = self._located(tag)
        if vr == "SQ":
            return self._all_items(tag, data, start, end)
        return natural(tag, vr, data[start:end], self.charsets)

    def plain_items(self, tag: int) -> tuple[Instance, ...] | None:
        """The items of a sequence that is there; None where there is something to say of them."""
        _, data, start, end = self._located(tag)
        try:
            items = WalkedItems(self, tag, data, start, end)
            return None if items.has_strays else tuple(map(items.walked, range(len(items))))
        except NotUnderstood:
            return None

    def _all_items(
        self, tag: int, data: bytes, start: int, end: int | None
    ) -> tuple[Instance, ...]:
        try:
            items = WalkedItems(self, tag, data, start, end)
            return tuple(map(items.walked, range(len(items))))
        except NotUnderstood:
            return _items_by_pydicom(self, tag, data, start, end)

    def values_of(self, wanted: Wanted, value_of: ValueOf) -> list[Any]:
        places = self._places
        values: list[Any] = []
        for tag, key in zip(wanted.tags, wanted.keys, strict=True):
            if tag is not None and tag & PRIVATE:
                self._note_private_elements()
                places = self._places
            position = places.get(key)
            if tag is None or position is None:
                values.append(None)
            else:
                values.append(self._known_value(tag, position, value_of))
        return values

    def _known_value(self, tag: int, position: int, value_of: ValueOf) -> Any:
        """The value of an element at a place: by its bytes, as that of the image before."""
        if position == ELSEWHERE:
            return value_of(tag)
        data = self._data
        length_at, offset = LENGTH_EXPLICIT if self._explicit else LENGTH_IMPLICIT
        (length,) = length_at(data, position + offset)
        if length > LONGEST_KNOWN:
            return value_of(tag)
        element = data[position : position + 8 + length]
        if self.needs_creator(tag, position):
            element += self._creator_of(tag)
        value = KNOWN_VALUES.get(element)
        if value is None:
            value = value_of(tag)
            if value is not None and self._decides_alone(tag, position, value):
                keep_value(element, value)
        return value

    def needs_creator(self, tag: int, position: int) -> bool:
        """Whether an element at a place does not say its VR, and its creator may."""
        if not tag & PRIVATE or not tag & 0xFF00:
            return False
        return _decided_vr(tag, element_at(self._data, position, self._explicit)[0]) is None

    def _creator_of(self, tag: int) -> bytes:
        """The element of the creator of a private element, which may decide its VR."""
        position = self._places.get(tag >> 16 | (tag & 0xFF00) << 8, ELSEWHERE)
        if position == ELSEWHERE:
            return b""
        _, start, length = element_at(self._data, position, self._explicit)
        return self._data[position : start + length] if length <= LONGEST_KNOWN else b""

    def _decides_alone(self, tag: int, position: int, value: Any) -> bool:
        """Whether nothing but an element, and its creator, decides its value, and all of it.

        Only where the element has 8 bytes before its value.
        """
        stated, start, length = element_at(self._data, position, self._explicit)
        vr = _decided_vr(tag, stated) or (self.vr(tag, stated) if tag & PRIVATE else None)
        written = self._data[start : start + length]
        # Bytes that are no ASCII are in the character set of their header.
        if vr is None or start != position + 8 or not written.isascii() or ESCAPE in written:
            return False
        # What is None, and decimals where there should be none, are said in a note each time.
        is_whole = vr == "IS" or vr.endswith(AS_TEXT)
        kinds: Any = str | int if is_whole else str | int | float
        return all(isinstance(one, kinds) for one in (value if type(value) is tuple else [value]))

    def sequence(self, tag: int) -> Sequence[Instance]:
        """The items of a sequence that is there, each made when it is asked for."""
        vr, data, start, end = self._located(tag)
        if vr != "SQ":
            return ()
        try:
            return WalkedItems(self, tag, data, start, end)
        except NotUnderstood:
            return _items_by_pydicom(self, tag, data, start, end)

    def fill(self, fields: dict[str, Any], wanted: Fields, value_of: ValueOf) -> None:
        # Dozens of attributes are read of each image, and most are those of the image before: this
        # loop is half of what a module costs. Where a VR has its length in another place, too few
        # bytes are cut out, and those are never in KNOWN.
        data, places, explicit = self._data, self._places, self._explicit
        length_at, offset = LENGTH_EXPLICIT if explicit else LENGTH_IMPLICIT
        for field in wanted.may_be_plain:
            position = places.get(field.key)
            if position is None:
                continue
            if position == ELSEWHERE:
                put(fields, field, value_of(field.tag))
                continue
            (length,) = length_at(data, position + offset)
            element = data[position : position + 8 + length]
            known = KNOWN.get(element)
            if known is None:
                known = plain_value(field, element, explicit)
            if known is not None:
                fields[field.name] = known
            elif field.tag in SIGNED_AS_PIXELS:
                self._fill_by_sign(fields, field, position, value_of)
            elif element_at(data, position, explicit)[2]:
                put(fields, field, value_of(field.tag))
        for field in wanted.never_plain:
            if field.key in places:
                put(fields, field, value_of(field.tag))

    def _fill_by_sign(
        self, fields: dict[str, Any], field: Field, position: int, value_of: ValueOf
    ) -> None:
        """Set a field whose element says a value by the sign of the pixels."""
        data, place = self._data, self._places.get(_PIXEL_REPRESENTATION, ELSEWHERE)
        _, start, length = element_at(data, position, self._explicit)
        sign = data[place : place + 10] if place >= 0 else b""
        # Only where the element has 8 bytes before its value.
        key = data[position : start + length] + sign if start == position + 8 else b""
        is_kept = bool(key) and sign in _SIGNS
        known = KNOWN.get(key) if is_kept else None
        if known is not None:
            fields[field.name] = known
        elif length:
            put(fields, field, value_of(field.tag))
            if is_kept and field.name in fields:
                keep(key, fields[field.name])

    def elements(self) -> Iterator[Element]:
        self._note_private_elements()
        data, elements, known_element = self._data, [], KNOWN_ELEMENTS.get
        # As in `fill`: a header has hundreds of elements, and most are those of the one before.
        for key, position, end in self._spans():
            known = known_element(data[position:end])
            elements.append(self.element(swapped(key)) if known is None else known)
        # They are in order, but for those of some headers.
        elements.sort(key=_tag_of)
        return iter(elements)

    def _spans(self) -> Spans:
        """Where the elements are that are shown, and where the short ones end."""
        data = self._data
        length_at, offset = LENGTH_EXPLICIT if self._explicit else LENGTH_IMPLICIT
        spans = []
        for key, position in self._places.items():
            # No group lengths, and no file meta information.
            if key <= 0xFFFF or key & 0xFFFF == _META_GROUP:
                continue
            if position == ELSEWHERE:
                spans.append((key, 0, 0))
                continue
            (length,) = length_at(data, position + offset)
            end = position + 8 + length if length <= LONGEST_KNOWN else position
            spans.append((key, position, end))
        return spans

    def element(self, tag: int) -> Element:
        data, position = self._data, self._places[swapped(tag)]
        if position == ELSEWHERE:
            return self._element_elsewhere(tag)
        stated, start, length = element_at(data, position, self._explicit)
        vr = None if length == UNDEFINED_LENGTH else _written_vr(tag, stated)
        if vr is not None:
            element = Element(tag, vr, data[start : start + length] or None, ())
            if start == position + 8:
                keep_element(data[position : start + length], element)
            return element
        vr = "SQ" if length == UNDEFINED_LENGTH else self.vr(tag, stated)
        if vr == "SQ":
            return self.element_of_items(tag)
        return self.element_of_bytes(tag, vr, data[start : start + length])

    def charsets(self) -> Sequence[str]:
        if SPECIFIC_CHARACTER_SET in self:
            names = self.value(SPECIFIC_CHARACTER_SET) or ("",)
            return encodings_of([name or "" for name in names])
        return DEFAULT_CHARSETS if self.parent is None else self.parent.charsets()

    def says_signed(self) -> bool | None:
        # Most headers say it so, and a new image is asked for it.
        position = self._places.get(_PIXEL_REPRESENTATION, ELSEWHERE)
        is_signed = _SIGNS.get(self._data[position : position + 10]) if position >= 0 else None
        return super().says_signed() if is_signed is None else is_signed

    @property
    def explicit(self) -> bool:
        """Whether the elements say their VR."""
        return self._explicit

    def _located(self, tag: int) -> tuple[str, bytes, int, int | None]:
        """The VR of an element, and where its value is: in which bytes, from where, up to where.

        The end is None for a sequence that does not say where it ends.
        """
        data, position = self._data, self._places[swapped(tag)]
        if position == ELSEWHERE:
            vr, data = self._elsewhere(tag)
            return self.vr(tag, vr), data, 0, len(data)
        vr, start, length = element_at(data, position, self._explicit)
        if length == UNDEFINED_LENGTH:
            return "SQ", data, start, None
        return self.vr(tag, vr), data, start, start + length

    def _note_private_elements(self) -> None:
        """Note where the private elements are, if that was put off."""

    def _is_elsewhere(self, _group: int) -> bool:
        """Whether an element of a group is not among the bytes."""
        return False

    def _elsewhere(self, tag: int) -> tuple[str | None, bytes]:
        """The VR, if it is said, and the value of an element that is not among the bytes."""
        raise NotImplementedError

    def _element_elsewhere(self, tag: int) -> Element:
        """An element that is not among the bytes."""
        raise NotImplementedError


class WalkedItems(Sequence[Instance]):
    """The items of a sequence: where they are is known, what is in them is not looked at."""

    __slots__ = ("_begins", "_data", "_ends", "_layouts", "_parent", "_tag", "has_strays")

    def __init__(
        self, parent: WalkedElements, tag: int, data: bytes, start: int, end: int | None
    ) -> None:
        self._parent: Final = parent
        self._tag: Final = tag
        self._data: Final = data
        begins, ends, has_strays = items_between(data, start, end, parent.explicit)
        self._begins: Final = begins
        self._ends: Final = ends
        #: Whether some items end twice, which was said.
        self.has_strays: Final = has_strays
        if has_strays:
            note_on_stray_delimiter(tag)
        self._layouts: Final = GroupLayouts()

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
        if begin == end:
            return _NO_ATTRIBUTES
        explicit = self._parent.explicit and says_vrs(data, begin, end)
        places: Places = {}
        if walk(data, begin, end, places, explicit, _NO_ENDS) != end:
            raise NotUnderstood
        return Instance(
            WalkedElements(data, without_what_is_left_out(places), explicit, self._parent)
        )

    def groups(self, index: int) -> WalkedElements:
        """What an item of functional groups says: see `walk_groups`. Raises NotUnderstood."""
        if not self._parent.explicit:
            raise NotUnderstood
        item = self._data[self._begins[index] : self._ends[index]]
        return WalkedElements(item, self._layouts.places(item), True, self._parent)


def without_what_is_left_out(places: Places) -> Places:
    """The places, from which pixels and the like are taken."""
    for key in _KEYS_LEFT_OUT:
        places.pop(key, None)
    return places


_NO_ATTRIBUTES: Final = Instance(WalkedElements(b"", {}, explicit=True))


def _items_by_pydicom(
    parent: WalkedElements, tag: int, data: bytes, start: int, end: int | None
) -> tuple[Instance, ...]:
    return items_by_pydicom(parent, tag, data[start:end], not parent.explicit)
