"""What is answered: a type of this plugin's own, and its class."""

from __future__ import annotations

from typing import Final

import msgspec

from metaprov_core import MetadataType

__all__ = ["WARD", "WardModule"]


class WardModule(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """What the hospital knows of the patient of an image; None where the file has no value."""

    patient_id: str
    ward: str | None = None
    #: As weighed in the ward, in kg.
    weight_kg: float | None = None


WARD: Final = MetadataType("wardModule", WardModule)
