"""What could not be read or answered: one row each."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

__all__ = ["CONVERT", "CRASH", "ERRORS_SCHEMA", "NOT_DICOM", "OPEN", "READ"]

#: The stages of a failure, besides the types whose providers raise.
OPEN: Final = "open"
READ: Final = "read"
CONVERT: Final = "convert"
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
