"""What the factors of a series were computed from, as it was used."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Inputs"]


class Inputs(NamedTuple):
    """The values behind the factors; None, or (), for those that were not needed."""

    #: In kg.
    weight: float | None = None
    #: In m.
    height: float | None = None
    sex: str | None = None
    #: In Bq, when it was administered.
    dose: float | None = None
    #: "F-18", or what the header calls it.
    nuclide: str | None = None
    #: In s.
    half_life: float | None = None
    #: Nanoseconds, in the clock of the series.
    administered: int | None = None
    #: The times that decay is corrected to, likewise: one for each image, or one for all.
    references: tuple[int, ...] = ()
    #: From the administration to each of them, in s.
    uptakes: tuple[float, ...] = ()
    #: What is left of the dose at each of them, in Bq.
    doses_left: tuple[float, ...] = ()
