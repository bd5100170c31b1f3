"""The SQLite file: one connection, opened at the first question."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Database"]

#: So many headers are read by one query, or listed by one.
AT_ONCE: Final = 500


class Database:
    """The table ``headers``: an ``image``, and its ``header`` as JSON, by DICOM keyword.

    Its methods raise MetadataReadError for a file that is missing or not as it should be, and from
    `close` on for every question.
    """

    def __init__(self, path: str) -> None:
        self.path: Final = path
        self._connection: sqlite3.Connection | None = None
        self._closed = False
        # SQLite would let threads share a connection, and Python's module only if told to.
        self._lock: Final = Lock()

    def headers(self, images: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """The headers of those of the images that there are, read at once."""
        marks = ", ".join("?" * len(images))
        rows = self._rows(f"select image, header from headers where image in ({marks})", images)  # noqa: S608 - marks
        return {image: self._header(image, text) for image, text in rows}

    def images(self) -> Iterator[str]:
        """All images, in order, some at a time."""
        last = ""
        while True:
            query = "select image from headers where image > ? order by image limit ?"
            rows = self._rows(query, (last, AT_ONCE))
            yield from (image for (image,) in rows)
            if len(rows) < AT_ONCE:
                return
            (last,) = rows[-1]

    def close(self) -> None:
        """Close the file, for good."""
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()

    def _rows(self, query: str, values: Iterable[Any]) -> list[Any]:
        try:
            with self._lock, closing(self._open().cursor()) as cursor:
                return cursor.execute(query, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise MetadataReadError(self.path, str(error)) from error

    def _open(self) -> sqlite3.Connection:
        if self._closed:
            raise MetadataReadError(self.path, "it is closed")
        if self._connection is None:
            # Without mode=ro, a missing file would be made.
            uri = f"{Path(self.path).absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        return self._connection

    def _header(self, image: str, text: str) -> Mapping[str, Any]:
        try:
            header = json.loads(text)
        except ValueError as error:
            raise MetadataReadError(f"{self.path}, image {image}", f"no JSON: {error}") from error
        if not isinstance(header, dict):
            raise MetadataReadError(f"{self.path}, image {image}", "the header is no object")
        return header
