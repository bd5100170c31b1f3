"""What an image is, and which study, series and frame of reference it belongs to."""

from __future__ import annotations

from metaprov_modules import (
    FrameOfReferenceModule,
    GeneralImageModule,
    GeneralSeriesModule,
    GeneralStudyModule,
    SopCommonModule,
)

from .table import Table, module_of

__all__ = [
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

_SOP_COMMON = Table("SOPClassUID", "SOPInstanceUID")

_FRAME_OF_REFERENCE = Table("FrameOfReferenceUID", "PositionReferenceIndicator")

derive_general_study = module_of(GeneralStudyModule, _GENERAL_STUDY)
derive_general_series = module_of(GeneralSeriesModule, _GENERAL_SERIES)
derive_general_image = module_of(GeneralImageModule, _GENERAL_IMAGE)
derive_sop_common = module_of(SopCommonModule, _SOP_COMMON)
derive_frame_of_reference = module_of(FrameOfReferenceModule, _FRAME_OF_REFERENCE)
