"""The series of images, as the table has them: a plugin for as long as they are asked about."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from metaprov_core import base_image_id, hookimpl
from metaprov_dicom import series_order
from metaprov_modules import SERIES_IMAGE_IDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metaprov_core import Host

    from .images import Image

__all__ = ["GivenSeries", "given_series"]


class GivenSeries:
    """Answers ``seriesImageIds`` from the images that it was given, before any source does.

    What a source knows of a series follows from what was searched before.
    """

    def __init__(self) -> None:
        self._ids: Final[dict[str, tuple[str, ...]]] = {}

    def give(self, images: Sequence[Image]) -> None:
        """The images of one series, or their frames."""
        numbers = {base_image_id(each.id): _number(each) for each in images}
        ids = tuple(sorted(numbers, key=lambda image_id: series_order(numbers[image_id], image_id)))
        self._ids.update(dict.fromkeys(ids, ids))

    def forget(self) -> None:
        """Know of no series."""
        self._ids.clear()

    @hookimpl(types=[SERIES_IMAGE_IDS], scope="series", tryfirst=True)
    def get_metadata(self, image_id: str) -> tuple[str, ...] | None:
        return self._ids.get(base_image_id(image_id))


@contextmanager
def given_series(host: Host) -> Iterator[GivenSeries]:
    """Let a host have series that are given."""
    given = GivenSeries()
    name = host.register(given, f"metaprov-table-{id(given):x}")
    try:
        yield given
    finally:
        host.unregister(name)


def _number(image: Image) -> int | None:
    number = None if image.header is None else image.header.get("InstanceNumber")
    return number if isinstance(number, int) else None
