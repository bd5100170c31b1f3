"""A series of a host, scaled: the one place where headers are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import parse_image_id

from .factors import scale_series
from .header import PetHeader, named, pet_header
from .notes import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metaprov_core import Host

    from .factors import SeriesScaling
    from .scaling_module import ScalingModule

__all__ = ["INSTANCE", "SERIES_IMAGE_IDS", "ScaledSeries", "scaled_series"]

#: What is asked of the host: the header of an image, by DICOM keyword.
INSTANCE: Final = "instance"
#: What is asked of the host: the ids of all images of an image's series.
SERIES_IMAGE_IDS: Final = "seriesImageIds"

#: The reason of an image that is changed while its series is being read.
_NOT_OF_PET: Final = Refusal("Modality", f"{named('Modality')} is not PT any more")

_Key = tuple[str, int]


class ScaledSeries(NamedTuple):
    """The PET images among some image ids, with their factors or the reason why there are none."""

    #: The ids that were asked about.
    image_ids: tuple[str, ...]
    #: One header, whose values are those of all where the series is one.
    header: PetHeader
    outcome: SeriesScaling | Refusal
    #: The place of each image among the factors, by image and frame.
    places: dict[_Key, int]

    def knows(self, image_id: str) -> bool:
        """Whether an image, however its id is spelled, is one of them."""
        return _key(image_id) in self.places

    def of(self, image_id: str) -> ScalingModule | Refusal:
        """The factors of one of them, or the reason why it has none."""
        place = self.places.get(_key(image_id))
        if place is None:
            return _NOT_OF_PET
        return self.outcome if isinstance(self.outcome, Refusal) else self.outcome.modules[place]


def scaled_series(host: Host, image_ids: Iterable[str], *, repairs: bool) -> ScaledSeries:
    """Read the header of each image and scale the series that the PET images among them are.

    Raises what the host raises for a header.
    """
    image_ids = tuple(image_ids)
    headers: list[PetHeader] = []
    places: dict[_Key, int] = {}
    without_header = 0
    for image_id in image_ids:
        instance: Any = host.get(INSTANCE, image_id)
        if not isinstance(instance, Mapping):
            without_header += 1
        elif instance.get("Modality") == "PT" and _key(image_id) not in places:
            places[_key(image_id)] = len(headers)
            headers.append(pet_header(instance))
    if not headers:
        return ScaledSeries(image_ids, PetHeader(), _NOT_OF_PET, places)
    outcome = scale_series(headers, repairs=repairs, without_header=without_header)
    return ScaledSeries(image_ids, headers[0], outcome, places)


def _key(image_id: str) -> _Key:
    """One for all spellings of an id: no frame means frame 1."""
    _, base, frame = parse_image_id(image_id)
    return base, frame or 1
