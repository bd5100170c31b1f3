"""The images of a series: those in one folder, or in several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metaprov_modules import ImageIdsOfFolder

from .folder import FoundFile, content_of, image_id_of, warn_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from metaprov_dicom.instance.instance import Instance

    from .folder import FolderContent

__all__ = ["FolderSeries", "SeriesImages", "read_again", "read_series"]


class SeriesImages:
    """The ids of the images of a series."""

    __slots__ = ("_members", "ids", "ids_of_folder")

    def __init__(self, files: Iterable[FoundFile]) -> None:
        in_order = sorted(files, key=FoundFile.place)
        #: Without frames, by InstanceNumber, then path.
        self.ids: Final = tuple(image_id_of(file.path) for file in in_order)
        #: The same where the images elsewhere are not known.
        self.ids_of_folder: Final = ImageIdsOfFolder(self.ids)
        self._members: Final = frozenset(self.ids)

    def __contains__(self, image_id: str) -> bool:
        return image_id in self._members


class FolderSeries:
    """The files of one folder, by their series."""

    __slots__ = ("_files", "_images")

    def __init__(self, content: FolderContent) -> None:
        self._files: Final = content.series
        self._images: Final[dict[str, SeriesImages]] = {}

    def files_of(self, series: str) -> Sequence[FoundFile]:
        """The files of a series."""
        return self._files.get(series, ())

    def images_of(self, series: str) -> SeriesImages:
        """The images of a series, the same object each time."""
        images = self._images.get(series)
        if images is None:
            images = self._images.setdefault(series, SeriesImages(self.files_of(series)))
        return images


def read_series(known: Callable[[str], Instance | None], folder: str) -> FolderSeries:
    """Read a folder, and say in the log what is passed over; ``known`` as `content_of` has it."""
    content = content_of(folder, known)
    warn_of(content)
    return FolderSeries(content)


def read_again(known: Callable[[str], Instance | None], folder: str) -> FolderSeries:
    """Read a folder, of which a search has said in the log what is passed over."""
    return FolderSeries(content_of(folder, known))
