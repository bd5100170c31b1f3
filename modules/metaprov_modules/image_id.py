"""What follows from the image id, and where the header and the other images are asked for."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from .answer import Answer, meaning
from .key import MetadataType

__all__ = [
    "BASE_IMAGE_ID",
    "FRAME_IMAGE_IDS",
    "IMAGE_URL",
    "INSTANCE",
    "SERIES_IMAGE_IDS",
    "URI",
    "ImageIdsOfFolder",
    "ImageUrlModule",
    "UriModule",
]


class UriModule(Answer, frozen=True):
    """The parts of an image id."""

    base_image_id: Annotated[str, meaning("The id without frame, one for all spellings of it.")]
    frame_number: Annotated[
        int | None, meaning("Counted from 1; None where the id names none.")
    ] = None


class ImageUrlModule(Answer, frozen=True):
    """Where a DICOMweb server has an image, or a frame of it, as a picture (PS3.18 10.4.1.1)."""

    is_video: Annotated[
        bool | None, meaning("Whether the frames are one stream, and cannot be had one by one.")
    ] = None
    rendered: Annotated[
        str | None, meaning("URL of the picture to display; of a video, the whole of it.")
    ] = None
    thumbnail: Annotated[str | None, meaning("URL of a small picture.")] = None


class ImageIdsOfFolder(tuple[str, ...]):
    """The image ids of a series, where only those in the image's own folder are known.

    No search came across the image: its series may have images elsewhere. It equals the tuple of
    the same ids.
    """

    __slots__ = ()


URI: Final = MetadataType("uriModule", UriModule)
IMAGE_URL: Final = MetadataType("imageUrlModule", ImageUrlModule)
BASE_IMAGE_ID: Final = MetadataType(
    "baseImageId", str, meaning="The image id without frame, one for all spellings of it."
)
FRAME_IMAGE_IDS: Final[MetadataType[Sequence[str]]] = MetadataType(
    "frameImageIds",
    meaning="The image id of each frame of an image, in order, made when it is asked for.",
)
SERIES_IMAGE_IDS: Final[MetadataType[tuple[str, ...]]] = MetadataType(
    "seriesImageIds",
    meaning="The ids of the images of an image's series that its source knows, one for each "
    "however many frames it has, by InstanceNumber; an `ImageIdsOfFolder` where its folder is all "
    "that is known of it.",
)
INSTANCE: Final[MetadataType[Mapping[str, Any]]] = MetadataType(
    "instance", meaning="The header attributes of an image, by DICOM keyword: a read-only mapping."
)
