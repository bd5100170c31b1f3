"""DICOM JSON (PS3.18 F) of several images: split, and only UIDs and numbers decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_dicomweb.server.errors import failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_dicomweb.server.requests import Answer
    from metaprov_dicomweb.server.urls import Url

__all__ = ["ACCEPT", "Element", "QidoMatch", "attributes_in", "images_in", "matches_in"]

ACCEPT: Final = ("application/dicom+json", "application/json")


class Element(msgspec.Struct, frozen=True, gc=False):
    """An attribute with values of any kind: some servers write numbers as strings."""

    values: tuple[Any, ...] = msgspec.field(name="Value", default=())

    @property
    def text(self) -> str | None:
        """The first value, if it is text."""
        value = self.values[0] if self.values else None
        return value.strip(" \0") if isinstance(value, str) else None

    @property
    def number(self) -> int | None:
        """The first value as a whole number, if it can be read as one."""
        try:
            return int(float(self.values[0])) if self.values else None
        except (TypeError, ValueError, OverflowError):
            return None


_NOTHING: Final = Element()


class QidoMatch(msgspec.Struct, frozen=True, gc=False):
    """A study, a series or an image of an answer: its UIDs, and the numbers that order it."""

    study: Element = msgspec.field(name="0020000D", default=_NOTHING)
    series: Element = msgspec.field(name="0020000E", default=_NOTHING)
    image: Element = msgspec.field(name="00080018", default=_NOTHING)
    series_number: Element = msgspec.field(name="00200011", default=_NOTHING)
    instance_number: Element = msgspec.field(name="00200013", default=_NOTHING)
    number_of_frames: Element = msgspec.field(name="00280008", default=_NOTHING)


_split: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_match: Final = msgspec.json.Decoder(QidoMatch).decode
_elements: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_matches: Final = msgspec.json.Decoder(list[QidoMatch]).decode


def images_in(answer: Answer, url: Url) -> list[tuple[QidoMatch, bytes]]:
    """The images in an answer, each with its JSON. Raises MetadataReadError for no DICOM JSON."""
    try:
        images = [bytes(image) for image in _split(answer.body)]
        return list(zip(map(_match, images), images, strict=True))
    except (ValueError, RecursionError) as error:
        raise failed(url, _not_json(answer, error)) from error


def matches_in(answer: Answer, url: Url) -> Sequence[QidoMatch]:
    """The matches of a search. Raises MetadataReadError for anything but DICOM JSON."""
    try:
        # The body of a 204, No Content, is empty.
        return _matches(answer.body) if answer.body else ()
    except (ValueError, RecursionError) as error:
        raise failed(url, _not_json(answer, error)) from error


def attributes_in(json: bytes) -> set[str]:
    """The tags of the attributes in the JSON of one image."""
    return {tag.upper() for tag in _elements(json)}


def _not_json(answer: Answer, error: Exception) -> str:
    kind = answer.content_type.partition(";")[0].strip() or "something"
    if "json" in kind:
        return f"the answer is not DICOM JSON: {error}"
    return f"the answer is {kind} instead of DICOM JSON"
