"""What type checkers know of a marked `get_metadata`: which functions the host can call.

For checkers alone; nothing here is there at run time. The arguments of a provider are any of
``type`` and ``image_id``, by name and in any order, after ``self`` for a method and ``cls`` for a
class method; each such shape is a protocol. The name of the first argument tells a method from a
function, so that a misspelt argument is not taken for a ``self``.
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


class _ClassMethodOfTypeAndId(Protocol[S_contra, R_co]):
    def __call__(_self, cls: S_contra, type: str, image_id: str) -> R_co: ...


class _ClassMethodOfIdAndType(Protocol[S_contra, R_co]):
    def __call__(_self, cls: S_contra, image_id: str, type: str) -> R_co: ...


class _ClassMethodOfType(Protocol[S_contra, R_co]):
    def __call__(_self, cls: S_contra, type: str) -> R_co: ...


class _ClassMethodOfId(Protocol[S_contra, R_co]):
    def __call__(_self, cls: S_contra, image_id: str) -> R_co: ...


class _ClassMethodOfNothing(Protocol[S_contra, R_co]):
    def __call__(_self, cls: S_contra) -> R_co: ...


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
    @overload
    def __call__(
        self, function: _ClassMethodOfTypeAndId[S, R], /
    ) -> Callable[[S, str, str], R]: ...
    @overload
    def __call__(
        self, function: _ClassMethodOfIdAndType[S, R], /
    ) -> Callable[[S, str, str], R]: ...
    @overload
    def __call__(self, function: _ClassMethodOfType[S, R], /) -> Callable[[S, str], R]: ...
    @overload
    def __call__(self, function: _ClassMethodOfId[S, R], /) -> Callable[[S, str], R]: ...
    @overload
    def __call__(self, function: _ClassMethodOfNothing[S, R], /) -> Callable[[S], R]: ...
