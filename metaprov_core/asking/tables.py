"""Which providers answer a question, in which order: complete tables, made once per change.

A table is made from the records of plugins and never changed afterwards; reading it needs no
lock. Registration order, tryfirst, trylast and wrappers are left to pluggy: the tables follow the
order of its call list, and where a wrapper serves a question pluggy itself makes the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast, final

import pluggy

from metaprov_core.hooks import specs
from metaprov_core.hooks.hookimpl import PROJECT
from metaprov_core.image_ids import FILE_SCHEME, scheme_of
from metaprov_core.loading.record import Provider

from .blame import guarded, guarded_wrapper
from .find_images import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from metaprov_core.loading.check import Implementation
    from metaprov_core.loading.record import PluginRecord

__all__ = ["Dispatch", "Rows", "build", "hook_of"]

Ask: TypeAlias = "Callable[[str, str], Any]"
#: The functions to ask, in order.
Chain: TypeAlias = tuple[Ask, ...]
#: One scheme: how to find the functions of a type, and the functions of every other type.
Row: TypeAlias = "tuple[Callable[[str, Chain], Chain], Chain]"


_MOST_OTHER_SCHEMES: Final = 64

# The key under which an option dictionary carries the implementation that it belongs to.
_IMPLEMENTATION: Final = "implementation"


class _HookFunctions:
    """What pluggy is handed of a plugin: its hook functions and their options, nothing else.

    pluggy inspects every attribute of what it is given, which for a module of 200 names takes
    longer than everything else that is done to load it.
    """

    __slots__ = ("__dict__", "options")

    def __init__(self, functions: Iterable[tuple[str, Callable[..., Any], dict[str, Any]]]) -> None:
        self.options = {}
        for name, function, options in functions:
            self.__dict__[name] = function
            self.options[name] = options

    def __dir__(self) -> Iterable[str]:
        return self.options


class _Manager(pluggy.PluginManager):
    """pluggy's manager of what `_HookFunctions` hands to it."""

    def __init__(self) -> None:
        super().__init__(PROJECT)
        self.add_hookspecs(specs)

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        return cast(_HookFunctions, plugin).options.get(name)


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

    def raiser(self, function: Ask, error: BaseException) -> Provider | None:
        """The provider that raised, while this function of a chain was running.

        That is the one whose function it is. A chain with wrappers is one function of pluggy: there
        it is the wrapper that pluggy complains of, or the innermost provider on the traceback; None
        where there is neither.
        """
        for provider in self.providers:
            if provider.ask is function:
                return provider
        if isinstance(error, RuntimeError) and (culprit := self._complained_of(str(error))):
            return culprit
        innermost = None
        traceback = error.__traceback__
        while traceback is not None:
            frame = traceback.tb_frame
            innermost = next((each for each in self.providers if each.runs_in(frame)), innermost)
            traceback = traceback.tb_next
        return innermost

    def _complained_of(self, message: str) -> Provider | None:
        """The wrapper that yields twice, or not at all: pluggy names the place of its code."""
        named = [each for each in self.providers if each.wrapper and f" {each.place} " in message]
        return named[0] if len(named) == 1 else None


def build(records: Sequence[PluginRecord], *, skip: bool) -> Dispatch:
    """Make the tables of active plugins, given in registration order.

    With ``skip`` a provider that raises is passed over, with a warning in the log.
    """
    manager = _Manager()
    for record in records:
        manager.register(_hook_functions(record, skip), record.name)
    by_name = {record.name: record for record in records}
    providers = tuple(
        Provider(by_name[impl.plugin_name], cast(Any, impl.opts)[_IMPLEMENTATION])
        for impl in _in_call_order(manager, "get_metadata")
    )
    hooks = {
        hook: tuple(impl.function for impl in _in_call_order(manager, hook))
        for hook in ("clear_metadata", "metadata_changed")
    }
    return Dispatch(_rows(providers, skip), providers, hooks, manager.hook)


def hook_of(asked: Sequence[tuple[Provider, Ask]]) -> pluggy.HookCaller:
    """The hook of pluggy that asks providers, wrappers among them, in the given order.

    Each provider comes with the function to ask, which may do more than the provider's own.
    """
    manager = _Manager()
    for place, (provider, function) in enumerate(reversed(asked)):
        functions = _HookFunctions([("get_metadata", function, {"wrapper": provider.wrapper})])
        manager.register(functions, str(place))
    hook: pluggy.HookCaller = manager.hook.get_metadata
    return hook


def _in_call_order(manager: _Manager, hook: str) -> Iterator[pluggy.HookImpl]:
    impls: list[pluggy.HookImpl] = getattr(manager.hook, hook).get_hookimpls()
    return reversed(impls)


def _hook_functions(record: PluginRecord, skip: bool) -> _HookFunctions:
    return _HookFunctions(
        (each.attribute, _called(each, record.title, skip), {**each.options, _IMPLEMENTATION: each})
        for each in record.implementations
        if each.hook != "attach"
    )


def _called(implementation: Implementation, title: str, skip: bool) -> Callable[..., Any]:
    """The function that pluggy is to call for an implementation of a hook."""
    hook = implementation.hook
    if hook == "get_metadata":
        # Called from the tables, which see to its exceptions; pluggy gives it its place.
        return implementation.function
    if hook in ("clear_metadata", "metadata_changed"):
        return guarded(implementation.ask, title, hook, skip=skip)
    if implementation.options.get("wrapper"):
        return guarded_wrapper(implementation.function, title, hook, skip=skip)
    function = implementation.function
    if hook == "find_images":
        function = finding(function, title)
    return guarded(function, title, hook, skip=skip)


def _rows(providers: tuple[Provider, ...], skip: bool) -> Rows:
    chains: dict[tuple[Provider, ...], Chain] = {}
    known: dict[tuple[Provider, ...], Row] = {}

    def row_of(scheme: str | None) -> Row:
        serving = tuple(each for each in providers if each.serves_scheme(scheme))
        if serving not in known:
            by_type, others = _by_type(serving)
            row = {type: _chain(tuple(asked), skip, chains) for type, asked in by_type.items()}
            known[serving] = (row.get, _chain(tuple(others), skip, chains))
        return known[serving]

    declared = {scheme for each in providers for scheme in each.schemes or ()}
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


def _chain(
    asked: tuple[Provider, ...], skip: bool, chains: dict[tuple[Provider, ...], Chain]
) -> Chain:
    if asked not in chains:
        if any(each.wrapper for each in asked):
            chains[asked] = (_asking_when_first_asked(asked, skip),)
        elif skip:
            chains[asked] = tuple(map(_guarded, asked))
        else:
            chains[asked] = tuple(each.ask for each in asked)
    return chains[asked]


def _asking_when_first_asked(asked: tuple[Provider, ...], skip: bool) -> Ask:
    """One function for providers with wrappers, whose manager is made when it is first called."""
    hook: pluggy.HookCaller | None = None

    def ask(type: str, image_id: str) -> Any:
        nonlocal hook
        if hook is None:
            hook = hook_of([(each, _guarded(each) if skip else each.function) for each in asked])
        return hook(type=type, image_id=image_id)

    return ask


def _guarded(provider: Provider) -> Ask:
    """The function of a provider that is passed over where it raises."""
    guard = guarded_wrapper if provider.wrapper else guarded
    return guard(provider.ask, provider.title, "get_metadata", skip=True)
