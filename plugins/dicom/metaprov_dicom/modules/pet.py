"""What is particular to positron emission tomography."""

from __future__ import annotations

from typing import Final

import msgspec

from metaprov_core import MetadataType

from .table import Table, module_of

__all__ = ["PET_SERIES", "PetSeriesModule", "derive_pet_series"]

_PET_SERIES = Table(
    "CorrectedImage", "Units", "DecayCorrection", "SUVType", "CountsSource", "SeriesType"
)


class PetSeriesModule(msgspec.Struct, frozen=True, gc=False, rename=_PET_SERIES.json_name):
    """What the pixels of a PET series measure, and how they are corrected (PS3.3 C.8.9.1)."""

    #: The corrections applied: "DECY", "ATTN", "SCAT" ...
    corrected_image: tuple[str | None, ...] | None = None
    #: The unit of the rescaled pixels: "BQML", "CNTS", "GML" ...
    units: str | None = None
    #: What decay is corrected to: "START", "ADMIN" or "NONE".
    decay_correction: str | None = None
    #: What a pixel in g/ml is normalised by: "BW", "LBM", "BSA" ...
    suv_type: str | None = None
    counts_source: str | None = None
    #: Two values, such as "WHOLE BODY" and "IMAGE".
    series_type: tuple[str, str] | None = None


PET_SERIES: Final = MetadataType("petSeriesModule", PetSeriesModule)

derive_pet_series = module_of(PetSeriesModule, _PET_SERIES)
