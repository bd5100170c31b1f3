"""The schema of a table: what is asked, and the columns that its answers fill."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

import metaprov_core
from metaprov_core import MetadataType
from metaprov_table.errors import TableError

from .asked_type import AskedType
from .attributes import is_bulk, keywords, without_parentheses
from .default_types import DEFAULT_TYPES
from .private_creators import PRIVATE_CREATORS
from .refused import REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_core import Host

__all__ = ["FIRST_FIELDS", "VOLUME_FIELDS", "Columns", "columns_of", "schema"]

#: What every row begins with, whatever is asked.
FIRST_FIELDS: Final = (
    pa.field("image", pa.string(), nullable=False),
    # Absolute; of an image that is no file, its id without frame.
    pa.field("path", pa.string(), nullable=False),
    # Counted from 1.
    pa.field("frame", pa.int64(), nullable=False),
    # In bytes, and of the last change, in ns since 1970; null of what is no file.
    pa.field("size", pa.int64()),
    pa.field("mtime_ns", pa.int64()),
    # SeriesInstanceUID (0020,000E): by it a run finds what is together.
    pa.field("series", pa.string()),
)
#: What only the whole series tells: the row of the volumes table that an image is in, and its
#: place on the lattice of that volume, counted from 0.
VOLUME_FIELDS: Final = (pa.field("volume", pa.string()), pa.field("slice", pa.int64()))
#: How many names are given that are near one that is none.
_NEAR: Final = 3
#: How near at least, from 0 to 1.
_LIKENESS: Final = 0.8


class Columns(NamedTuple):
    """A choice of columns; equal choices compare equal.

    A worker makes its own by `columns_of`, for its host knows the classes of the answers.
    """

    types: tuple[AskedType, ...]
    #: One struct a type, instead of a column a field.
    nested: bool
    #: Whether the volumes are looked for; else their columns are null.
    volumes: bool

    @property
    def schema(self) -> pa.Schema:
        """That of the table: what every row has, what is asked, by the order of the types."""
        return pa.schema([*FIRST_FIELDS, *VOLUME_FIELDS, *self._fields_of(self.types)])

    @property
    def of_images(self) -> pa.Schema:
        """What each image answers by itself: without what only the whole series tells."""
        return pa.schema([*FIRST_FIELDS, *self._fields_of(self.types_of_images)])

    @property
    def of_series(self) -> pa.Schema:
        """Image, and what only the whole series tells."""
        fields = self._fields_of(self.types_of_series)
        return pa.schema([FIRST_FIELDS[0], *VOLUME_FIELDS, *fields])

    @property
    def types_of_images(self) -> tuple[AskedType, ...]:
        """The types that each image answers by itself."""
        return tuple(each for each in self.types if not each.of_series)

    @property
    def types_of_series(self) -> tuple[AskedType, ...]:
        """The types whose answers rest on the whole series."""
        return tuple(each for each in self.types if each.of_series)

    @property
    def need_series(self) -> bool:
        """Whether there is anything that only the whole series tells."""
        return self.volumes or bool(self.types_of_series)

    def _fields_of(self, types: Iterable[AskedType]) -> list[pa.Field]:
        return [field for each in types for field in each.fields(nested=self.nested)]


def columns_of(
    host: Host,
    types: Iterable[str] = DEFAULT_TYPES,
    *,
    nested: bool = False,
    bulk: bool = False,
    volumes: bool = True,
) -> Columns:
    """The columns that the answers of some types fill, in this order, each type once.

    Raises `TableError` for a type that nobody serves, with names that are near, and for one that
    is no column, with the reason. Nothing is read.
    """
    named = map(without_parentheses, types)
    asked = {str(type): _asked(host, type, bulk=bulk) for type in named}
    return Columns(tuple(asked.values()), nested, volumes)


def schema(
    types: Iterable[str] = DEFAULT_TYPES,
    *,
    nested: bool = False,
    bulk: bool = False,
    host: Host | None = None,
) -> pa.Schema:
    """The schema of the table of some types. Raises as `columns_of` does."""
    host = metaprov_core.default_host if host is None else host
    return columns_of(host, types, nested=nested, bulk=bulk).schema


def _asked(host: Host, type: str, *, bulk: bool) -> AskedType:
    if type in REFUSED:
        raise TableError(f"{type} is no column: {REFUSED[type]}")
    key = _key_of(host, type)
    if key is None:
        raise TableError(f"nobody answers {type}{_near(host, type)}")
    if not bulk and is_bulk(type):
        raise TableError(f"{type} is no column unless bulk data are wanted (--bulk): it is binary")
    return AskedType(str(type), key.scope == "series", key.answer_class, bulk)


def _key_of(host: Host, type: str) -> MetadataType[Any] | None:
    if type == PRIVATE_CREATORS:
        return PRIVATE_CREATORS
    served = host.type_of(type)
    if served is None and isinstance(type, MetadataType) and type.answer_class is not None:
        # Nobody serves it here, and its columns are known nevertheless: those of the findings are
        # in every table.
        return type
    return served


def _near(host: Host, type: str) -> str:
    names = {*host.types(), *keywords(), PRIVATE_CREATORS} - REFUSED.keys()
    # A type may be spelled like a keyword, but for its first letter.
    spellings: dict[str, list[str]] = {}
    for name in sorted(names):
        spellings.setdefault(name.lower(), []).append(name)
    near = [
        name
        for lower in get_close_matches(type.lower(), spellings, _NEAR, _LIKENESS)
        for name in spellings[lower]
    ]
    return f"; did you mean {' or '.join(near)}?" if near else "; `metaprov types` lists what is"
