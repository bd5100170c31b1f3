"""What a run comes to, and how far it is."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - of a public record

import msgspec

__all__ = ["Counts", "Progress", "Summary"]


class Counts(msgspec.Struct, frozen=True):
    """What a finished table holds."""

    #: Files that were looked at, images and others.
    files: int
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
    counts: Counts
    #: Whether there was nothing to do.
    up_to_date: bool

    @property
    def failed(self) -> int:
        """How many failures there are."""
        return sum(self.counts.failures.values())


class Progress(msgspec.Struct):
    """How far a run is."""

    #: Files that are asked about: those finished before are no part of it.
    found: int = 0
    done: int = 0
    failed: int = 0
    #: Whether ``found`` is all there are.
    is_all: bool = False
    #: Whether it ends as soon as what is running has finished.
    is_ending: bool = False
