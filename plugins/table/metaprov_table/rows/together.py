"""How many files are asked about together, before the host lets go what it keeps of them."""

from __future__ import annotations

import os
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metaprov_table.files import File

__all__ = ["MOST", "TOGETHER", "by_folder", "together", "whole_together"]

T = TypeVar("T")

#: Up to a thousand cost alike, and fewer headers take less memory.
TOGETHER: Final = 250
#: As many headers as a host keeps.
MOST: Final = 1000


def together(files: Iterable[File]) -> Iterator[list[File]]:
    """The files, some at a time: a folder, which often is a series, is whole up to MOST files."""
    for folders in whole_together(by_folder(files, MOST), len, TOGETHER):
        yield list(chain.from_iterable(folders))


def by_folder(files: Iterable[File], most: int) -> Iterator[list[File]]:
    """The files of each folder, or ``most`` of them at a time where it has more."""
    for _, group in groupby(files, key=_folder_of):
        while some := list(islice(group, most)):
            yield some


def whole_together(groups: Iterable[T], size: Callable[[T], int], enough: int) -> Iterator[list[T]]:
    """The groups, some at a time: as many as have ``enough``, and one that has more alone."""
    some: list[T] = []
    count = 0
    for each in groups:
        if some and count + size(each) > enough:
            yield some
            some, count = [], 0
        some.append(each)
        count += size(each)
    if some:
        yield some


def _folder_of(file: File) -> str:
    return os.path.dirname(file.path)  # noqa: PTH120 - for each of a million files
