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

    study_instance_uid: Annotated[str | None, meaning("UID of the study.")] = None
    study_id: Annotated[str | None, meaning("Number that the equipment gave the study.")] = None
    study_description: Annotated[str | None, meaning("What was done, in words.")] = None
    study_date: Annotated[str | None, meaning("When the study began: YYYYMMDD.")] = None
    study_time: Annotated[str | None, meaning("When the study began: HHMMSS.FFFFFF.")] = None
    accession_number: Annotated[
        str | None, meaning("Number of the order in the information system.")
    ] = None


class GeneralSeriesModule(Answer, frozen=True):
    """The series of an image (PS3.3 C.7.3.1), and when the image was acquired."""

    study_instance_uid: Annotated[str | None, meaning("UID of the study.")] = None
    series_instance_uid: Annotated[str | None, meaning("UID of the series.")] = None
    modality: Annotated[str | None, meaning('"CT", "MR", "PT" ... (PS3.3 C.7.3.1.1.1).')] = None
    series_number: Annotated[int | None, meaning("Number of the series in its study.")] = None
    series_description: Annotated[str | None, meaning("What the series is, in words.")] = None
    series_date: Annotated[str | None, meaning("When the series began: YYYYMMDD.")] = None
    series_time: Annotated[str | None, meaning("When the series began: HHMMSS.FFFFFF.")] = None
    acquisition_date: Annotated[
        str | None, meaning("When acquiring the image began: YYYYMMDD.")
    ] = None
    acquisition_time: Annotated[
        str | None, meaning("When acquiring the image began: HHMMSS.FFFFFF.")
    ] = None


class GeneralImageModule(Answer, frozen=True):
    """The image itself (PS3.3 C.7.6.1)."""

    sop_instance_uid: Annotated[str | None, meaning("UID of the image.")] = None
    sop_class_uid: Annotated[str | None, meaning("UID of its kind: CT image, say.")] = None
    instance_number: Annotated[int | None, meaning("Number of the image in its series.")] = None
    image_type: Annotated[
        tuple[str | None, ...] | None,
        meaning('"ORIGINAL" or "DERIVED", "PRIMARY" or "SECONDARY", then values of the modality.'),
    ] = None
    instance_creation_date: Annotated[str | None, meaning("When the image was made: YYYYMMDD.")] = (
        None
    )
    instance_creation_time: Annotated[
        str | None, meaning("When the image was made: HHMMSS.FFFFFF.")
    ] = None
    content_date: Annotated[str | None, meaning("When making the pixel data began: YYYYMMDD.")] = (
        None
    )
    content_time: Annotated[
        str | None, meaning("When making the pixel data began: HHMMSS.FFFFFF.")
    ] = None
    lossy_image_compression: Annotated[
        str | None,
        meaning('"00" never compressed with loss, "01" compressed with loss at least once.'),
    ] = None
    lossy_image_compression_ratio: Annotated[
        tuple[float | None, ...] | None,
        meaning("One ratio for each compression with loss, in order."),
    ] = None
    lossy_image_compression_method: Annotated[
        tuple[str | None, ...] | None,
        meaning("One method for each compression with loss, in order."),
    ] = None
    frame_of_reference_uid: Annotated[
        str | None, meaning("UID of the coordinate system of its positions.")
    ] = None
    number_of_frames: Annotated[int | None, meaning("How many frames the image has.")] = None


class SopCommonModule(Answer, frozen=True):
    """The identity of an image (PS3.3 C.12.1)."""

    sop_class_uid: Annotated[str | None, meaning("UID of its kind: CT image, say.")] = None
    sop_instance_uid: Annotated[str | None, meaning("UID of the image.")] = None


class FrameOfReferenceModule(Answer, frozen=True):
    """The coordinate system that positions are given in (PS3.3 C.7.4.1)."""

    frame_of_reference_uid: Annotated[str | None, meaning("UID of the coordinate system.")] = None
    position_reference_indicator: Annotated[
        str | None, meaning("Part of the patient that it is fixed to.")
    ] = None


GENERAL_STUDY: Final = MetadataType("generalStudyModule", GeneralStudyModule)
GENERAL_SERIES: Final = MetadataType("generalSeriesModule", GeneralSeriesModule)
GENERAL_IMAGE: Final = MetadataType("generalImageModule", GeneralImageModule)
SOP_COMMON: Final = MetadataType("sopCommonModule", SopCommonModule)
FRAME_OF_REFERENCE: Final = MetadataType("frameOfReferenceModule", FrameOfReferenceModule)
