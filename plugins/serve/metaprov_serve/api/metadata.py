"""The answers about many images of many types, in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_modules import SERIES_VOLUMES, VOLUME_GEOMETRY
from metaprov_serve.http.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .images import Images

__all__ = ["Asked", "Row", "rows_of", "with_geometries_once"]

#: Ids times types.
_MOST_ANSWERS: Final = 200_000
_OF_A_SERIES: Final = (SERIES_VOLUMES, VOLUME_GEOMETRY)


class Asked(msgspec.Struct, rename="camel"):
    """What is asked about which images. Raises HttpError, 413, for more than may be."""

    image_ids: list[str]
    types: list[str]

    def __post_init__(self) -> None:
        answers = len(self.image_ids) * len(self.types)
        if answers > _MOST_ANSWERS:
            raise HttpError(
                413, f"{answers:,} answers are asked for, and {_MOST_ANSWERS:,} is most"
            )


class Row(msgspec.Struct, rename="camel"):
    """The answers about one image. A type without answer is in neither."""

    image_id: str
    metadata: dict[str, Any]
    errors: dict[str, dict[str, str]]


def rows_of(
    images: Images, image_ids: Sequence[str], types: Sequence[str], own_host: str | None
) -> list[Row]:
    """The answers about some images, in the order of these.

    A refused image has an error on every type.
    """
    known = [images.known_as(image_id, own_host) for image_id in image_ids]
    rows = [Row(image_id, {}, {}) for image_id in image_ids]
    allowed = []
    for row, asked, refused in zip(rows, known, images.refusals(known), strict=True):
        if refused is None:
            allowed.append((row, asked))
        else:
            row.errors = {type: {"error": "NotServed", "message": str(refused)} for type in types}
    ids = [asked for _, asked in allowed]
    for type in types:
        answers = images.host.get_many(type, ids, return_exceptions=True)
        for (row, _), answer in zip(allowed, answers, strict=True):
            if isinstance(answer, Exception):
                row.errors[type] = {"error": answer.__class__.__name__, "message": str(answer)}
            elif answer is not None:
                row.metadata[type] = answer
    return rows


def with_geometries_once(rows: Iterable[Row]) -> list[Row]:
    """The rows; a geometry that an image before has is that of this one: ``{"sameAs": id}``.

    A geometry names each image of its volume, and there are as many of it as of these.
    """
    first: dict[tuple[str, int], str] = {}
    found = []
    for row in rows:
        for type in _OF_A_SERIES:
            answer = row.metadata.get(type)
            if answer is not None:
                of = first.setdefault((type, id(answer)), row.image_id)
                if of != row.image_id:
                    row.metadata[type] = {"sameAs": of}
        found.append(row)
    return found
