"""Finding the studies, series and instances that match a query (QIDO-RS, PS3.18 10.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import MetaprovError
from metaprov_dicom import INSTANCE
from metaprov_serve.dicomweb.indexed.archive import check_allowed
from metaprov_serve.dicomweb.indexed.attributes import FIELDS, Level
from metaprov_serve.http.errors import HttpError

from .answers import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_serve.dicomweb.indexed.archive import Archive
    from metaprov_serve.dicomweb.indexed.index import Index
    from metaprov_serve.dicomweb.indexed.tree import Node

    from .query import Key, Query

__all__ = ["Search"]

_PLACES: Final = {
    attribute.tag: place for level in Level for place, attribute in enumerate(FIELDS[level])
}


class Search(NamedTuple):
    """A search of one level, in all studies, in one of them, or in one series of it."""

    level: Level
    query: Query
    study: str | None = None
    series: str | None = None

    @property
    def shown(self) -> int:
        """The first level of which all is answered: those above are known to who asks."""
        return (self.study is not None) + (self.series is not None)

    def found(self, archive: Archive) -> list[tuple[Node, ...]]:
        """The matches of the page that is asked for: each with what it is in, the study first.

        A study matches what its series and instances are searched by if one of them does.
        """
        start, limit = self.query.offset, self.query.limit
        end = None if limit is None else start + limit
        return list(islice(self._matches(archive.index, _Judge(self.query, archive)), start, end))

    def _matches(self, index: Index, judge: _Judge) -> Iterator[tuple[Node, ...]]:
        for study in index.studies() if self.study is None else _known(index.study(self.study)):
            yield from self._in((study,), judge)

    def _in(self, nodes: tuple[Node, ...], judge: _Judge) -> Iterator[tuple[Node, ...]]:
        node = nodes[-1]
        if not judge.accepts(node):
            return
        if node.level == self.level:
            if judge.accepts_below(node):
                yield nodes
            return
        for below in node.below():
            if below.level != Level.SERIES or self.series in {None, below.uid}:
                yield from self._in((*nodes, below), judge)


def _known(node: Node | None) -> Sequence[Any]:
    return () if node is None else (node,)


class _Judge:
    """Tells which nodes match the keys of their level."""

    def __init__(self, query: Query, archive: Archive) -> None:
        self._archive: Final = archive
        self._keys: Final = {level: query.of_level(level) for level in Level}

    def accepts(self, node: Node) -> bool:
        """Whether it matches the keys of its own level."""
        keys = self._keys[node.level]
        return not keys or all(self._matches(key, node) for key in keys)

    def accepts_below(self, node: Node) -> bool:
        """Whether something in it matches all keys of the levels below."""
        if not any(self._keys[level] for level in Level if level > node.level):
            return True
        return any(self.accepts(below) and self.accepts_below(below) for below in node.below())

    def _matches(self, key: Key, node: Node) -> bool:
        first, *rest = key.path
        place = None if rest else _PLACES.get(first.tag)
        if place is not None:
            return key.matches(node.values[place])
        gathered = None if rest else counted(node)
        if gathered is not None and first in gathered:
            return key.matches(gathered[first])
        return self._matches_header(key, node)

    def _matches_header(self, key: Key, node: Node) -> bool:
        try:
            check_allowed(self._archive, node.image_id)
            header = self._archive.host.get(INSTANCE, node.image_id)
        except (HttpError, MetaprovError):
            return False
        values = list(_values(header, [f"{each.tag:08X}" for each in key.path]))
        return any(map(key.matches, values or [None]))


def _values(header: Any, path: Sequence[str]) -> Iterator[Any]:
    """The values at the end of a path, in all items that it leads through."""
    if not isinstance(header, Mapping):
        return
    value = header.get(path[0])
    if len(path) == 1:
        yield value
        return
    for item in value if isinstance(value, tuple) else ():
        yield from _values(item, path[1:])
