"""The JSON beside a file, and that which its folders have for it (BIDS, inheritance principle)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_core import MetadataReadError, MetadataType, with_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .json_files import JsonFiles

__all__ = ["BIDS_SIDECAR", "BidsFile", "read_json", "sidecar_of"]

BIDS_SIDECAR: Final[MetadataType[Mapping[str, Any]]] = MetadataType(
    "bidsSidecar",
    meaning="The metadata that BIDS has for a file, under their names: a read-only mapping.",
)

_ENDINGS: Final = (".nii.gz", ".nii", ".hdr")


class BidsFile(NamedTuple):
    """What the name of a file says: ``sub-01_ses-2_pet.nii.gz``."""

    folder: Path
    #: The whole name, without its ending.
    stem: str
    #: Its last part: "pet", "bold".
    suffix: str
    #: The parts before it: "sub-01", "ses-2".
    entities: frozenset[str]

    @classmethod
    def of(cls, path: str) -> BidsFile:
        """What the name of a file at a path says."""
        file = Path(path)
        ending = next((each for each in _ENDINGS if file.name.lower().endswith(each)), "")
        stem = file.name[: len(file.name) - len(ending)]
        *entities, suffix = stem.split("_")
        return cls(file.parent, stem, suffix, frozenset(entities))

    @property
    def subject(self) -> str | None:
        """``sub-01``; None where the name has none."""
        return next((each for each in self.entities if each.startswith("sub-")), None)

    @property
    def folders(self) -> list[Path]:
        """From the root of the data set, which has the folder of the subject, to the file's own."""
        own = [self.folder, *self.folder.parents]
        subjects = [place for place, each in enumerate(own) if each.name == self.subject]
        return own[: subjects[0] + 2][::-1] if subjects else own[:1]


def sidecar_of(file: BidsFile, json_files: JsonFiles) -> Mapping[str, Any] | None:
    """All that JSON files have for a file: the nearest counts, and the most specific of a folder.

    None where there is none. Raises MetadataReadError for what is no JSON object.
    """
    found: dict[str, Any] = {}
    files = list(_files(file, json_files))
    for each in files:
        found.update(read_json(each))
    # A copy that nobody can change, at any depth.
    return with_fields(found) if files else None


def _files(file: BidsFile, json_files: JsonFiles) -> Iterator[Path]:
    for folder in file.folders:
        names = json_files.of(folder, file.entities, file.suffix)
        for name in sorted(names, key=lambda name: (name.count("_"), name)):
            yield folder / name


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises MetadataReadError."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise MetadataReadError(str(file), f"it is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise MetadataReadError(str(file), "it is no JSON object")
    return found
