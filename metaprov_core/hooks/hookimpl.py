"""The markers: what makes a function a hook specification or an implementation of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args, overload

import pluggy

from metaprov_core.schemes import FILE_SCHEME, is_scheme

from .types import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from .typed_hookimpl import ProviderMarker
    from .types import MetadataType

__all__ = ["hookimpl"]

PROJECT: Final = "metaprov"

#: The attribute of a marked function that holds its options (pluggy's convention).
OPTIONS_ATTRIBUTE: Final = f"{PROJECT}_impl"

hookspec = pluggy.HookspecMarker(PROJECT)
_pluggy_hookimpl = pluggy.HookimplMarker(PROJECT)

F = TypeVar("F", bound="Callable[..., Any]")
T = TypeVar("T")


@overload
def hookimpl(function: F) -> F: ...
@overload
def hookimpl(
    *,
    types: Iterable[MetadataType[T]],
    schemes: Iterable[str] | None = None,
    scope: Scope = "image",
    tryfirst: bool = False,
    trylast: bool = False,
    wrapper: Literal[False] = False,
    optionalhook: bool = False,
    specname: Literal["get_metadata"] | None = None,
) -> ProviderMarker[T | None]: ...
@overload
def hookimpl(
    *,
    types: Iterable[MetadataType[T]],
    schemes: Iterable[str] | None = None,
    scope: Scope = "image",
    tryfirst: bool = False,
    trylast: bool = False,
    wrapper: Literal[True],
    optionalhook: bool = False,
    specname: Literal["get_metadata"] | None = None,
) -> ProviderMarker[Generator[None, Any, T | None]]: ...
@overload
def hookimpl(
    *,
    types: Iterable[str],
    schemes: Iterable[str] | None = None,
    scope: Scope = "image",
    tryfirst: bool = False,
    trylast: bool = False,
    wrapper: bool = False,
    optionalhook: bool = False,
    specname: Literal["get_metadata"] | None = None,
) -> ProviderMarker[Any]: ...
@overload
def hookimpl(
    *,
    types: Iterable[str] | None = None,
    schemes: Iterable[str],
    scope: Scope = "image",
    tryfirst: bool = False,
    trylast: bool = False,
    wrapper: bool = False,
    optionalhook: bool = False,
    specname: Literal["get_metadata"] | None = None,
) -> ProviderMarker[Any]: ...
@overload
def hookimpl(
    *,
    types: None = None,
    schemes: None = None,
    tryfirst: bool = False,
    trylast: bool = False,
    wrapper: bool = False,
    optionalhook: bool = False,
    specname: str | None = None,
) -> Callable[[F], F]: ...
def hookimpl(
    function: F | None = None,
    *,
    types: Iterable[str] | None = None,
    schemes: Iterable[str] | None = None,
    scope: Scope = "image",
    tryfirst: bool = False,
    trylast: bool = False,
    wrapper: bool = False,
    optionalhook: bool = False,
    specname: str | None = None,
) -> Any:
    """Mark a function as the implementation of a hook: pluggy's marker with three more options.

    These belong to `get_metadata` alone. ``types`` and ``schemes`` are the metadata types, and the
    schemes of image ids, that it serves. It is asked for nothing else. A provider that declares
    neither is asked for everything. ``scope="series"`` says that an answer rests on other images
    of the series too, so that it is best asked for when the whole series is known.

    ``tryfirst``, ``trylast``, ``wrapper``, ``optionalhook`` and ``specname`` are pluggy's. In each
    group the last function that is registered is asked first, which differs from pluggy among
    those that are trylast.

    Where ``types`` or ``schemes`` say that it is `get_metadata`, type checkers compare the names
    and types of its arguments, and, for a single `MetadataType`, its result with the class of the
    key; those of other hooks are compared by `MetadataPlugin`.

    Raises TypeError where ``types`` or ``schemes`` is a single string, ValueError where it is
    empty or names a scheme that no image id can have, and for a scope that there is not.
    """
    options: dict[str, object] = {
        name: _declared(name, values)
        for name, values in (("types", types), ("schemes", schemes))
        if values is not None
    }
    if scope not in get_args(Scope):
        raise ValueError(f"scope is {scope!r}: it is 'image' or 'series'")
    if scope != "image":
        options["scope"] = scope
    pluggy_marker = _pluggy_hookimpl(
        tryfirst=tryfirst,
        trylast=trylast,
        wrapper=wrapper,
        optionalhook=optionalhook,
        specname=specname,
    )

    def mark(function: F) -> F:
        marked = pluggy_marker(function)
        getattr(marked, OPTIONS_ATTRIBUTE).update(options)
        return marked

    return mark if function is None else mark(function)


def _declared(option: str, values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError(f"{option} is a list of names: {option}=[{values!r}]")
    declared = tuple(values)
    if not declared:
        raise ValueError(f"{option} is empty; leave it out to be asked for all of them")
    for name in declared:
        if not isinstance(name, str):
            raise TypeError(f"{option} is a list of names, and {name!r:.60} is not a string")
        if option == "schemes" and not is_scheme(name):
            raise ValueError(
                f"{name!r} is not a scheme: two or more letters, digits, + or -, a letter first; "
                f"bare paths and file: URLs have the scheme {FILE_SCHEME!r}"
            )
    # Schemes compare without case.
    return tuple(map(str.lower, declared)) if option == "schemes" else declared
