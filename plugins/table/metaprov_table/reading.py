"""A table in memory."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

__all__ = ["Tables", "read"]


class Tables(NamedTuple):
    """What `read` gives."""

    #: One row an image or frame, by path and frame.
    table: pa.Table
    #: One row a volume.
    volumes: pa.Table
    #: What could not be read, and why.
    errors: pa.Table
