"""One type that is asked, and the columns that its answers fill."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa


class AskedType(NamedTuple):
    """One type."""

    name: str
    #: Whether its answers rest on the whole series.
    of_series: bool
    #: The class of its answers; None where it is not known.
    answer_class: type | None
    fields: tuple[pa.Field, ...]
