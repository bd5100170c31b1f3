"""Checks what a plugin's `find_images` returns, and blames the plugin if a lazy result raises."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any

from .blame import blame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["checked_find_images"]


def checked_find_images(
    function: Callable[..., Any], title: str
) -> Callable[..., Iterable[str] | None]:
    """The `find_images` of a plugin; what raises while a lazy result is used is blamed on it.

    Raises TypeError for a result that is not an iterable of image ids.
    """

    @wraps(function)
    def find(*arguments: Any) -> Iterable[str] | None:
        found = function(*arguments)
        if found is None:
            return None
        if isinstance(found, str | bytes) or not isinstance(found, Iterable):
            raise TypeError(f"it returns an iterable of image ids, or None; not {found!r:.80}")
        return found if isinstance(found, Collection) else _blamed(found, title, arguments)

    return find


def _blamed(found: Iterable[str], title: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    try:
        yield from found
    except Exception as error:
        blame(error, title, "find_images", arguments)
        raise
