"""What is left to pluggy: the order of the functions of a hook, and calls through wrappers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import pluggy

from metaprov_core.hooks import specs
from metaprov_core.hooks.hookimpl import PROJECT

from .blame import guarded, guarded_wrapper
from .find_images import checked_find_images

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metaprov_core.loading.check import Implementation
    from metaprov_core.loading.record import PluginRecord, Provider

__all__ = ["Ask", "Chain", "HookManager", "chain_of", "hook_of"]

Ask: TypeAlias = "Callable[[str, str], Any]"
#: The functions to ask, in order.
Chain: TypeAlias = tuple[Ask, ...]

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


class HookManager(pluggy.PluginManager):
    """pluggy's manager of what `_HookFunctions` hands to it."""

    def __init__(self) -> None:
        super().__init__(PROJECT)
        self.add_hookspecs(specs)

    def add(self, record: PluginRecord, skip: bool) -> None:
        """Register the functions of a plugin; with ``skip`` those that raise are passed over."""
        self.register(_hook_functions(record, skip), record.name)

    def call_order(self, hook: str) -> Iterator[tuple[str, Implementation, Callable[..., Any]]]:
        """The plugin's name, the implementation and the function to call, in call order."""
        impls: list[pluggy.HookImpl] = getattr(self.hook, hook).get_hookimpls()
        for impl in reversed(impls):
            yield impl.plugin_name, cast(Any, impl.opts)[_IMPLEMENTATION], impl.function

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        return cast(_HookFunctions, plugin).options.get(name)


def hook_of(asked: Sequence[tuple[Provider, Ask]]) -> pluggy.HookCaller:
    """The hook of pluggy that asks providers, wrappers among them, in the given order.

    Each provider comes with the function to ask, which may do more than the provider's own.
    """
    manager = HookManager()
    for place, (provider, function) in enumerate(reversed(asked)):
        functions = _HookFunctions([("get_metadata", function, {"wrapper": provider.wrapper})])
        manager.register(functions, str(place))
    hook: pluggy.HookCaller = manager.hook.get_metadata
    return hook


def chain_of(asked: tuple[Provider, ...], skip: bool) -> Chain:
    """The functions that ask these providers; with wrappers among them it is a single one."""
    if any(provider.wrapper for provider in asked):
        return (_lazy_wrapper_chain(asked, skip),)
    if skip:
        return tuple(map(_guarded, asked))
    return tuple(provider.ask for provider in asked)


def _hook_functions(record: PluginRecord, skip: bool) -> _HookFunctions:
    return _HookFunctions(
        (
            implementation.attribute,
            _called(implementation, record.title, skip),
            {**implementation.options, _IMPLEMENTATION: implementation},
        )
        for implementation in record.implementations
        if implementation.hook != "attach"
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
        function = checked_find_images(function, title)
    return guarded(function, title, hook, skip=skip)


def _lazy_wrapper_chain(asked: tuple[Provider, ...], skip: bool) -> Ask:
    """One function for providers with wrappers, whose manager is made when it is first called."""
    hook: pluggy.HookCaller | None = None

    def ask(type: str, image_id: str) -> Any:
        nonlocal hook
        if hook is None:
            functions = map(_guarded, asked) if skip else (provider.function for provider in asked)
            hook = hook_of(list(zip(asked, functions, strict=True)))
        return hook(type=type, image_id=image_id)

    return ask


def _guarded(provider: Provider) -> Ask:
    """The function of a provider that is passed over where it raises."""
    guard = guarded_wrapper if provider.wrapper else guarded
    return guard(provider.ask, provider.title, "get_metadata", skip=True)
