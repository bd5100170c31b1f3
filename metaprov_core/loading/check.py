"""The marked functions of a plugin: collected without running its code, and checked."""

from __future__ import annotations

import inspect
from types import FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, cast

from metaprov_core.hooks import specs
from metaprov_core.hooks.hookimpl import OPTIONS_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Implementation", "InvalidPluginError", "implementations", "is_marked", "not_here"]

#: The arguments of each hook, by name.
HOOK_ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(inspect.signature(getattr(specs, name)).parameters) for name in specs.__all__
}

# They are called one by one, so that an exception of one plugin does not keep the others from being
# told. There is no single call that a wrapper could wrap.
_NEVER_WRAPPED: Final = frozenset(
    {"attach", "clear_metadata", "copy_settings", "detach", "metadata_changed", "prefetch"}
)

# They are for what has one instance in each host.
_OF_CLASSES_ALONE: Final = frozenset({"attach", "detach"})

# The types of most names of a module; their objects cannot carry a mark.
_UNMARKABLE: Final = frozenset(
    {bool, bytes, dict, float, frozenset, int, list, ModuleType, set, str, tuple, type(None)}
)


class InvalidPluginError(ValueError):
    """An object that cannot be a plugin of metaprov, and why."""


class Implementation(NamedTuple):
    """One function of a plugin that implements a hook."""

    #: The name of the function in the plugin; pluggy orders the functions of one plugin by it.
    attribute: str
    #: The name of the hook.
    hook: str
    #: The function itself, bound.
    function: Callable[..., Any]
    #: The arguments that it takes, in its own order.
    arguments: tuple[str, ...]
    #: What it was marked with.
    options: Mapping[str, Any]

    def without_function(self) -> Implementation:
        """What can go to another process: the function stays, and keys become plain strings."""
        options = {
            name: tuple(map(str, value)) if isinstance(value, tuple) else value
            for name, value in self.options.items()
        }
        return self._replace(function=not_here, options=options)

    @property
    def ask(self) -> Callable[[str, str], Any]:
        """The function to call with (type, image_id), whichever of the two it takes."""
        function = self.function
        match self.arguments:
            case ("type", "image_id"):
                return function
            case ("image_id", "type"):
                return lambda type, image_id: function(image_id, type)
            case ("type",):
                return lambda type, image_id: function(type)
            case ("image_id",):
                return lambda type, image_id: function(image_id)
            case _:
                return lambda type, image_id: function()

    def called_with(self, *names: str) -> Callable[..., Any]:
        """The function to call with these arguments of its hook, whichever of them it takes."""
        function = self.function
        if self.arguments == names:
            return function
        places = [names.index(argument) for argument in self.arguments]
        return lambda *given: function(*(given[place] for place in places))


def not_here(*_: object) -> NoReturn:
    """In place of a function that stayed in another process."""
    raise TypeError("this is the record of a plugin of another process, which has its functions")


def implementations(plugin: object) -> tuple[Implementation, ...]:
    """What a plugin implements: its marked functions, or the plugin itself if it is a function.

    Properties and other descriptors are not run, and what only ``__getattr__`` provides is not
    seen. Raises InvalidPluginError with the reason for a plugin, or a function, that cannot work.
    """
    if inspect.isclass(plugin):
        raise InvalidPluginError(
            f"{plugin.__qualname__} is a class: register an instance, {plugin.__qualname__}()"
        )
    if isinstance(plugin, FunctionType | MethodType):
        return (_bare_function(plugin),)
    found = tuple(
        _checked(plugin, attribute, options)
        for attribute, value in _static_attributes(plugin).items()
        if type(value) not in _UNMARKABLE
        and (options := _options(value)) is not None
        and not _is_optional_and_unknown(attribute, options)
    )
    if not found:
        raise InvalidPluginError("it has no function marked with @hookimpl")
    return found


def is_marked(value: object) -> bool:
    """Whether an attribute of a module or a class is marked with `hookimpl`."""
    return type(value) not in _UNMARKABLE and _options(value) is not None


def _bare_function(function: FunctionType | MethodType) -> Implementation:
    options = _options(function) or {}
    return _implementation("get_metadata", options | {"specname": "get_metadata"}, function)


def _static_attributes(plugin: object) -> Mapping[str, object]:
    if isinstance(plugin, ModuleType):
        return vars(plugin)
    attributes: dict[str, object] = {}
    for owner in reversed(type(plugin).__mro__[:-1]):
        attributes.update(vars(owner))
    attributes.update(getattr(plugin, "__dict__", {}))
    return attributes


