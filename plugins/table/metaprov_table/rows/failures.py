"""What could not be read or answered: one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from metaprov_core import MetadataNotFoundError, MetadataReadError
from metaprov_core.errors import described
from metaprov_table.files import escaped, id_as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_core import Host
    from metaprov_table.files import File

__all__ = [
    "CONVERT",
    "CRASH",
    "ERRORS_SCHEMA",
    "NOT_DICOM",
    "OPEN",
    "READ",
    "Failures",
]

#: The stages of a failure, besides the types whose providers raise: of the header,
OPEN: Final = "open"
READ: Final = "read"
#: of an answer that its column cannot have,
CONVERT: Final = "convert"
#: and of a file that ends the process that reads it.
CRASH: Final = "crash"
#: A file that is no image: counted, and no failure.
NOT_DICOM: Final = "notDicom"

ERRORS_SCHEMA: Final = pa.schema(
    [
        pa.field("path", pa.string(), nullable=False),
        # Null where the file has no image that is known.
        pa.field("image", pa.string()),
        # open, notDicom, read, convert, crash, or the type whose provider raised.
        pa.field("stage", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("size", pa.int64()),
        pa.field("mtime_ns", pa.int64()),
    ]
)


class Failures:
    """The failures of some files, as they are met; the same one is told once."""

    def __init__(self) -> None:
        self._rows: Final[dict[tuple[str | int | None, ...], None]] = {}

    def add(self, file: File, stage: str, reason: str, image: str | None = None) -> None:
        """One failure; ``image`` where one is known."""
        image = None if image is None else id_as_text(image)
        row = (file.path, image, stage, escaped(reason), file.size, file.mtime_ns)
        self._rows[row] = None

    def add_error(self, file: File, type: str, error: Exception, image: str) -> None:
        """What a provider raised when it was asked for a type."""
        if isinstance(error, MetadataReadError):
            # Whatever was asked: the image cannot be read, and each type would say so.
            self.add(file, READ, error.reason, image)
        else:
            self.add(file, type, described(error), image)

    def add_file(self, host: Host, file: File, error: Exception, type: str, image: str) -> None:
        """Why the header of a file is not to be had; nothing where it is no image."""
        if not isinstance(error, MetadataReadError):
            self.add(file, type, described(error), image)
        elif isinstance(error.__cause__, OSError):
            self.add(file, OPEN, error.reason)
        else:
            self.add(file, READ if _is_image(host, file) else NOT_DICOM, error.reason)

    def table(self) -> pa.Table:
        """The rows, in the order in which they were added."""
        columns = zip(*self._rows, strict=True) if self._rows else [()] * len(ERRORS_SCHEMA)
        arrays = [
            pa.array(column, field.type)
            for column, field in zip(columns, ERRORS_SCHEMA, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=ERRORS_SCHEMA)


def _is_image(host: Host, file: File) -> bool:
    """Whether some plugin takes a file for an image of its own, if one that cannot be read."""
    try:
        found: Iterable[str] = host.find_images(file.path)
        next(iter(found), None)
    except MetadataNotFoundError:
        return False
    except Exception:
        return True
    return True
