"""Which failures of a request are worth another one, and after how long."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .settings import Limits

__all__ = ["BUSY", "pauses", "wished_pause"]

#: Too many requests, a gateway's bad answer, overloaded, a gateway's time-out.
BUSY: Final = frozenset({429, 502, 503, 504})

#: Seconds; whoever asks waits for the answer.
_LONGEST_PAUSE: Final = 20.0


def pauses(limits: Limits) -> Iterator[float]:
    """The seconds to wait before each repetition, the first of them at once.

    A server may close a connection just when it is used again, and has nothing against the request
    then. Who is busy has the others: they double, and are not the same for all who wait.
    """
    for repetition in range(limits.retries):
        pause = limits.backoff * 2 ** (repetition - 1) if repetition else 0.0
        yield min(pause, _LONGEST_PAUSE) * random.uniform(0.75, 1.0)  # noqa: S311 - no secret


def wished_pause(retry_after: str | None, limits: Limits) -> float:
    """How long a busy server wants to be left alone: what it says, or the pause of a second try."""
    if retry_after is not None and retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_PAUSE)
    return min(limits.backoff, _LONGEST_PAUSE)
