"""The plugin that answers from what BIDS has beside NIfTI files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metaprov_core import Host, ProviderCache, hookimpl, note, parse_image_id
from metaprov_modules import SCALING
from metaprov_nifti.content import is_on_disk
from metaprov_nifti.frame_ids import SCHEME, split_id
from metaprov_nifti.header.header import NIFTI_HEADER

from .json_files import JsonFiles
from .participants import weight_of
from .sidecar import BIDS_SIDECAR, BidsFile, sidecar_of
from .suv import Refused, suv_scaling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metaprov_modules import ScalingModule

__all__ = ["BidsSidecars"]

#: Of how many files what BIDS has is kept.
FILES_KEPT: Final = 1_000
#: The suffix of PET in BIDS.
_PET: Final = "pet"
#: What some converters write, and users may give: in kg.
_WEIGHT: Final = "PatientWeight"


class BidsSidecars:
    """Answers ``bidsSidecar`` for NIfTI files with JSON beside them, and ``scalingModule`` of PET.

    A sidecar that is added counts in place of the files.
    """

    def __init__(self) -> None:
        self._json_files: Final = JsonFiles()
        # By the id without frame: both are the same for all frames of a file.
        self._sidecars: Final[ProviderCache[Mapping[str, Any]]] = ProviderCache(
            FILES_KEPT, remember_misses=True
        )
        self._scalings: Final[ProviderCache[ScalingModule]] = ProviderCache(
            FILES_KEPT, remember_misses=True
        )

    @hookimpl
    def attach(self, host: Host) -> None:
        self._host = host

    @hookimpl(specname="get_metadata", types=[BIDS_SIDECAR], schemes=[SCHEME])
    def get_sidecar(self, image_id: str) -> Mapping[str, Any] | None:
        return self._sidecars.get(split_id(image_id)[0], self._sidecar_of)

    @hookimpl(specname="get_metadata", types=[SCALING], schemes=[SCHEME], trylast=True)
    def get_scaling(self, image_id: str) -> ScalingModule | None:
        # Raises for a file, or a frame, that there is not.
        self._host.get(NIFTI_HEADER, image_id)
        return self._scalings.get(split_id(image_id)[0], self._scale)

    @hookimpl
    def add_metadata(self, type: str, image_id: str, value: Any) -> bool | None:
        if type != BIDS_SIDECAR or parse_image_id(image_id).scheme != SCHEME:
            return None
        self._sidecars.add(split_id(image_id)[0], value)
        return True

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type in (None, BIDS_SIDECAR, NIFTI_HEADER, SCALING):
            self._json_files.forget()
            self._sidecars.changed(image_id)
            self._scalings.changed(image_id)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        if type in (None, BIDS_SIDECAR):
            self._json_files.forget()
            self._sidecars.clear(image_id)
        if type in (None, BIDS_SIDECAR, SCALING):
            self._scalings.changed(image_id)

    def _sidecar_of(self, base: str) -> Mapping[str, Any] | None:
        path = parse_image_id(base).rest
        return sidecar_of(BidsFile.of(path), self._json_files) if is_on_disk(path) else None

    def _scale(self, base: str) -> ScalingModule | None:
        sidecar = self._host.get(BIDS_SIDECAR, base)
        if sidecar is None:
            note("no JSON of BIDS is beside the file")
            return None
        file = BidsFile.of(parse_image_id(base).rest)
        if file.suffix != _PET and sidecar.get("Modality") not in {"PT", "PET"}:
            note("it is no PET: its name does not end in _pet, and Modality is not PT")
            return None
        try:
            return suv_scaling(sidecar, sidecar.get(_WEIGHT) or weight_of(file))
        except Refused as refused:
            note(str(refused))
            return None
