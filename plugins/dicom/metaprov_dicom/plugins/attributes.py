"""The plugin for which every attribute is a type: ``get("PatientName", image_id)``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import Host, MetadataType, hookimpl, note, note_origins
from metaprov_dicom.frames.number import check_frame, frame_number
from metaprov_dicom.instance.classes import class_of
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.values.dictionary import keyword_of, label, tag_of

from .modules import instance_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DicomAttributes"]

#: The one keyword that begins with a small letter.
_SMALL: Final = "dBdt"
_HEX_DIGITS: Final = frozenset("0123456789abcdefABCDEF")


class DicomAttributes:
    """Answers any DICOM keyword, and any tag written as 8 hex digits, with the natural value.

    It cannot declare them all as its types, and is therefore asked for every type: last, so that it
    costs nothing where somebody else answers, and what cannot be an attribute is seen at a glance.
    """

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host

    @hookimpl(trylast=True)
    def get_metadata(self, type: str, image_id: str) -> Any:
        tag = _tag_of(type)
        if tag is None:
            return None
        instance = instance_of(image_id, self._host)
        if instance is None:
            return None
        note_origins(_origin, type, instance, tag, image_id)
        return _value(instance, tag, image_id)

    @hookimpl
    def describe_type(self, type: str) -> MetadataType[Any] | None:
        tag = _tag_of(type)
        if tag is None:
            return None
        from metaprov_dicom.pixels.frame_pixels import PIXEL_ELEMENTS

        meaning = f"{label(tag)}: its natural value, by VR and VM."
        if tag in PIXEL_ELEMENTS:
            meaning += " Headers are read without it: the pixels of a frame are framePixelData."
        return MetadataType(type, class_of(tag), meaning=meaning)


def _tag_of(type: str) -> int | None:
    return tag_of(type) if _may_be_an_attribute(type) else None


def _may_be_an_attribute(type: str) -> bool:
    """Whether a word looks like a keyword, PatientName say, or like a tag.

    Cornerstone's types do not: they begin with a small letter. Looking up any word would load
    pydicom's dictionary.
    """
    if len(type) == 8 and _HEX_DIGITS.issuperset(type):
        return True
    return ("A" <= type[:1] <= "Z" and type.isascii() and type.isalnum()) or type == _SMALL


def _value(instance: Mapping[str, Any], tag: int, image_id: str) -> Any:
    check_frame(instance, image_id)
    if isinstance(instance, Instance):
        value = instance.value(tag)
        is_there = value is not None or instance.has(tag)
    else:
        key = keyword_of(tag)
        key = key if key in instance else f"{tag:08X}"
        value, is_there = instance.get(key), key in instance
    if value is None or value == ():
        note(_empty(tag) if is_there else _absent(tag))
        return None
    return value


def _origin(
    type: str, instance: Mapping[str, Any], tag: int, image_id: str
) -> dict[str, list[str]]:
    """Where the attribute is, of which the answer has the name."""
    if not isinstance(instance, Instance):
        return {}
    from metaprov_dicom.origins.places import phrase

    return {type: [phrase(instance, (tag,), frame_number(instance, image_id))]}


# Kept, as most questions are put to thousands of images, and few callers read the notes.
@lru_cache(1024)
def _absent(tag: int) -> str:
    return f"{label(tag)} is absent"


@lru_cache(1024)
def _empty(tag: int) -> str:
    return f"{label(tag)} has no value"
