"""The table of volumes: one row each."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

__all__ = ["VOLUMES_SCHEMA"]

VOLUMES_SCHEMA: Final = pa.schema([pa.field("volume", pa.string(), nullable=False)])
