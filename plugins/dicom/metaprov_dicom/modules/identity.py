"""What an image is, and which study, series and frame of reference it belongs to."""

from __future__ import annotations

from typing import Final

import msgspec

from metaprov_core import MetadataType

from .table import Table, module_of

__all__ = [
    "FRAME_OF_REFERENCE",
    "GENERAL_IMAGE",
    "GENERAL_SERIES",
    "GENERAL_STUDY",
    "SOP_COMMON",
    "FrameOfReferenceModule",
    "GeneralImageModule",
    "GeneralSeriesModule",
    "GeneralStudyModule",
    "SopCommonModule",
    "derive_frame_of_reference",
    "derive_general_image",
    "derive_general_series",
    "derive_general_study",
    "derive_sop_common",
]

_GENERAL_STUDY = Table(
    "StudyInstanceUID",
    "StudyID",
    "StudyDescription",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
)


class GeneralStudyModule(msgspec.Struct, frozen=True, gc=False, rename=_GENERAL_STUDY.json_name):
    """The study of an image (PS3.3 C.7.2.1).

    Dates are ``YYYYMMDD`` and times ``HHMMSS.FFFFFF``, as far as the header says them.
    """

    study_instance_uid: str | None = None
    study_id: str | None = None
    study_description: str | None = None
    study_date: str | None = None
    study_time: str | None = None
    accession_number: str | None = None


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

    Dates are ``YYYYMMDD`` and times ``HHMMSS.FFFFFF``, as far as the header says them.
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


_GENERAL_IMAGE = Table(
    "SOPInstanceUID",
    "SOPClassUID",
    "InstanceNumber",
    "ImageType",
    "InstanceCreationDate",
    "InstanceCreationTime",
    "ContentDate",
    "ContentTime",
    "LossyImageCompression",
    "LossyImageCompressionRatio",
    "LossyImageCompressionMethod",
    "FrameOfReferenceUID",
    "NumberOfFrames",
)


class GeneralImageModule(msgspec.Struct, frozen=True, gc=False, rename=_GENERAL_IMAGE.json_name):
    """The image itself (PS3.3 C.7.6.1).

    Dates are ``YYYYMMDD`` and times ``HHMMSS.FFFFFF``, as far as the header says them.
    """

    sop_instance_uid: str | None = None
    sop_class_uid: str | None = None
    instance_number: int | None = None
    #: "ORIGINAL" or "DERIVED", "PRIMARY" or "SECONDARY", then what the modality says.
    image_type: tuple[str | None, ...] | None = None
    instance_creation_date: str | None = None
    instance_creation_time: str | None = None
    content_date: str | None = None
    content_time: str | None = None
    #: "00" never compressed with loss, "01" compressed with loss at least once.
    lossy_image_compression: str | None = None
    #: One ratio, and one method, for each compression with loss.
    lossy_image_compression_ratio: tuple[float | None, ...] | None = None
    lossy_image_compression_method: tuple[str | None, ...] | None = None
    frame_of_reference_uid: str | None = None
    number_of_frames: int | None = None


_SOP_COMMON = Table("SOPClassUID", "SOPInstanceUID")


class SopCommonModule(msgspec.Struct, frozen=True, gc=False, rename=_SOP_COMMON.json_name):
    """The identity of an image (PS3.3 C.12.1)."""

    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None


_FRAME_OF_REFERENCE = Table("FrameOfReferenceUID", "PositionReferenceIndicator")


class FrameOfReferenceModule(
    msgspec.Struct, frozen=True, gc=False, rename=_FRAME_OF_REFERENCE.json_name
):
    """The coordinate system that positions are given in (PS3.3 C.7.4.1)."""

    frame_of_reference_uid: str | None = None
    #: The part of the patient that it is fixed to.
    position_reference_indicator: str | None = None


GENERAL_STUDY: Final = MetadataType("generalStudyModule", GeneralStudyModule)
GENERAL_SERIES: Final = MetadataType("generalSeriesModule", GeneralSeriesModule)
GENERAL_IMAGE: Final = MetadataType("generalImageModule", GeneralImageModule)
SOP_COMMON: Final = MetadataType("sopCommonModule", SopCommonModule)
FRAME_OF_REFERENCE: Final = MetadataType("frameOfReferenceModule", FrameOfReferenceModule)

derive_general_study = module_of(GeneralStudyModule, _GENERAL_STUDY)
derive_general_series = module_of(GeneralSeriesModule, _GENERAL_SERIES)
derive_general_image = module_of(GeneralImageModule, _GENERAL_IMAGE)
derive_sop_common = module_of(SopCommonModule, _SOP_COMMON)
derive_frame_of_reference = module_of(FrameOfReferenceModule, _FRAME_OF_REFERENCE)
