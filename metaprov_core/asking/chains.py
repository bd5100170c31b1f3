"""What is left to pluggy: the order of the functions of a hook, and calls through wrappers."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

import pluggy

from metaprov_core.hooks import specs
from metaprov_core.hooks.hookimpl import PROJECT
from metaprov_core.hooks.types import MetadataType

from .blame import guarded, guarded_wrapper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from metaprov_core.loading.check import Implementation
    from metaprov_core.loading.record import PluginRecord, Provider

__all__ = ["Ask", "Chain", "HookManager", "Registered", "chain_of", "hook_of"]

Ask: TypeAlias = "Callable[[str, str], Any]"
#: The functions to ask, in order.
Chain: TypeAlias = tuple[Ask, ...]

# The key under which an option dictionary carries whose function it belongs to.
_REGISTERED: Final = "registered"
# The functions of any other hook are called from the tables; pluggy gives them their places.
_CALLED_BY_PLUGGY: Final = frozenset({"add_metadata", "describe_type"})

# They concern one plugin alone, and have no order.
_OF_ONE_PLUGIN: Final = frozenset({"attach", "copy_settings", "detach"})


class Registered(NamedTuple):
    """A function of a plugin, as a hook has it."""

    record: PluginRecord
    implementation: Implementation

    @property
    def is_wrapper(self) -> bool:
        return bool(self.implementation.options.get("wrapper"))

    @property
    def is_trylast(self) -> bool:
        return bool(self.implementation.options.get("trylast"))

    @property
    def is_asked_for_every_type(self) -> bool:
        options = self.implementation.options
        return self.implementation.hook == "get_metadata" and options.get("types") is None


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


class HookManager(pluggy.PluginManager):
    """pluggy's manager of what `_HookFunctions` hands to it."""

    def __init__(self) -> None:
        super().__init__(PROJECT)
        self.add_hookspecs(specs)

    def add(self, records: Iterable[PluginRecord], skip: bool) -> None:
        """Register the functions of plugins; with ``skip`` those that raise are passed over.

        In every group the last one registered is called first. Among those that are trylast pluggy
        calls the first one first, so it is handed them in the opposite order; those that are asked
        for every type come after all others.
        """
        trylast: list[Registered] = []
        in_order: list[list[Registered]] = []
        for record in records:
            functions = [
                Registered(record, implementation)
                for implementation in record.implementations
                if implementation.hook not in _OF_ONE_PLUGIN
            ]
            trylast += sorted(
                (each for each in functions if each.is_trylast),
                key=lambda each: each.implementation.attribute,
            )
            in_order.append([each for each in functions if not each.is_trylast])
        newest_first = trylast[::-1]
        newest_first.sort(key=lambda each: each.is_asked_for_every_type)
        for functions in (*([each] for each in newest_first), *filter(None, in_order)):
            self.register(_HookFunctions(_handed(each, skip) for each in functions))

    def call_order(self, hook: str) -> list[Registered]:
        """The functions of a hook, in the order in which they are called."""
        impls: list[pluggy.HookImpl] = getattr(self.hook, hook).get_hookimpls()
        return [cast(Any, impl.opts)[_REGISTERED] for impl in reversed(impls)]

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        return cast(_HookFunctions, plugin).options.get(name)


def hook_of(hook: str, functions: Sequence[tuple[Callable[..., Any], bool]]) -> pluggy.HookCaller:
    """The hook of pluggy that calls functions in the given order; each is a wrapper, or is not."""
    manager = HookManager()
    for function, is_wrapper in reversed(functions):
        manager.register(_HookFunctions([(hook, function, {"wrapper": is_wrapper})]))
    caller: pluggy.HookCaller = getattr(manager.hook, hook)
    return caller


def chain_of(asked: tuple[Provider, ...], skip: bool) -> Chain:
    """The functions that ask these providers; with wrappers among them it is a single one."""
    if any(provider.wrapper for provider in asked):
        return (_lazy_wrapper_chain(asked, skip),)
    if skip:
        return tuple(map(_guarded, asked))
    return tuple(provider.ask for provider in asked)


def _handed(registered: Registered, skip: bool) -> tuple[str, Callable[..., Any], dict[str, Any]]:
    """What pluggy is handed of a function: its name in the plugin, what to call, its options."""
    record, implementation = registered
    called = implementation.function
    if implementation.hook in _CALLED_BY_PLUGGY:
        if implementation.hook == "describe_type" and not registered.is_wrapper:
            called = _described_by(called)
        guard = guarded_wrapper if registered.is_wrapper else guarded
        called = guard(called, record.title, implementation.hook, skip=skip)
    return implementation.attribute, called, {**implementation.options, _REGISTERED: registered}


def _described_by(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function; raises TypeError for what is no key."""

    @wraps(function)
    def describe(*arguments: Any) -> Any:
        key = function(*arguments)
        if key is not None and not isinstance(key, MetadataType):
            raise TypeError(f"it returns a MetadataType, or None; not {key!r:.80}")
        return key

    return describe


def _lazy_wrapper_chain(asked: tuple[Provider, ...], skip: bool) -> Ask:
    """One function for providers with wrappers, whose manager is made when it is first called."""
    hook: pluggy.HookCaller | None = None

    def ask(type: str, image_id: str) -> Any:
        nonlocal hook
        if hook is None:
            functions = map(_guarded, asked) if skip else (provider.function for provider in asked)
            wrappers = (provider.wrapper for provider in asked)
            hook = hook_of("get_metadata", list(zip(functions, wrappers, strict=True)))
        return hook(type=type, image_id=image_id)

    return ask


def _guarded(provider: Provider) -> Ask:
    """The function of a provider that is passed over where it raises."""
    guard = guarded_wrapper if provider.wrapper else guarded
    return guard(provider.ask, provider.title, "get_metadata", skip=True)
