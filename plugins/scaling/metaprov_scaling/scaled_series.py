"""A series of a host, scaled: the one place that asks for headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import MetadataReadError, parse_image_id, with_frame
from metaprov_modules import FRAME_IMAGE_IDS, INSTANCE, ImageIdsOfFolder

from .suv.factors import scale_series
from .suv.headers.enhanced import has_all_frames, is_enhanced, number_of_frames
from .suv.headers.header import PetHeader, named, pet_header
from .suv.headers.sop_classes import may_be_pet
from .suv.headers.values import text
from .suv.notes import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metaprov_core import Host
    from metaprov_modules import ScalingModule

    from .suv.factors import SeriesScaling
    from .suv.given import Given

__all__ = ["ScaledSeries", "scaled_series"]

#: The reason for an image that changes while its series is being read.
_NO_LONGER_PET: Final = Refusal("Modality", f"{named('Modality')} is no longer PT")


class PetImage(NamedTuple):
    """One image, the same for every id that leads to it: other spellings, links and copies.

    The header is part of it, because SOPInstanceUIDs are not always as unique as they should be:
    images that share one and differ in a value that counts are two.
    """

    #: SOPInstanceUID (0008,0018); where there is none, the image id without its frame.
    uid: str
    frame: int
    header: PetHeader


class ScaledSeries(NamedTuple):
    """The PET images among some image ids, with their factors or the reason why there are none."""

    #: The ids that were asked about.
    image_ids: tuple[str, ...]
    outcome: SeriesScaling | Refusal
    #: The place of each image, and of each frame of one, among the factors.
    places: dict[PetImage, int]
    #: The same by base and frame, for the ids that were asked about.
    places_by_id: dict[tuple[str, int], int]
    #: Why images could not be read, by base.
    unreadable: Mapping[str, MetadataReadError] = MappingProxyType({})

    @property
    def headers(self) -> list[PetHeader]:
        """The headers of PET: those of a secondary capture, say, are set aside."""
        headers = (image.header for image in self.places)
        return [header for header in headers if may_be_pet(header.sop_class_uid)]

    def place_of(self, image_id: str, instance: Mapping[str, Any]) -> int | None:
        """The place of an image, whatever id leads to it; None where it is not one of them."""
        base_and_frame = _base_and_frame(image_id)
        place = self.places_by_id.get(base_and_frame)
        # Reading the values of a header takes longer: only for ids that the series does not have.
        return self.places.get(_image(base_and_frame, instance)) if place is None else place

    def could_not_read(self, image_id: str) -> bool:
        """Whether the factors do not rest on an image, because it could not be read."""
        base_and_frame = _base_and_frame(image_id)
        return base_and_frame[0] in self.unreadable and base_and_frame not in self.places_by_id

    def outcomes(self) -> Iterator[tuple[str, ScalingModule | Refusal]]:
        """The id of each PET image that was asked about, and of each frame, with its factors."""
        frames = Counter(base for base, _ in self.places_by_id)
        ids = {_base_and_frame(image_id)[0]: image_id for image_id in reversed(self.image_ids)}
        for (base, frame), place in self.places_by_id.items():
            image_id = ids[base] if frames[base] == 1 else with_frame(ids[base], frame)
            yield image_id, self.at(place)

    def at(self, place: int | None) -> ScalingModule | Refusal:
        """The factors of the image at a place, or the reason why it has none."""
        if place is None:
            return _NO_LONGER_PET
        return self.outcome if isinstance(self.outcome, Refusal) else self.outcome.modules[place]


def scaled_series(
    host: Host, image_ids: Iterable[str], *, repairs: bool, given: Given | None = None
) -> ScaledSeries:
    """Read the header of each image, and scale the PET images among them as one series.

    Of an image with frames each frame counts, whichever of them is named. ``given`` are values that
    count more than those of the headers. A note tells where the ids are `ImageIdsOfFolder`, and
    where images cannot be read.
    """
    of_folder = isinstance(image_ids, ImageIdsOfFolder)
    image_ids = tuple(image_ids)
    images = _Images(host)
    for image_id in image_ids:
        images.add(image_id)
    outcome: SeriesScaling | Refusal = _NO_LONGER_PET
    if images.places:
        headers = [image.header for image in images.places]
        outcome = scale_series(
            headers,
            repairs=repairs,
            without_header=images.without_header,
            unreadable=len(images.unreadable),
            of_folder=of_folder,
            given=given,
        )
    return ScaledSeries(image_ids, outcome, images.places, images.places_by_id, images.unreadable)


class _Images:
    """The images of a series, as they are read."""

    def __init__(self, host: Host) -> None:
        self._host: Final = host
        self.places: Final[dict[PetImage, int]] = {}
        self.places_by_id: Final[dict[tuple[str, int], int]] = {}
        self.without_header = 0
        #: By base, as an image and its frames are one.
        self.unreadable: Final[dict[str, MetadataReadError]] = {}
        self._with_frames: Final[set[str]] = set()

    def add(self, image_id: str) -> None:
        """Read an image and, where its class has frames, each of these."""
        base_and_frame = _base_and_frame(image_id)
        if base_and_frame in self.places_by_id:
            return
        base, _ = base_and_frame
        try:
            instance: Any = self._host.get(INSTANCE, image_id)
            if not isinstance(instance, Mapping):
                self.without_header += 1
            elif instance.get("Modality") == "PT":
                self._keep(base_and_frame, instance)
                if is_enhanced(instance) and base not in self._with_frames:
                    self._with_frames.add(base)
                    self._add_frames(image_id, base, instance)
        except MetadataReadError as error:
            # It is kept, and is not to keep the frames that it went through.
            self.unreadable.setdefault(base, error.with_traceback(None))

    def _add_frames(self, image_id: str, base: str, instance: Mapping[str, Any]) -> None:
        if has_all_frames(instance):
            for frame in range(1, number_of_frames(instance) + 1):
                self._keep((base, frame), instance)
            return
        # Some plugin may have counted them.
        counted = self._host.get(FRAME_IMAGE_IDS, image_id)
        numbers = range(1, number_of_frames(instance) + 1)
        for id_of_frame in counted or (with_frame(image_id, number) for number in numbers):
            self.add(id_of_frame)

    def _keep(self, base_and_frame: tuple[str, int], instance: Mapping[str, Any]) -> None:
        image = _image(base_and_frame, instance)
        self.places_by_id[base_and_frame] = self.places.setdefault(image, len(self.places))


def _base_and_frame(image_id: str) -> tuple[str, int]:
    """The same for all spellings of an id: no frame means frame 1."""
    _, base, frame = parse_image_id(image_id)
    return base, frame or 1


def _image(base_and_frame: tuple[str, int], instance: Mapping[str, Any]) -> PetImage:
    base, frame = base_and_frame
    uid = instance.get("SOPInstanceUID")
    uid = text(uid) if isinstance(uid, str) else None
    return PetImage(uid or base, frame, pet_header(instance, frame))
