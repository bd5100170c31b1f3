"""The instance: all header attributes of one image, or of one frame of it, by DICOM keyword."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from metaprov_core import collect_notes, note
from metaprov_dicom.values.dictionary import keyword_of, tag_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .fields import Fields, ValueOf
    from .not_read_yet import UnreadValue
    from .place_of_pixels import PlaceOfPixels

__all__ = ["Element", "Elements", "Instance", "Wanted", "elements_of"]


class Element(NamedTuple):
    """One element of an instance, not decoded: see `elements_of`."""

    tag: int
    #: The VR by which the instance decodes it, one of PS3.5 6.2: that of the dictionary where the
    #: header states none, or one of another kind, and never "US or SS" or the like.
    vr: str
    #: What it has, by where the instance is from:
    #:
    #: - bytes: the value field as files have it (PS3.5 6.2), padding included, numbers and words
    #:   little endian, text in the character set of its data set or item (`Instance.value` decodes
    #:   it);
    #: - a tuple: values that were never bytes, those of DICOM JSON or of a pydicom Dataset: None
    #:   for an empty one, strings, names as ``Alphabetic=Ideographic=Phonetic``, tags as 8 hex
    #:   digits, and numbers, or what is in their place if that is none;
    #: - an `UnreadValue`: a long one that is still in its file, or that is behind a URI;
    #: - None: nothing, or what cannot be understood, which is said with a note; and a sequence.
    value: bytes | tuple[str | int | float | None, ...] | UnreadValue | None
    #: The items of a sequence, looked for when they are asked for; none of anything else.
    items: Sequence[Instance]


class Elements(Protocol):
    """Where an instance has its values from: a header as pydicom read it, or any other one."""

    def tags(self) -> list[int]:
        """The tags of the attributes, in ascending order."""

    def tags_of_groups(self, groups: Sequence[int]) -> tuple[int, ...]:
        """Those of some groups."""

    def __contains__(self, tag: int, /) -> bool: ...

    def value(self, tag: int) -> Any:
        """The natural value of an attribute that is there, by the rules of `Instance`.

        None where it is empty or cannot be understood; the latter is said with
        `metaprov_core.note`.
        """

    def values_of(self, wanted: Wanted, value_of: ValueOf) -> list[Any]:
        """The natural values of some attributes, None for each that is not there.

        ``value_of`` is that of the instance, which remembers what was decoded.
        """

    def sequence(self, tag: int) -> Sequence[Instance]:
        """The items of an attribute that is there; none of one that is not a sequence.

        They may be made one by one, when they are asked for.
        """

    def fill(self, fields: dict[str, Any], wanted: Fields, value_of: ValueOf) -> None:
        """Set the wanted fields whose attributes are there, and take out those that do not fit.

        ``value_of`` is that of the instance, which remembers what was decoded.
        """

    def length_of_pixels(self) -> int | None:
        """How many bytes of pixel data there are; None where that is not known."""

    def place_of_pixels(self) -> PlaceOfPixels | None:
        """Where the pixels are; None where no file has them.

        Raises MetadataReadError where the file ends before them.
        """

    def groups_of(self, tag: int) -> tuple[int, ...]:
        """The tags of the functional groups that say an attribute: see `Instance.groups_of`."""

    def element(self, tag: int) -> Element:
        """An attribute that is there, not decoded. Not for TransferSyntaxUID."""

    def elements(self) -> Iterator[Element]:
        """All attributes but TransferSyntaxUID, in ascending order, not decoded.

        Raises MetadataReadError behind the last one that is there, where more may follow.
        """


class Frames(Protocol):
    """The frames of an image."""

    def instance_of(self, image: Instance, frame: int) -> Instance:
        """What the image says of one of its frames, counted from 1."""


class Wanted:
    """Some attributes that are asked for together."""

    __slots__ = ("keys", "tags")

    def __init__(self, keywords: Iterable[str]) -> None:
        #: None for each keyword that is none.
        self.tags: Final = tuple(map(tag_of, keywords))
        #: The tags as the places of a header have them; of no header where there is none.
        self.keys: Final = tuple(
            [-1 if tag is None else tag >> 16 | (tag & 0xFFFF) << 16 for tag in self.tags]
        )


#: The same object for the same keywords: what is known of it is found by its identity.
_wanted: Final = lru_cache(1024)(Wanted)


_NOT_DECODED: Final[Any] = object()
_META_GROUP: Final = 0x0002


class Instance(Mapping[str, Any]):
    """The header attributes of one image, read-only, by DICOM keyword, in the order of their tags.

    Private, unknown and repeating attributes (groups 50xx and 60xx) have the tag as 8 upper-case
    hex digits for a key; every attribute can be looked up by those digits. Left out are group
    lengths, pixel data, and the file meta information except TransferSyntaxUID.

    The values, decoded when they are asked for:

    - a public attribute is decoded by the dictionary's VR where the one stated is of another kind:
      a PixelSpacing is numbers under UT, a PatientName text under OB. Smallest and largest pixel
      value, padding and its limit have the sign of the pixels (PS3.3 C.7.5.1.1.2);
    - an attribute of multiplicity 1 is a scalar, any other a tuple, even of one value, and so is
      one of multiplicity 1 that holds several. For private and unknown ones the count decides.
      Empty values at the end are dropped where the multiplicity fits then;
    - None for an empty attribute, an empty value in a tuple, and what is not a number where one
      should be; an empty sequence is ``()``;
    - a sequence is a tuple of instances;
    - numbers are int or float, finite, and float where whole ones have decimals; dates, times and
      ages are strings as they are written, those of Python's objects as files have them; person
      names ``Alphabetic=Ideographic=Phonetic``; tags 8 hex digits; binary data is bytes, little
      endian.
    """

    __slots__ = ("_elements", "_frames", "_notes", "_number_of_frames", "_sequences", "_values")

    def __init__(self, elements: Elements) -> None:
        self._elements: Final = elements
        self._values: Final[dict[int, Any]] = {}
        #: Notes on remembered values, which each caller hears; None where there are none.
        self._notes: dict[int, Sequence[str]] | None = None
        self._sequences: dict[int, Sequence[Instance]] | None = None
        #: What its frames have in common, once one of them was asked for.
        self._frames: Frames | None = None
        #: How many frames there are, once that was counted and nothing contradicted it.
        self._number_of_frames: int | None = None

    def __getitem__(self, key: str) -> Any:
        tag = tag_of(key)
        if tag is None or tag not in self._elements:
            raise KeyError(key)
        return self.value(tag)

    # About half of all look-ups miss, and Mapping.get() raises for each.
    def get(self, key: str, default: Any = None) -> Any:
        tag = tag_of(key)
        if tag is None:
            return default
        value = self.value(tag)
        return value if value is not None or tag in self._elements else default

    def tags(self) -> list[int]:
        """The tags of the attributes, in ascending order."""
        return self._elements.tags()

    def tags_of_groups(self, *groups: int) -> tuple[int, ...]:
        """The tags of the attributes of some groups, in ascending order.

        This is the way to the elements of a private creator, whose block is known by its element
        (gggg,00xx): the other attributes of a header, hundreds of them, are not gone through.
        """
        return self._elements.tags_of_groups(groups)

    def value(self, tag: int) -> Any:
        """The value of an attribute by its tag; None where it is not there."""
        value = self._values.get(tag, _NOT_DECODED)
        if value is _NOT_DECODED:
            return self._decoded(tag)
        if self._notes is not None:
            for message in self._notes.get(tag, ()):
                note(message)
        return value

    def _decoded(self, tag: int) -> Any:
        """The value of an attribute, decoded now, and remembered with the notes on it."""
        if tag not in self._elements:
            self._values[tag] = None
            return None
        notes: list[str] = []
        value = collect_notes(notes, self._elements.value, tag)
        # What is there is decoded anew while it is None, so that each caller hears why.
        if value is not None:
            if notes:
                # Before the value, so that nobody finds that alone.
                self._notes = {**(self._notes or {}), tag: notes}
            self._values[tag] = value
        for message in notes:
            note(message)
        return value

    def values_of(self, keywords: tuple[str, ...]) -> list[Any]:
        """The values of some attributes, as `get` has them, in one pass.

        This is for those who read the same attributes of each image of a series, where most values
        are those of the image before: it takes a third of the time.
        """
        return self._elements.values_of(_wanted(keywords), self.value)

    def fields(self, wanted: Fields) -> dict[str, Any]:
        """The wanted fields whose attributes are there, have a value, and one that fits."""
        fields: dict[str, Any] = {}
        self._elements.fill(fields, wanted, self.value)
        return fields

    def of_frame(self, frame: int, frames_of: Callable[[Instance], Frames]) -> Instance:
        """What it says of one of its frames, counted from 1; ``frames_of`` is called once."""
        frames = self._frames
        if frames is None:
            frames = self._frames = frames_of(self)
        return frames.instance_of(self, frame)

    @property
    def known_number_of_frames(self) -> int | None:
        """How many frames there are; None where that is to be counted."""
        return self._number_of_frames

    def keep_number_of_frames(self, number: int) -> None:
        """Know how many frames there are from now on."""
        self._number_of_frames = number

    def anew(self) -> Instance:
        """Another instance of the same elements."""
        return Instance(self._elements)

    def has(self, tag: int) -> bool:
        """Whether an attribute is there, by its tag."""
        return tag in self._elements

    def sequence(self, tag: int) -> Sequence[Instance]:
        """The items of a sequence by its tag, each made when asked for; none of anything else.

        For those who want some of a thousand items. ``value`` has all of them at once.
        """
        if self._sequences is None:
            self._sequences = {}
        items = self._sequences.get(tag)
        if items is None:
            items = self._elements.sequence(tag) if tag in self._elements else ()
            self._sequences[tag] = items
        return items

    def groups_of(self, tag: int) -> tuple[int, ...]:
        """Which functional groups say an attribute of a frame; () where the root says it.

        The tags of two sequences: the shared groups or those per frame, and the group in them whose
        item has the attribute; the first one alone where the attribute is a group itself.
        """
        return self._elements.groups_of(tag)

    def length_of_pixels(self) -> int | None:
        """How many bytes of pixel data there are; None where that is not known, or none are."""
        return self._elements.length_of_pixels()

    def place_of_pixels(self) -> PlaceOfPixels | None:
        """Where the pixels are in the file; None where it has none, or there is no file.

        Raises MetadataReadError where the file ends before them.
        """
        return self._elements.place_of_pixels()

    def element(self, tag: int) -> Element | None:
        """An attribute by its tag, not decoded; None where it is not there: see `elements_of`."""
        is_there = tag >> 16 != _META_GROUP and tag in self._elements
        return self._elements.element(tag) if is_there else None

    def elements(self) -> Iterator[Element]:
        """The attributes, not decoded: see `elements_of`."""
        return self._elements.elements()

    def __contains__(self, key: object) -> bool:
        tag = tag_of(key) if isinstance(key, str) else None
        return tag is not None and tag in self._elements

    def __iter__(self) -> Iterator[str]:
        return map(keyword_of, self.tags())

    def __len__(self) -> int:
        return len(self.tags())

    def __repr__(self) -> str:
        uid = self.get("SOPInstanceUID")
        return f"<Instance{'' if uid is None else f' {uid}'}, {len(self)} attributes>"

    def _repr_html_(self) -> str:
        from .notebook import html_of

        return html_of(self)


def elements_of(instance: Mapping[str, Any]) -> Iterator[Element]:
    """The elements of an instance in the order of their tags, not decoded, for those who write.

    They are the same whatever the instance was read from, but for what their values are: see
    `Element`. Left out is what the instance leaves out: group lengths, pixel data, and the file
    meta information, which is no part of a data set (PS3.10 7); so its TransferSyntaxUID is not
    among them. A frame of an enhanced image has its elements as one sees them, those of its
    functional groups among those of the image::

        for tag, vr, value, items in elements_of(instance):
            ...

    Nothing is decoded, and no long value is read. Raises MetadataReadError at the end of a file
    that is cut off inside its header, behind what is there; and TypeError for a mapping that is not
    an `Instance`, for it says no VR.
    """
    if not isinstance(instance, Instance):
        raise TypeError(
            f"only an instance of metaprov-dicom has elements, not a {type(instance).__name__}"
        )
    return instance.elements()


def items_in(value: object) -> Sequence[Instance]:
    """The items of a natural value; none of one that is not a sequence."""
    if isinstance(value, tuple) and value and isinstance(value[0], Instance):
        return value
    return ()
