"""Which providers answer a question, in which order: complete tables, made once per change.

A table is made from the records of plugins and never changed afterwards; reading it takes no lock.
Registration order, tryfirst, trylast and wrappers are left to pluggy, by way of `chains`.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from metaprov_core.image_ids import scheme_of, scheme_of_path
from metaprov_core.loading.check import HOOK_ARGUMENTS
from metaprov_core.loading.record import Provider
from metaprov_core.schemes import FILE_SCHEME, is_scheme, suffixes

from .blame import guarded
from .chains import Chain, HookManager, chain_of
from .find_images import find_images_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metaprov_core.loading.record import PluginRecord
    from metaprov_core.schemes import Suffixes

    from .chains import Registered
    from .find_images import Find

__all__ = ["FRAME", "Dispatch", "Row", "Rows", "build"]

#: One scheme: how to find the functions of a type, and the functions of every other type.
Row: TypeAlias = "tuple[Callable[[str, Chain], Chain], Chain]"

_MOST_OTHER_SCHEMES: Final = 64

#: What a path has that names a frame, ``?frame=3``, which is no part of its ending.
FRAME: Final = "="
_LAST_LETTER: Final = itemgetter(-1)

_TELLING: Final = ("clear_metadata", "metadata_changed", "prefetch")


class Rows(dict[str, Row]):
    """The rows of the schemes that are declared, by an id's head: its part before the first colon.

    A path has the row of files, unless its ending may be one that a plugin claims. Then the whole
    path tells, and a row for all such paths asks those whose it is.
    """

    __slots__ = ("_any_path", "_file", "_unsure", "distinct", "max_size", "others", "paths")

    def __init__(self, rows: Mapping[str, Row], file: Row, others: Row, suffixes: Suffixes) -> None:
        super().__init__(rows)
        #: The row of a scheme that no provider declares.
        self.others: Final = others
        #: The row of every scheme, once.
        self.distinct: Final = tuple(
            {id(row): row for row in (*self.values(), file, others)}.values()
        )
        self._file: Final = file
        self._any_path: Final = _row_of_any_path(self) if suffixes else file
        self["file"] = self._any_path
        # What stands for a path that may have an ending that is claimed: the letter in which it
        # ends, or the letter before a frame.
        self._unsure: Final = suffixes.last_letters | {FRAME} if suffixes else frozenset()
        #: The rows of paths without a colon, by their last letter, or by `FRAME` if they have it.
        self.paths: Final = _RowsOfPaths(file, dict.fromkeys(self._unsure, self._any_path))
        #: How many rows it may grow to: schemes come from the ids that callers ask about.
        self.max_size: Final = len(self) + _MOST_OTHER_SCHEMES

    def __missing__(self, head: str) -> Row:
        # A path with a colon in it, or a drive letter. For anything else the whole image id tells
        # whether it is a scheme or the name of a file.
        if "/" in head or "." in head or "\\" in head or len(head) == 1:
            return self._any_path
        raise KeyError(head)

    def of(self, image_id: str) -> Row:
        """The row of any image id. Raises TypeError for anything but a string."""
        scheme = scheme_of(image_id)
        row = self.get(scheme, self.others)
        head, colon, _ = image_id.partition(":")
        # The next look at this scheme is as fast as at one that is declared.
        if colon and head.lower() == scheme and len(self) < self.max_size:
            self[head] = row
        return row

    def chain_of_all(self, type: str, image_ids: Sequence[str]) -> Chain | None:
        """The functions that all of these image ids are put to; None where they may differ.

        It costs a fraction of looking at each image id. Raises TypeError for anything but a string.
        """
        text = "".join(image_ids)  # the cheapest way to refuse anything but a string
        chains = {find(type, others) for find, others in self.distinct}
        if len(chains) == 1:
            return chains.pop()
        # Every string that sorts between two with a common prefix has that prefix.
        first, last = min(image_ids), max(image_ids)
        head, colon, _ = first.partition(":")
        if first[:1] == last[:1] == "/":
            is_sure = not self._unsure or (
                FRAME not in text and self._unsure.isdisjoint(map(_LAST_LETTER, image_ids))
            )
            find, others = self._file if is_sure else self._any_path
        elif colon and last.startswith(f"{head}:"):
            find, others = self.of(first) if is_scheme(head) else self._any_path
        else:
            return None
        return find(type, others)


class _RowsOfPaths(dict[str, Row]):
    """The row of files, by the last letter of a path, but for some letters that have others."""

    __slots__ = ("_file",)

    def __init__(self, file: Row, others: Mapping[str, Row]) -> None:
        super().__init__(dict.fromkeys(("", *map(chr, range(128))), file))
        self.update(others)
        self._file: Final = file

    def __missing__(self, letter: str) -> Row:
        return self._file


def _row_of_any_path(rows: Rows) -> Row:
    """The row of paths whose scheme is found when they are asked about."""

    def ask(type: str, image_id: str) -> Any:
        find, others = rows.get(scheme_of_path(image_id), rows.others)
        for function in find(type, others):
            answer = function(type, image_id)
            if answer is not None:
                return answer
        return None

    return (lambda _type, others: others), (ask,)


@final
class Dispatch:
    """Everything that a question needs, made from the records as they stood at one moment."""

    __slots__ = ("find_images", "hooks", "providers", "relay", "rows")

    def __init__(
        self,
        rows: Rows,
        providers: tuple[Provider, ...],
        hooks: Mapping[str, tuple[Callable[..., object], ...]],
        find_images: Find,
        relay: Any,
    ) -> None:
        #: What to ask, by scheme and type.
        self.rows = rows
        #: Every provider, in the order in which they are asked.
        self.providers = providers
        #: The functions of the hooks that tell something, to call with all of their arguments.
        self.hooks = hooks
        #: Finds the images behind a source.
        self.find_images = find_images
        #: pluggy's callers of the hooks that ask something of the first who has it.
        self.relay = relay


def build(records: Sequence[PluginRecord], *, skip: bool) -> Dispatch:
    """Make the tables of active plugins, given in registration order.

    With ``skip`` a provider that raises is passed over, with a warning in the log.
    """
    manager = HookManager()
    manager.add(records, skip)
    providers = tuple(Provider(*each) for each in manager.call_order("get_metadata"))
    hooks = {
        hook: tuple(_guarded(each, skip) for each in manager.call_order(hook)) for hook in _TELLING
    }
    find_images = find_images_by(manager.call_order("find_images"), skip=skip)
    return Dispatch(_rows(providers, skip), providers, hooks, find_images, manager.hook)


def _guarded(registered: Registered, skip: bool) -> Callable[..., Any]:
    record, implementation = registered
    hook = implementation.hook
    function = implementation.called_with(*HOOK_ARGUMENTS[hook])
    return guarded(function, record.title, hook, skip=skip)


def _rows(providers: tuple[Provider, ...], skip: bool) -> Rows:
    chains: dict[tuple[Provider, ...], Chain] = {}
    rows: dict[tuple[Provider, ...], Row] = {}

    def chain(asked: list[Provider]) -> Chain:
        key = tuple(asked)
        if key not in chains:
            chains[key] = chain_of(key, skip)
        return chains[key]

    def row_of(scheme: str | None) -> Row:
        serving = tuple(provider for provider in providers if provider.serves_scheme(scheme))
        if serving not in rows:
            by_type, others = _by_type(serving)
            row = {type: chain(asked) for type, asked in by_type.items()}
            rows[serving] = (row.get, chain(others))
        return rows[serving]

    declared = {scheme for provider in providers for scheme in provider.schemes or ()}
    return Rows(
        {scheme: row_of(scheme) for scheme in declared},
        row_of(FILE_SCHEME),
        row_of(None),
        suffixes(),
    )


def _by_type(serving: tuple[Provider, ...]) -> tuple[dict[str, list[Provider]], list[Provider]]:
    """The providers of each declared type, and those of every other type, in order."""
    by_type: dict[str, list[Provider]] = {}
    others: list[Provider] = []
    for provider in serving:
        if provider.types is None:
            others.append(provider)
            for asked in by_type.values():
                asked.append(provider)
        else:
            for type in provider.types:
                by_type.setdefault(type, others.copy()).append(provider)
    return by_type, others
