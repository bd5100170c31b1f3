"""The plugin for which every attribute is a type: ``get("PatientName", image_id)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import Host, hookimpl
from metaprov_dicom.frames.number import check_frame
from metaprov_dicom.instance.dictionary import keyword_of, tag_of
from metaprov_dicom.instance.instance import Instance

from .modules import instance_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DicomAttributes"]

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
        tag = tag_of(type) if _may_be_an_attribute(type) else None
        if tag is None:
            return None
        instance = instance_of(image_id, self._host)
        return None if instance is None else _value(instance, tag, image_id)


def _may_be_an_attribute(type: str) -> bool:
    """Whether a word looks like a keyword, PatientName say, or like a tag.

    Cornerstone's types do not: they begin with a small letter. Looking up any word would load
    pydicom's dictionary.
    """
    if len(type) == 8 and _HEX_DIGITS.issuperset(type):
        return True
    return "A" <= type[:1] <= "Z" and type.isascii() and type.isalnum()


def _value(instance: Mapping[str, Any], tag: int, image_id: str) -> Any:
    check_frame(instance, image_id)
    if isinstance(instance, Instance):
        value = instance.value(tag)
    else:
        value = instance.get(keyword_of(tag), instance.get(f"{tag:08X}"))
    return None if value == () else value
