"""Work done in threads, whose errors, progress and end belong to the one who calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["THREADS", "in_threads"]

THREADS: Final = 8


def in_threads(
    work: Callable[[int], None],
    count: int,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Calls ``work`` with 0 to ``count`` - 1, eight at once, and returns when all are done.

    ``progress(done, total)`` is called in this thread. What it raises, the first error of ``work``,
    and Ctrl-C end it: nothing more is begun, what has begun is awaited, and it is raised.
    """
    if count == 1:
        work(0)
        if progress is not None:
            progress(1, 1)
        return
    with ThreadPoolExecutor(min(THREADS, count), thread_name_prefix="metaprov-volume") as pool:
        try:
            futures = [pool.submit(work, index) for index in range(count)]
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                if progress is not None:
                    progress(done, count)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
