"""Frames: which one is meant, how many there are, and how fast they follow each other."""

from typing import Annotated, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = ["CINE", "FRAME", "MULTIFRAME", "CineModule", "FrameModule", "MultiframeModule"]


class CineModule(Answer, frozen=True):
    """How frames are played (PS3.3 C.7.6.5)."""

    frame_time: Annotated[
        float | None, meaning("From frame to frame.", "ms", attribute="FrameTime (0018,1063)")
    ] = None
    cine_rate: Annotated[
        float | None,
        meaning("Rate at which they were acquired.", "1/s", attribute="CineRate (0018,0040)"),
    ] = None
    recommended_display_frame_rate: Annotated[
        int | None,
        meaning(
            "Rate at which to show them.",
            "1/s",
            attribute="RecommendedDisplayFrameRate (0008,2144)",
        ),
    ] = None
    number_of_frames: Annotated[
        int | None,
        meaning("How many frames the image has.", attribute="NumberOfFrames (0028,0008)"),
    ] = None


class MultiframeModule(Answer, frozen=True):
    """How many frames an image has that may have several (PS3.3 C.7.6.6)."""

    number_of_frames: Annotated[
        int | None,
        meaning("How many frames the image has.", attribute="NumberOfFrames (0028,0008)"),
    ] = None


class FrameModule(Answer, frozen=True):
    """Which frame of which image is meant (PS3.3 C.7.6.6, C.12.1)."""

    frame_number: Annotated[
        int | None, meaning("Counted from 1; 1 for an image id that names no frame.")
    ] = None
    number_of_frames: Annotated[
        int | None,
        meaning(
            "How many frames the image has; 1 where the header does not say it.",
            attribute="NumberOfFrames (0028,0008)",
        ),
    ] = None
    sop_class_uid: Annotated[
        str | None, meaning("UID of its kind: CT image, say.", attribute="SOPClassUID (0008,0016)")
    ] = None
    sop_instance_uid: Annotated[
        str | None, meaning("UID of the image.", attribute="SOPInstanceUID (0008,0018)")
    ] = None
    series_instance_uid: Annotated[
        str | None, meaning("UID of the series.", attribute="SeriesInstanceUID (0020,000E)")
    ] = None
    study_instance_uid: Annotated[
        str | None, meaning("UID of the study.", attribute="StudyInstanceUID (0020,000D)")
    ] = None


CINE: Final = MetadataType("cineModule", CineModule)
MULTIFRAME: Final = MetadataType("multiframeModule", MultiframeModule)
FRAME: Final = MetadataType("frameModule", FrameModule)
