"""What the factors of a series were computed from."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Inputs"]


class Inputs(NamedTuple):
    """The values that the rules used, after repairs; None or empty where they needed none."""

    #: In kg.
    weight: float | None = None
    #: In m.
    height: float | None = None
    sex: str | None = None
    #: What was administered, in Bq.
    dose: float | None = None
    #: What was left of it at each of the references, in Bq.
    doses_left: tuple[float, ...] = ()
    #: ``"F-18"``, say.
    nuclide: str | None = None
    #: In s.
    half_life: float | None = None
    #: Nanoseconds of local time; `metaprov_scaling.suv.dicom_time.readable_moment` reads them.
    administered: int | None = None
    #: What decay is corrected to, alike; one for each image, or one for all.
    references: tuple[int, ...] = ()
    #: From the administration to each of the references, in s.
    uptakes: tuple[float, ...] = ()
