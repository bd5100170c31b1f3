"""How many files are asked about together, before the host lets go what it keeps of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["TOGETHER", "together", "whole_series_together"]

T = TypeVar("T")

#: Up to a thousand cost alike; twice as many are more headers than are kept.
TOGETHER: Final = 250


def together(files: Iterable[T]) -> Iterator[list[T]]:
    """The files, some at a time."""
    left = iter(files)
    while some := list(islice(left, TOGETHER)):
        yield some


def whole_series_together(series: Iterable[Sequence[T]]) -> Iterator[list[Sequence[T]]]:
    """The series, some at a time: as many as have so many files, and one that has more alone."""
    some: list[Sequence[T]] = []
    count = 0
    for each in series:
        if some and count + len(each) > TOGETHER:
            yield some
            some, count = [], 0
        some.append(each)
        count += len(each)
    if some:
        yield some
