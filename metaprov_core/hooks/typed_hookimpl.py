"""What type checkers know of a marked `get_metadata`: which functions the host can call.

For checkers alone; nothing here exists at run time. A provider takes any of ``type`` and
``image_id``, by name and in any order, a method after ``self``; each such shape is a protocol. The
name ``self`` tells a method from a function: a misspelt argument would be taken for it otherwise.
A class method has no shape here, and works all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ProviderMarker"]

S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class _FunctionOfTypeAndId(Protocol[R_co]):
    def __call__(_self, type: str, image_id: str) -> R_co: ...


class _FunctionOfIdAndType(Protocol[R_co]):
    def __call__(_self, image_id: str, type: str) -> R_co: ...


class _FunctionOfType(Protocol[R_co]):
    def __call__(_self, type: str) -> R_co: ...


class _FunctionOfId(Protocol[R_co]):
    def __call__(_self, image_id: str) -> R_co: ...


class _FunctionOfNothing(Protocol[R_co]):
    def __call__(_self) -> R_co: ...


class _MethodOfTypeAndId(Protocol[S_contra, R_co]):
    def __call__(_self, self: S_contra, type: str, image_id: str) -> R_co: ...


class _MethodOfIdAndType(Protocol[S_contra, R_co]):
    def __call__(_self, self: S_contra, image_id: str, type: str) -> R_co: ...


class _MethodOfType(Protocol[S_contra, R_co]):
    def __call__(_self, self: S_contra, type: str) -> R_co: ...


class _MethodOfId(Protocol[S_contra, R_co]):
    def __call__(_self, self: S_contra, image_id: str) -> R_co: ...


class _MethodOfNothing(Protocol[S_contra, R_co]):
    def __call__(_self, self: S_contra) -> R_co: ...


class ProviderMarker(Protocol[R]):
    """Marks a function that returns ``R``, and leaves it as callable as it was."""

    @overload
    def __call__(self, function: _FunctionOfTypeAndId[R], /) -> Callable[[str, str], R]: ...
    @overload
    def __call__(self, function: _FunctionOfIdAndType[R], /) -> Callable[[str, str], R]: ...
    @overload
    def __call__(self, function: _FunctionOfType[R], /) -> Callable[[str], R]: ...
    @overload
    def __call__(self, function: _FunctionOfId[R], /) -> Callable[[str], R]: ...
    @overload
    def __call__(self, function: _FunctionOfNothing[R], /) -> Callable[[], R]: ...
    @overload
    def __call__(self, function: _MethodOfTypeAndId[S, R], /) -> Callable[[S, str, str], R]: ...
    @overload
    def __call__(self, function: _MethodOfIdAndType[S, R], /) -> Callable[[S, str, str], R]: ...
    @overload
    def __call__(self, function: _MethodOfType[S, R], /) -> Callable[[S, str], R]: ...
    @overload
    def __call__(self, function: _MethodOfId[S, R], /) -> Callable[[S, str], R]: ...
    @overload
    def __call__(self, function: _MethodOfNothing[S, R], /) -> Callable[[S], R]: ...
