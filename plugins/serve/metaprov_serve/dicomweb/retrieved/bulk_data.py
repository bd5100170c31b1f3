"""Values that the metadata have behind a URI: ``bulkdata/TAG``, or in items ``TAG.1.TAG``."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final

from metaprov_dicom import UnreadValue
from metaprov_dicom.values.vr import BINARY_NUMBERS
from metaprov_serve.http.errors import HttpError

from .headers import whole_header

if TYPE_CHECKING:
    from metaprov_core import Host
    from metaprov_dicom import Element, Instance

__all__ = ["bulk_data"]

_PATH: Final = re.compile(r"[0-9A-Fa-f]{8}(?:\.[0-9]{1,9}\.[0-9A-Fa-f]{8}){0,50}")


def bulk_data(host: Host, image_id: str, path: str) -> bytes:
    """The bytes of a value, as files have them: little endian, text in its character set.

    Raises HttpError, 404, where there is none, and MetaprovError where it cannot be read.
    """
    if _PATH.fullmatch(path) is None:
        raise HttpError(404, "bulk data are at TAG, or TAG.1.TAG: 8 hex digits, numbers of items")
    element = _element_at(whole_header(host, image_id), path.split("."))
    data = None if element is None else _bytes_of(element)
    if data is None:
        raise HttpError(404, f"the instance has no value at {path}")
    return data


def _element_at(instance: Instance, path: list[str]) -> Element | None:
    tag, *rest = path
    element: Element | None = instance.element(int(tag, 16))
    if not rest or element is None:
        return element
    number = int(rest[0])
    if not 1 <= number <= len(element.items):
        return None
    return _element_at(element.items[number - 1], rest[1:])


def _bytes_of(element: Element) -> bytes | None:
    value = element.value
    if isinstance(value, UnreadValue):
        value = value.read()
    if not isinstance(value, tuple):
        return value
    code = BINARY_NUMBERS.get(element.vr)
    if code is not None:
        return struct.pack(f"<{len(value)}{code}", *value)
    return "\\".join("" if each is None else str(each) for each in value).encode()
