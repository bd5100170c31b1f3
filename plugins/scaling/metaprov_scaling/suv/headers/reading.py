"""Reading the attributes of a table from an instance, whoever made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["AttributeTable", "OfSameItems", "Values", "values_of"]


class Values(Protocol):
    """Values by DICOM keyword, or by 8 hex digits: an instance, any mapping, a frame."""

    def get(self, keyword: str, /) -> Any: ...


class AttributeTable:
    """Attributes, and what is made of the value of each."""

    __slots__ = ("_keywords", "_readers")

    def __init__(self, rows: Iterable[tuple[str, Callable[[Any], Any]]]) -> None:
        rows = tuple(rows)
        self._keywords: Final = tuple([keyword for keyword, _ in rows])
        self._readers: Final = tuple([read for _, read in rows])

    def read(self, instance: Values) -> list[Any]:
        """What is made of each value, of None where an attribute is not there."""
        values = values_of(instance, self._keywords)
        return [read(value) for read, value in zip(self._readers, values, strict=True)]


class OfSameItems:
    """What a function makes of the items of a sequence, made once while they are the same objects.

    So they are in the images of a series that metaprov-dicom read. They must be read-only for that.
    """

    __slots__ = ("_last", "_make")

    def __init__(self, make: Callable[[Any], tuple[Any, ...]]) -> None:
        self._make: Final = make
        self._last: tuple[Any, tuple[Any, ...]] = ((), ())

    def __call__(self, items: Any) -> tuple[Any, ...]:
        last, made = self._last
        if items is last and items:
            return made
        made = self._make(items)
        if type(items) is tuple and items and all(hasattr(item, "values_of") for item in items):
            self._last = items, made
        return made


def values_of(instance: Values, keywords: tuple[str, ...]) -> list[Any]:
    """The values of some attributes, None for each that is not there."""
    # An instance of metaprov-dicom has them in one pass.
    in_one_pass: Callable[[tuple[str, ...]], list[Any]] | None
    in_one_pass = getattr(instance, "values_of", None)
    return list(map(instance.get, keywords)) if in_one_pass is None else in_one_pass(keywords)
