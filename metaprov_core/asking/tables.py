"""Which providers answer a question, in which order: complete tables, made once per change.

A table is made from the records of plugins and never changed afterwards; reading it takes no lock.
Registration order, tryfirst, trylast and wrappers are left to pluggy, by way of `chains`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from metaprov_core.image_ids import FILE_SCHEME, scheme_of
from metaprov_core.loading.record import Provider

from .chains import Chain, HookManager, chain_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metaprov_core.loading.record import PluginRecord

__all__ = ["Dispatch", "Row", "Rows", "build"]

#: One scheme: how to find the functions of a type, and the functions of every other type.
Row: TypeAlias = "tuple[Callable[[str, Chain], Chain], Chain]"

_MOST_OTHER_SCHEMES: Final = 64


class Rows(dict[str, Row]):
    """The rows of the schemes that are declared, by an id's head: its part before the first colon.

    An id without a colon is a path, and has the head "".
    """

    __slots__ = ("distinct", "max_size", "others", "paths")

    def __init__(self, rows: Mapping[str, Row], paths: Row, others: Row) -> None:
        super().__init__(rows)
        self[""] = self["file"] = paths
        #: The row of a path.
        self.paths: Final = paths
        #: The row of a scheme that no provider declares.
        self.others: Final = others
        #: Every row, once.
        self.distinct: Final = tuple({id(row): row for row in (*self.values(), others)}.values())
        #: How many rows it may grow to: schemes come from the ids that callers ask about.
        self.max_size: Final = len(self) + _MOST_OTHER_SCHEMES

    def __missing__(self, head: str) -> Row:
        # A path with a colon in it, or a drive letter. For anything else the whole image id tells
        # whether it is a scheme or the name of a file.
        if "/" in head or "." in head or "\\" in head or len(head) == 1:
            return self.paths
        raise KeyError(head)

    def of(self, image_id: str) -> Row:
        """The row of any image id. Raises TypeError for anything but a string."""
        try:
            head, colon, _ = image_id.partition(":")
            return self[head if colon else ""]
        except (AttributeError, KeyError, TypeError):
            scheme = scheme_of(image_id)
        if not image_id.startswith(f"{scheme}:"):
            return self.paths
        row = self.get(scheme, self.others)
        # The next look at this scheme is as fast as at one that is declared.
        if len(self) < self.max_size:
            self[scheme] = row
        return row

    def chain_of_all(self, type: str, image_ids: Sequence[str]) -> Chain | None:
        """The functions that all of these image ids are put to; None where they may differ.

        It costs a fraction of looking at each image id. Raises TypeError for anything but a string.
        """
        "".join(image_ids)  # the cheapest way to refuse anything but a string
        chains = {find(type, others) for find, others in self.distinct}
        if len(chains) == 1:
            return chains.pop()
        # Every string that sorts between two with a common prefix has that prefix.
        first, last = min(image_ids), max(image_ids)
        head, colon, _ = first.partition(":")
        if (colon and last.startswith(f"{head}:")) or first[:1] == last[:1] == "/":
            find, others = self.of(first)
            return find(type, others)
        return None


@final
class Dispatch:
    """Everything that a question needs, made from the records as they stood at one moment."""

    __slots__ = ("hooks", "providers", "relay", "rows")

    def __init__(
        self,
        rows: Rows,
        providers: tuple[Provider, ...],
        hooks: Mapping[str, tuple[Callable[..., object], ...]],
        relay: Any,
    ) -> None:
        #: What to ask, by scheme and type.
        self.rows = rows
        #: Every provider, in the order in which they are asked.
        self.providers = providers
        #: The functions of clear_metadata and metadata_changed, to call with (type, image_id).
        self.hooks = hooks
        #: pluggy's callers of the hooks.
        self.relay = relay


def build(records: Sequence[PluginRecord], *, skip: bool) -> Dispatch:
    """Make the tables of active plugins, given in registration order.

    With ``skip`` a provider that raises is passed over, with a warning in the log.
    """
    manager = HookManager()
    for record in records:
        manager.add(record, skip)
    by_name = {record.name: record for record in records}
    providers = tuple(
        Provider(by_name[name], implementation)
        for name, implementation, _ in manager.call_order("get_metadata")
    )
    hooks = {
        hook: tuple(function for _, _, function in manager.call_order(hook))
        for hook in ("clear_metadata", "metadata_changed")
    }
    return Dispatch(_rows(providers, skip), providers, hooks, manager.hook)


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
    return Rows({scheme: row_of(scheme) for scheme in declared}, row_of(FILE_SCHEME), row_of(None))


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
