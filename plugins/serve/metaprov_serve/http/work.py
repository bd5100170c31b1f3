"""Work that blocks, done in threads, and ended when nobody waits for it any more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from anyio import to_thread

from .errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

__all__ = ["in_batches", "in_thread"]

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")
Item = TypeVar("Item")

#: So many images are asked about before it is looked whether somebody still waits.
_BATCH: Final = 128


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function returns, or raises, called in a thread of the pool.

    A request that is out of time does not wait for the thread, which goes on to its end.
    """
    return await to_thread.run_sync(partial(function, *args, **kwargs), abandon_on_cancel=True)


async def in_batches(
    request: Request,
    function: Callable[[Sequence[Item]], list[T]],
    items: Sequence[Item],
    finish: Callable[[list[T]], R],
) -> R:
    """What a function makes of many items, some of them at a time, and ``finish`` of all of it.

    Both are called in threads. Raises HttpError, 499, once the client is gone: nobody will read it.
    """
    last = max(len(items) - 1, 0) // _BATCH * _BATCH
    found: list[Any] = []
    for start in range(0, last, _BATCH):
        found += await in_thread(function, items[start : start + _BATCH])
        if await request.is_disconnected():
            raise HttpError(499, "the client is gone")
    # Another way into a thread takes longer than an answer.
    return await in_thread(lambda: finish(found + function(items[last:])))
