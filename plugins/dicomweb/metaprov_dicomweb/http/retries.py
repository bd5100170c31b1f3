"""When a request is repeated, and after which pause."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metaprov_dicomweb.server.settings import Limits

__all__ = ["BUSY", "REPEATED_ONCE", "pauses", "wished_pause"]

#: Statuses that may pass: Too Many Requests, Bad Gateway, Service Unavailable, Gateway Timeout.
BUSY: Final = frozenset({429, 502, 503, 504})

#: Statuses that a second request may not have: Request Timeout, Internal Server Error.
REPEATED_ONCE: Final = frozenset({408, 500})

#: In seconds: the caller is waiting for the answer.
_LONGEST_PAUSE: Final = 20.0


def pauses(limits: Limits) -> Iterator[float]:
    """The seconds to wait before each repetition.

    The first is 0: a server may have closed an idle connection just when it was used again. The
    others double, for a busy server, and are random, so that not all clients come back at once.
    """
    for repetition in range(limits.retries):
        pause = limits.backoff * 2 ** (repetition - 1) if repetition else 0.0
        yield min(pause, _LONGEST_PAUSE) * random.uniform(0.75, 1.0)  # noqa: S311 - no secret


def wished_pause(retry_after: str | None, limits: Limits) -> float:
    """The pause that a busy server asks for by Retry-After, else ``backoff``; both are limited."""
    if retry_after is not None and retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_PAUSE)
    return min(limits.backoff, _LONGEST_PAUSE)
