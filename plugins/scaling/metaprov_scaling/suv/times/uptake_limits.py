"""How long before the reference time a tracer may have been given (rule 6).

Sources: IBSI SUV manual, and its third round for 2 half-lives.
"""

from __future__ import annotations

from typing import Final

from metaprov_scaling.suv.dicom_time import HOUR, SECOND

__all__ = ["DOUBTFUL", "DOUBTFUL_LONG_LIVED", "LEAST", "LONG_LIVED", "MOST", "is_trusted"]

#: In ns: a dynamic scan may begin before the tracer is given.
LEAST: Final = -HOUR
#: In s: with so long a half-life, a scan on a later day is plausible.
LONG_LIVED: Final = 41_400
#: In half-lives: more is doubtful, also of a long-lived tracer, and more is refused.
DOUBTFUL: Final = 2
DOUBTFUL_LONG_LIVED: Final = 5
MOST: Final = 10


def is_trusted(uptake: int, half_life: float) -> bool:
    """Whether an uptake, in ns, is one that scans have: from -1 h up to 2 half-lives."""
    return LEAST <= uptake < DOUBTFUL * half_life * SECOND
