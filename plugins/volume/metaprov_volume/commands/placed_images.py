"""Images that ought to have a place in the patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_core import MetaprovError
from metaprov_modules import SOP_COMMON, SopCommonModule

if TYPE_CHECKING:
    from metaprov_core import Host

__all__ = ["are_slices"]

#: Images that have a place in the patient (PS3.3 A.1.4: Image Plane, RT Dose, functional groups):
#: where they make no volume, something is wrong with them.
_SLICES: Final = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{each}"
    for each in ("2", "2.1", "2.2", "4", "4.1", "4.4", "128", "128.1", "130", "481.2")
)


def are_slices(host: Host, image_id: str) -> bool:
    """Whether an image is of a kind that makes volumes."""
    try:
        about = host.get(SOP_COMMON, image_id)
    except MetaprovError:
        return False  # told before
    return isinstance(about, SopCommonModule) and about.sop_class_uid in _SLICES
