"""What an image is, and which series it belongs to."""

from __future__ import annotations

from typing import Final

import msgspec

from metaprov_core import MetadataType

from .table import Table, module_of

__all__ = [
    "GENERAL_SERIES",
    "SOP_COMMON",
    "GeneralSeriesModule",
    "SopCommonModule",
    "derive_general_series",
    "derive_sop_common",
]

_SOP_COMMON = Table("SOPClassUID", "SOPInstanceUID")


class SopCommonModule(msgspec.Struct, frozen=True, gc=False, rename=_SOP_COMMON.json_name):
    """The identity of an image (PS3.3 C.12.1)."""

    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None


_GENERAL_SERIES = Table(
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "Modality",
    "SeriesNumber",
    "SeriesDescription",
    "SeriesDate",
    "SeriesTime",
    "AcquisitionDate",
    "AcquisitionTime",
)


class GeneralSeriesModule(msgspec.Struct, frozen=True, gc=False, rename=_GENERAL_SERIES.json_name):
    """The series of an image (PS3.3 C.7.3.1), and when the image was acquired.

    Dates are ``YYYYMMDD`` and times ``HHMMSS.FFFFFF``, as far as the file says them.
    """

    study_instance_uid: str | None = None
    series_instance_uid: str | None = None
    modality: str | None = None
    series_number: int | None = None
    series_description: str | None = None
    series_date: str | None = None
    series_time: str | None = None
    acquisition_date: str | None = None
    acquisition_time: str | None = None


SOP_COMMON: Final = MetadataType("sopCommonModule", SopCommonModule)
GENERAL_SERIES: Final = MetadataType("generalSeriesModule", GeneralSeriesModule)

derive_sop_common = module_of(SopCommonModule, _SOP_COMMON)
derive_general_series = module_of(GeneralSeriesModule, _GENERAL_SERIES)
