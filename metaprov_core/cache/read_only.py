"""Read-only copies of plain values, equal to what they copy."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ReadOnlyDict", "ReadOnlyList", "read_only"]


def read_only(value: Any) -> Any:
    """A copy of dictionaries, lists and sets, at any depth, that nobody can change.

    It equals what it copies, and every other value is kept as it is.
    """
    # Most answers are modules, which this one test sorts out. It tests the type: an odd object may
    # raise when it is asked for its __class__.
    kind = type(value)
    if not issubclass(kind, _COPIED) or issubclass(kind, _READ_ONLY):
        return value
    if isinstance(value, dict):
        return ReadOnlyDict((key, read_only(item)) for key, item in value.items())
    if isinstance(value, list):
        return ReadOnlyList(map(read_only, value))
    if type(value) is tuple:
        return tuple(map(read_only, value))
    if isinstance(value, set):
        return frozenset(value)
    if isinstance(value, bytearray):
        return bytes(value)
    return value


_COPIED: Final = (dict, list, tuple, set, bytearray)


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("this answer is shared and read-only: change a copy of it")


class ReadOnlyDict(dict[Any, Any]):
    """A dictionary that cannot be changed; copies of it can."""

    __slots__ = ()

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __or__(self, other: Mapping[Any, Any]) -> dict[Any, Any]:
        return dict(self) | dict(other)

    def copy(self) -> dict[Any, Any]:
        """A copy that can be changed; what is in it stays read-only."""
        return dict(self)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        return deepcopy(dict(self), memo)

    def __reduce__(self) -> tuple[type[ReadOnlyDict], tuple[dict[Any, Any]]]:
        return type(self), (dict(self),)


class ReadOnlyList(list[Any]):
    """A list that cannot be changed; copies of it can."""

    __slots__ = ()

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = _refuse
    remove = reverse = sort = _refuse

    def copy(self) -> list[Any]:
        """A copy that can be changed; what is in it stays read-only."""
        return list(self)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return deepcopy(list(self), memo)

    def __reduce__(self) -> tuple[type[ReadOnlyList], tuple[list[Any]]]:
        return type(self), (list(self),)


_READ_ONLY: Final = (ReadOnlyDict, ReadOnlyList)
