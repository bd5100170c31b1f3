"""What an image is, and which study, series and frame of reference it belongs to.

Dates are ``YYYYMMDD`` and times ``HHMMSS.FFFFFF``, as far as the header has them.
"""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

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
]


class GeneralStudyModule(Answer, frozen=True):
    """The study of an image (PS3.3 C.7.2.1)."""

    study_instance_uid: Annotated[
        str | None, meaning("UID of the study.", attribute="StudyInstanceUID (0020,000D)")
    ] = None
    study_id: Annotated[
        str | None,
        meaning("Number that the equipment gave the study.", attribute="StudyID (0020,0010)"),
    ] = None
    study_description: Annotated[
        str | None, meaning("What was done, in words.", attribute="StudyDescription (0008,1030)")
    ] = None
    study_date: Annotated[
        str | None, meaning("When the study began: YYYYMMDD.", attribute="StudyDate (0008,0020)")
    ] = None
    study_time: Annotated[
        str | None,
        meaning("When the study began: HHMMSS.FFFFFF.", attribute="StudyTime (0008,0030)"),
    ] = None
    accession_number: Annotated[
        str | None,
        meaning(
            "Number of the order in the information system.",
            attribute="AccessionNumber (0008,0050)",
        ),
    ] = None


class GeneralSeriesModule(Answer, frozen=True):
    """The series of an image (PS3.3 C.7.3.1), and when the image was acquired."""

    study_instance_uid: Annotated[
        str | None, meaning("UID of the study.", attribute="StudyInstanceUID (0020,000D)")
    ] = None
    series_instance_uid: Annotated[
        str | None, meaning("UID of the series.", attribute="SeriesInstanceUID (0020,000E)")
    ] = None
    modality: Annotated[
        str | None,
        meaning('"CT", "MR", "PT" ... (PS3.3 C.7.3.1.1.1).', attribute="Modality (0008,0060)"),
    ] = None
    series_number: Annotated[
        int | None,
        meaning("Number of the series in its study.", attribute="SeriesNumber (0020,0011)"),
    ] = None
    series_description: Annotated[
        str | None,
        meaning("What the series is, in words.", attribute="SeriesDescription (0008,103E)"),
    ] = None
    series_date: Annotated[
        str | None, meaning("When the series began: YYYYMMDD.", attribute="SeriesDate (0008,0021)")
    ] = None
    series_time: Annotated[
        str | None,
        meaning("When the series began: HHMMSS.FFFFFF.", attribute="SeriesTime (0008,0031)"),
    ] = None
    acquisition_date: Annotated[
        str | None,
        meaning(
            "When acquiring the image began: YYYYMMDD.", attribute="AcquisitionDate (0008,0022)"
        ),
    ] = None
    acquisition_time: Annotated[
        str | None,
        meaning(
            "When acquiring the image began: HHMMSS.FFFFFF.",
            attribute="AcquisitionTime (0008,0032)",
        ),
    ] = None


class GeneralImageModule(Answer, frozen=True):
    """The image itself (PS3.3 C.7.6.1)."""

    sop_instance_uid: Annotated[
        str | None, meaning("UID of the image.", attribute="SOPInstanceUID (0008,0018)")
    ] = None
    sop_class_uid: Annotated[
        str | None, meaning("UID of its kind: CT image, say.", attribute="SOPClassUID (0008,0016)")
    ] = None
    instance_number: Annotated[
        int | None,
        meaning("Number of the image in its series.", attribute="InstanceNumber (0020,0013)"),
    ] = None
    image_type: Annotated[
        tuple[str | None, ...] | None,
        meaning(
            '"ORIGINAL" or "DERIVED", "PRIMARY" or "SECONDARY", then values of the modality.',
            attribute="ImageType (0008,0008)",
        ),
    ] = None
    instance_creation_date: Annotated[
        str | None,
        meaning("When the image was made: YYYYMMDD.", attribute="InstanceCreationDate (0008,0012)"),
    ] = None
    instance_creation_time: Annotated[
        str | None,
        meaning(
            "When the image was made: HHMMSS.FFFFFF.", attribute="InstanceCreationTime (0008,0013)"
        ),
    ] = None
    content_date: Annotated[
        str | None,
        meaning("When making the pixel data began: YYYYMMDD.", attribute="ContentDate (0008,0023)"),
    ] = None
    content_time: Annotated[
        str | None,
        meaning(
            "When making the pixel data began: HHMMSS.FFFFFF.", attribute="ContentTime (0008,0033)"
        ),
    ] = None
    lossy_image_compression: Annotated[
        str | None,
        meaning(
            '"00" never compressed with loss, "01" compressed with loss at least once.',
            attribute="LossyImageCompression (0028,2110)",
        ),
    ] = None
    lossy_image_compression_ratio: Annotated[
        tuple[float | None, ...] | None,
        meaning(
            "One ratio for each compression with loss, in order.",
            attribute="LossyImageCompressionRatio (0028,2112)",
        ),
    ] = None
    lossy_image_compression_method: Annotated[
        tuple[str | None, ...] | None,
        meaning(
            "One method for each compression with loss, in order.",
            attribute="LossyImageCompressionMethod (0028,2114)",
        ),
    ] = None
    frame_of_reference_uid: Annotated[
        str | None,
        meaning(
            "UID of the coordinate system of its positions.",
            attribute="FrameOfReferenceUID (0020,0052)",
        ),
    ] = None
    number_of_frames: Annotated[
        int | None,
        meaning("How many frames the image has.", attribute="NumberOfFrames (0028,0008)"),
    ] = None


class SopCommonModule(Answer, frozen=True):
    """The identity of an image (PS3.3 C.12.1)."""

    sop_class_uid: Annotated[
        str | None, meaning("UID of its kind: CT image, say.", attribute="SOPClassUID (0008,0016)")
    ] = None
    sop_instance_uid: Annotated[
        str | None, meaning("UID of the image.", attribute="SOPInstanceUID (0008,0018)")
    ] = None


class FrameOfReferenceModule(Answer, frozen=True):
    """The coordinate system that positions are given in (PS3.3 C.7.4.1)."""

    frame_of_reference_uid: Annotated[
        str | None,
        meaning("UID of the coordinate system.", attribute="FrameOfReferenceUID (0020,0052)"),
    ] = None
    position_reference_indicator: Annotated[
        str | None,
        meaning(
            "Part of the patient that it is fixed to.",
            attribute="PositionReferenceIndicator (0020,1040)",
        ),
    ] = None


GENERAL_STUDY: Final = MetadataType("generalStudyModule", GeneralStudyModule)
GENERAL_SERIES: Final = MetadataType("generalSeriesModule", GeneralSeriesModule)
GENERAL_IMAGE: Final = MetadataType("generalImageModule", GeneralImageModule)
SOP_COMMON: Final = MetadataType("sopCommonModule", SopCommonModule)
FRAME_OF_REFERENCE: Final = MetadataType("frameOfReferenceModule", FrameOfReferenceModule)