def _options(value: object) -> dict[str, Any] | None:
    """What a static attribute was marked with; None for anything that is not marked."""
    kind = type(value)
    if kind is FunctionType or kind is MethodType:
        options = getattr(value, OPTIONS_ATTRIBUTE, None)
    elif issubclass(kind, staticmethod | classmethod):
        options = getattr(value, OPTIONS_ATTRIBUTE, None) or _options(cast(Any, value).__func__)
    else:
        # Any other object may run code of its own in getattr().
        try:
            options = object.__getattribute__(value, "__dict__").get(OPTIONS_ATTRIBUTE)
        except Exception:  # no dictionary, or one that only a request or a test run has
            return None
    return options if options is None or isinstance(options, dict) else None


def _is_optional_and_unknown(attribute: str, options: Mapping[str, Any]) -> bool:
    hook = options.get("specname") or attribute
    return bool(options.get("optionalhook")) and hook not in HOOK_ARGUMENTS


def _checked(plugin: object, attribute: str, options: Mapping[str, Any]) -> Implementation:
    function = getattr(plugin, attribute)
    if not isinstance(function, FunctionType | MethodType):
        raise InvalidPluginError(
            f"{attribute} is marked, but is a {type(function).__name__}: "
            "mark a plain function or method"
        )
    implementation = _implementation(attribute, options, function)
    if implementation.hook in _OF_CLASSES_ALONE and isinstance(plugin, ModuleType):
        raise InvalidPluginError(
            f"a module is one object in every host: to implement {implementation.hook}, "
            "make it a class"
        )
    return implementation


def _implementation(
    attribute: str, options: Mapping[str, Any], function: FunctionType | MethodType
) -> Implementation:
    hook = options.get("specname") or attribute
    if hook not in HOOK_ARGUMENTS:
        from difflib import get_close_matches

        near = get_close_matches(hook, HOOK_ARGUMENTS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the hooks are {', '.join(HOOK_ARGUMENTS)}"
        raise InvalidPluginError(f"{attribute} implements no hook: there is no {hook}; {hint}")
    for problem in (_problem_of_options(hook, options), _problem_of_kind(function, options)):
        if problem:
            raise InvalidPluginError(f"{attribute} {problem}")
    return Implementation(attribute, hook, function, _arguments(attribute, hook, function), options)


def _problem_of_options(hook: str, options: Mapping[str, Any]) -> str | None:
    if options.get("hookwrapper"):
        return "is marked hookwrapper=True: use wrapper=True"
    if options.get("wrapper") and hook in _NEVER_WRAPPED:
        return f"is marked wrapper=True: {hook} has no answer to wrap"
    for option in ("types", "schemes", "scope"):
        if option in options and hook != "get_metadata":
            belong = "belongs" if option == "scope" else "belong"
            return f"declares {option}, which {belong} to get_metadata alone"
    return None


def _problem_of_kind(function: FunctionType | MethodType, options: Mapping[str, Any]) -> str | None:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "is a coroutine function: hooks are plain functions"
    if options.get("wrapper"):
        if not inspect.isgeneratorfunction(function):
            return "is marked wrapper=True, but never yields"
    elif inspect.isgeneratorfunction(function):
        return "is a generator function: mark it wrapper=True, or return the value"
    return None


def _arguments(attribute: str, hook: str, function: FunctionType | MethodType) -> tuple[str, ...]:
    bound = isinstance(function, MethodType)
    plain = inspect.unwrap(function.__func__ if isinstance(function, MethodType) else function)
    if isinstance(plain, MethodType):
        bound, plain = True, plain.__func__
    code = plain.__code__
    if code.co_kwonlyargcount:
        raise InvalidPluginError(f"{attribute} has keyword-only arguments: make them positional")
    if code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
        raise InvalidPluginError(f"{attribute} has *args or **kwargs: name the arguments it needs")
    if plain.__defaults__:
        raise InvalidPluginError(f"{attribute} has arguments with defaults: remove the defaults")
    arguments: tuple[str, ...] = code.co_varnames[int(bound) : code.co_argcount]
    unknown = [name for name in arguments if name not in HOOK_ARGUMENTS[hook]]
    if unknown:
        raise InvalidPluginError(
            f"{attribute} takes {', '.join(unknown)}: {hook} has the arguments "
            f"{', '.join(HOOK_ARGUMENTS[hook])}"
        )
    return arguments
