"""Mistakes in finding and fetching images."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from clinic import PATIENTS, ClinicTests, Source, each_of

from metaprov_core import hookimpl


class ClaimsEveryFolder(Source):
    """Each folder is an image, whatever is in it."""

    @hookimpl
    def find_images(self, source):
        if source == "clinic:":
            return iter(PATIENTS)
        return [f"clinic:{source}"] if Path(source).is_dir() else None


class ClaimsEveryFile(Source):
    """It does not look whether a file is one of its own."""

    @hookimpl
    def find_images(self, source):
        if source == "clinic:":
            return iter(PATIENTS)
        folder = Path(source)
        return [f"clinic:{file.name}" for file in folder.iterdir()] if folder.is_dir() else None


class RaisesForOtherSources(Source):
    """A source of another kind is an error to it."""

    @hookimpl
    def find_images(self, source):
        if source != "clinic:":
            raise ValueError(f"{source} is no clinic")
        return iter(PATIENTS)


class FindsThemOnce(Source):
    """One iterator for all who ask."""

    def __init__(self):
        super().__init__()
        self.images = iter(PATIENTS)

    @hookimpl
    def find_images(self, source):
        return self.images if source == "clinic:" else None


class ClaimsEveryClinic(Source):
    """It looks at the scheme of a source alone; its tests name another clinic."""

    found = MappingProxyType({"clinic:": tuple(PATIENTS), "clinic:other": ()})

    @hookimpl
    def find_images(self, source):
        return iter(PATIENTS) if source.startswith("clinic:") else None


class FindsEachTwice(Source):
    """An image is found for each of its two records."""

    @hookimpl
    def find_images(self, source):
        return [*PATIENTS, *PATIENTS] if source == "clinic:" else None


class RaisesWhileItFetches(Source):
    """What others' images, and torn ones, are to it."""

    @hookimpl
    def prefetch(self, image_ids, done):
        for image_id in image_ids:
            self.cache.get(image_id, self.read)
            done(1)


class FetchesOn(Source):
    """Nobody wants the images any more, and it fetches the rest."""

    @hookimpl
    def prefetch(self, image_ids, done):
        for _ in image_ids:
            try:
                done(1)
            except BaseException:
                continue


@each_of(
    ClaimsEveryFolder,
    ClaimsEveryFile,
    RaisesForOtherSources,
    FindsThemOnce,
    ClaimsEveryClinic,
    FindsEachTwice,
    RaisesWhileItFetches,
    FetchesOn,
)
class TestMistakes(ClinicTests): ...
