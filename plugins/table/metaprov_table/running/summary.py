"""What a run comes to, and how far it is."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - of a public record

import msgspec

__all__ = ["Counts", "Progress", "Summary"]


class Counts(msgspec.Struct, frozen=True):
    """What a finished table holds."""

    #: Files that were looked at, images and others.
    files: int
    #: Those of them that are of images.
    of_images: int
    #: Rows of the table: images, or frames.
    images: int
    volumes: int
    #: Files that are no images, which is no failure.
    not_dicom: int
    #: The other rows of the errors, by their stage.
    failures: dict[str, int]


class Summary(msgspec.Struct, frozen=True):
    """What `metaprov_table.write` gives."""

    output: Path
    #: The file beside it that says what failed.
    errors: Path
    counts: Counts
    #: Whether there was nothing to do.
    up_to_date: bool

    @property
    def failed(self) -> int:
        """How many failures there are."""
        return sum(self.counts.failures.values())


class Progress(msgspec.Struct):
    """How far a run is. A file whose series is to be asked anew is not done until it was."""

    #: Files that are finished since before, and of the others those that were found so far.
    known: int = 0
    found: int = 0
    done: int = 0
    failed: int = 0
    #: Whether all files were found.
    is_all: bool = False
    #: Whether it ends as soon as what is running has finished.
    is_ending: bool = False

    def go_on_to_series(self, files: int) -> None:
        """So many files are in the series that are asked now."""
        self.found = max(self.found, files)
        self.done = self.found - files
