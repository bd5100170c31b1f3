"""The plugin: finds the patient of an image, and the row of the patient."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from metaprov_core import Host, MetadataType, ProviderCache, hookimpl, note

from .table import Table
from .ward import WARD, WardModule

__all__ = ["Hospital"]

#: The environment variable that names the file.
VARIABLE: Final = "HOSPITAL_CSV"

INSTANCE: Final[MetadataType[Mapping[str, Any]]] = MetadataType("instance")

#: Of so many images the patient is kept.
IMAGES_KEPT: Final = 100_000


class Hospital:
    """Answers wardModule for every image that somebody has the header of."""

    def __init__(self, path: str | None = None) -> None:
        """Read the file at ``path``, or the one that the environment variable names."""
        path = path or os.environ.get(VARIABLE)
        self._table: Final = None if not path else Table(path)
        self._patient_ids: Final[ProviderCache[str]] = ProviderCache(IMAGES_KEPT)

    @hookimpl
    def attach(self, host: Host) -> None:
        """Remember the host that knows the headers."""
        self._host = host

    @hookimpl(types=[WARD])
    def get_metadata(self, image_id: str) -> WardModule | None:
        """The row of the patient of an image."""
        if self._table is None:
            note(f"{VARIABLE} is not set: it names the CSV file")
            return None
        patient_id = self._patient_ids.get(image_id, self._patient_id)
        if patient_id is None:
            return None
        row = self._table.rows().get(patient_id)
        if row is None:
            note(f"{self._table.path} has no patient {patient_id}")
        return row

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        """Forget whose image it is: its header may say something else now."""
        if type is None or type == INSTANCE:
            self._patient_ids.changed(image_id)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        """Forget whose image it is."""
        if type is None or type in (INSTANCE, WARD):
            self._patient_ids.clear(image_id)

    def _patient_id(self, image_id: str) -> str | None:
        instance = self._host.get(INSTANCE, image_id)
        if instance is None:
            note("nobody has the header of this image")
            return None
        if not isinstance(instance, Mapping):
            note(f"the instance is no mapping by DICOM keyword but {type(instance).__name__}")
            return None
        patient_id = instance.get("PatientID")
        if not isinstance(patient_id, str) or not patient_id:
            note("PatientID (0010,0020) is missing")
            return None
        return patient_id
