"""Work that blocks, done in threads, and ended when nobody waits for it any more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from anyio import to_thread

from .errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

__all__ = ["in_batches", "in_thread"]

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

#: So many images are asked about before it is looked whether somebody still waits.
_BATCH = 128


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function returns, or raises, called in a thread of the pool."""
    return await to_thread.run_sync(partial(function, *args, **kwargs))


async def in_batches(
    request: Request, function: Callable[[Sequence[Item]], list[T]], items: Sequence[Item]
) -> list[T]:
    """What a function makes of many items, some of them at a time, in a thread.

    Raises HttpError, 499, once the client is gone: nobody will read it.
    """
    found: list[Any] = []
    for start in range(0, len(items), _BATCH):
        if start and await request.is_disconnected():
            raise HttpError(499, "the client is gone")
        found += await in_thread(function, items[start : start + _BATCH])
    return found
