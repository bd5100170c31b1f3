"""DICOM JSON (PS3.18 F) of several images: taken apart, and only what it is to be found by read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_dicomweb.server.errors import failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_dicomweb.server.connection import Answer
    from metaprov_dicomweb.server.urls import Url

__all__ = ["ACCEPT", "Element", "Found", "attributes_in", "found_in", "images_in"]

ACCEPT: Final = "application/dicom+json"


class Element(msgspec.Struct, frozen=True, gc=False):
    """An attribute whose values may be of any kind: servers write numbers as strings, too."""

    values: tuple[Any, ...] = msgspec.field(name="Value", default=())

    @property
    def text(self) -> str | None:
        """The first value, if it is text."""
        value = self.values[0] if self.values else None
        return value.strip(" \0") if isinstance(value, str) else None

    @property
    def number(self) -> int | None:
        """The first value, if it is a whole number, written as one or not."""
        try:
            return int(float(self.values[0])) if self.values else None
        except (TypeError, ValueError, OverflowError):
            return None


_NOTHING: Final = Element()


class Found(msgspec.Struct, frozen=True, gc=False):
    """What the place of a study, a series or an image follows from."""

    study: Element = msgspec.field(name="0020000D", default=_NOTHING)
    series: Element = msgspec.field(name="0020000E", default=_NOTHING)
    image: Element = msgspec.field(name="00080018", default=_NOTHING)
    series_number: Element = msgspec.field(name="00200011", default=_NOTHING)
    instance_number: Element = msgspec.field(name="00200013", default=_NOTHING)
    number_of_frames: Element = msgspec.field(name="00280008", default=_NOTHING)


_split: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_find: Final = msgspec.json.Decoder(Found).decode
_elements: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_find_all: Final = msgspec.json.Decoder(list[Found]).decode


def images_in(answer: Answer, url: Url) -> list[tuple[Found, bytes]]:
    """The images in an answer, each with its JSON. Raises MetadataReadError for no DICOM JSON."""
    try:
        images = [bytes(each) for each in _split(answer.body)]
        return list(zip(map(_find, images), images, strict=True))
    except (ValueError, RecursionError) as error:
        raise failed(url, _no_json(answer, error)) from error


def found_in(answer: Answer, url: Url) -> Sequence[Found]:
    """What a search has found. Raises MetadataReadError for anything but DICOM JSON."""
    try:
        # 204: nothing.
        return _find_all(answer.body) if answer.body else ()
    except (ValueError, RecursionError) as error:
        raise failed(url, _no_json(answer, error)) from error


def attributes_in(json: bytes) -> set[str]:
    """The tags of the attributes in the JSON of one image."""
    return {tag.upper() for tag in _elements(json)}


def _no_json(answer: Answer, error: Exception) -> str:
    kind = answer.content_type.partition(";")[0].strip() or "something"
    if "json" in kind:
        return f"the answer is not DICOM JSON: {error}"
    return f"the answer is {kind} instead of DICOM JSON"
