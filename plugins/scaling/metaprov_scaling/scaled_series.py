"""A series of a host, scaled: the one place that asks for headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import parse_image_id, with_frame
from metaprov_modules import INSTANCE, ImageIdsOfFolder

from .suv.factors import scale_series
from .suv.header import PetHeader, named, pet_header
from .suv.notes import Refusal
from .suv.values import text

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
    #: The place of each image among the factors.
    places: dict[PetImage, int]
    #: The same by base and frame, for the ids that were asked about.
    places_by_id: dict[tuple[str, int], int]

    @property
    def header(self) -> PetHeader:
        """The first header; where the series agrees, its values are those of all."""
        return next((image.header for image in self.places), PetHeader())

    def place_of(self, image_id: str, instance: Mapping[str, Any]) -> int | None:
        """The place of an image, whatever id leads to it; None where it is not one of them."""
        base_and_frame = _base_and_frame(image_id)
        place = self.places_by_id.get(base_and_frame)
        # Reading the values of a header takes longer: only for ids that the series does not have.
        return self.places.get(_image(base_and_frame, instance)) if place is None else place

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

    ``given`` are values that count more than those of the headers. A note tells where the ids are
    `ImageIdsOfFolder`. Raises what the host raises for a header.
    """
    of_folder = isinstance(image_ids, ImageIdsOfFolder)
    image_ids = tuple(image_ids)
    places: dict[PetImage, int] = {}
    places_by_id: dict[tuple[str, int], int] = {}
    without_header = 0
    for image_id in image_ids:
        instance: Any = host.get(INSTANCE, image_id)
        if not isinstance(instance, Mapping):
            without_header += 1
        elif instance.get("Modality") == "PT":
            base_and_frame = _base_and_frame(image_id)
            image = _image(base_and_frame, instance)
            places_by_id[base_and_frame] = places.setdefault(image, len(places))
    outcome: SeriesScaling | Refusal = _NO_LONGER_PET
    if places:
        headers = [image.header for image in places]
        outcome = scale_series(
            headers,
            repairs=repairs,
            without_header=without_header,
            of_folder=of_folder,
            given=given,
        )
    return ScaledSeries(image_ids, outcome, places, places_by_id)


def _base_and_frame(image_id: str) -> tuple[str, int]:
    """The same for all spellings of an id: no frame means frame 1."""
    _, base, frame = parse_image_id(image_id)
    return base, frame or 1


def _image(base_and_frame: tuple[str, int], instance: Mapping[str, Any]) -> PetImage:
    base, frame = base_and_frame
    uid = instance.get("SOPInstanceUID")
    uid = text(uid) if isinstance(uid, str) else None
    return PetImage(uid or base, frame, pet_header(instance))
