"""DICOM JSON (PS3.18 F) of several images: split, and only UIDs and numbers decoded."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from metaprov_dicomweb.server.errors import failed

from .mended_json import mended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_dicomweb.http.requests import Answer
    from metaprov_dicomweb.server.urls import Url

__all__ = ["ACCEPT", "Element", "Image", "QidoMatch", "attributes_in", "images_in", "matches_in"]

ACCEPT: Final = ("application/dicom+json", "application/json")

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_MOST_IMAGES: Final = 200_000
_SUSPICIOUSLY_LARGE: Final = 2**20
#: Bytes of an element, ``"00080008":{"vr":"CS"}``, or rather less.
_SMALLEST_ELEMENT: Final = 16


class Element(msgspec.Struct, frozen=True, gc=False):
    """An attribute with values of any kind: some servers write numbers as strings."""

    #: A list; some servers write one value without it.
    values: Any = msgspec.field(name="Value", default=None)

    @property
    def text(self) -> str | None:
        """The first value, if it is text."""
        value = self._first
        return value.strip(" \0") if isinstance(value, str) else None

    @property
    def number(self) -> int | None:
        """The first value as a whole number, if it can be read as one."""
        value = self._first
        try:
            return None if value is None else int(float(value))
        except (TypeError, ValueError, OverflowError):
            return None

    @property
    def _first(self) -> Any:
        values = self.values
        if isinstance(values, list):
            return values[0] if values else None
        return values


_NOTHING: Final = Element()


class QidoMatch(msgspec.Struct, frozen=True, gc=False):
    """A study, a series or an image of an answer: its UIDs, and the numbers that order it."""

    study: Element = msgspec.field(name="0020000D", default=_NOTHING)
    series: Element = msgspec.field(name="0020000E", default=_NOTHING)
    image: Element = msgspec.field(name="00080018", default=_NOTHING)
    series_number: Element = msgspec.field(name="00200011", default=_NOTHING)
    instance_number: Element = msgspec.field(name="00200013", default=_NOTHING)
    number_of_frames: Element = msgspec.field(name="00280008", default=_NOTHING)


class Image(NamedTuple):
    """An image of an answer, and its DICOM JSON."""

    match: QidoMatch
    json: bytes


_split: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_match: Final = msgspec.json.Decoder(QidoMatch).decode
_elements: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_element: Final = msgspec.json.Decoder(Element).decode
_matches: Final = msgspec.json.Decoder(list[QidoMatch]).decode
_FIELDS: Final = {field.encode_name: field.name for field in msgspec.structs.fields(QidoMatch)}


def images_in(answer: Answer, url: Url) -> tuple[list[Image], int]:
    """The images in an answer, and how many others in it are none.

    Raises MetadataReadError for anything but DICOM JSON.
    """
    images = [bytes(image) for image in _split_body(answer, url)]
    try:
        return list(map(Image, map(_match, images), images)), 0
    except ValueError:
        # One of them is not as it should be; the others are.
        found = []
        for image in images:
            match = _match_of_any(image)
            if match is not None:
                found.append(Image(match, image))
    if not found:
        raise failed(url, _not_json(answer, "its list has no image"))
    return found, len(images) - len(found)


def matches_in(answer: Answer, url: Url) -> Sequence[QidoMatch]:
    """The matches of a search. Raises MetadataReadError for anything but DICOM JSON."""
    if not answer.body:
        # That of a 204, No Content.
        return ()
    _refuse_mere_braces(answer.body, url)
    try:
        return _matches(answer.body)
    except (ValueError, RecursionError):
        matches = [_match_of_any(bytes(match)) for match in _split_body(answer, url)]
    found = [match for match in matches if match is not None]
    if matches and not found:
        raise failed(url, _not_json(answer, "its list has no match"))
    return found


def attributes_in(json: bytes) -> set[str]:
    """The tags of the attributes in the JSON of one image."""
    return {tag.upper() for tag in _elements(json)}


def _split_body(answer: Answer, url: Url) -> list[msgspec.Raw]:
    images = _split_any(answer, url)
    if len(images) > _MOST_IMAGES:
        raise failed(url, f"the answer has more than {_MOST_IMAGES} images")
    return images


def _split_any(answer: Answer, url: Url) -> list[msgspec.Raw]:
    body = answer.body.removeprefix(_BYTE_ORDER_MARK)
    _refuse_mere_braces(body, url)
    try:
        return _split(body)
    except (ValueError, RecursionError) as error:
        reason = str(error)
    with suppress(ValueError, RecursionError):
        return _split(mended(body))
    # Outside of the block: what the server said is no context of the error.
    raise failed(url, _not_json(answer, reason))


def _refuse_mere_braces(body: bytes, url: Url) -> None:
    """Refuse what is small on the wire and takes gigabytes: ``[{},{},...]``."""
    if len(body) > _SUSPICIOUSLY_LARGE and body.count(b"}") * _SMALLEST_ELEMENT > len(body):
        raise failed(url, "the answer has millions of objects, and nothing in them")


def _match_of_any(image: bytes) -> QidoMatch | None:
    """What can be understood of an image; None for what is no object."""
    try:
        elements = _elements(image)
    except ValueError:
        return None
    known = {}
    for tag, name in _FIELDS.items():
        try:
            known[name] = _element(elements[tag])
        except (KeyError, ValueError):
            # It counts as missing.
            continue
    return QidoMatch(**known)


def _not_json(answer: Answer, reason: object) -> str:
    kind = answer.content_type.partition(";")[0].strip() or "something"
    if "json" in kind:
        return f"the answer is not DICOM JSON: {reason}"
    return f"the answer is {kind} instead of DICOM JSON"
