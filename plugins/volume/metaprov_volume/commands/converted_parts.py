"""What becomes one file of a series, of which values, under which name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metaprov_core import base_image_id

from .in_words import group_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_modules import VolumeGeometryModule

__all__ = ["AUTO", "FileNames", "Part", "parts_of", "values_for"]

#: The values of each modality that are asked for by most.
AUTO: Final = "auto"
_OF_AUTO: Final = {"PT": "suvbw", "RTDOSE": "dose"}
#: Values that every image has; others are of a modality alone.
_OF_ALL: Final = frozenset({"stored", "modality"})
#: What a NIfTI file ends with, and what is written would end with twice.
_ENDING: Final = re.compile(r"\.(nii(\.gz)?|hdr)\Z", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
#: What Windows takes for a device, whatever the ending.
_OF_A_DEVICE: Final = re.compile(r"(aux|con|nul|prn|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE)


def values_for(modality: str | None, wanted: str) -> str:
    """What to read of images of a modality: factors are of PET, doses of RTDOSE.

    What is wanted of one of these modalities leaves the others as they are with "auto".
    """
    usual = _OF_AUTO.get(modality or "", "modality")
    if wanted in _OF_ALL:
        return wanted
    if modality == "PT" and wanted not in {AUTO, "dose"}:
        return wanted
    return usual


class Part(NamedTuple):
    """What becomes one file: a volume, or the volumes of several groups."""

    geometries: tuple[VolumeGeometryModule, ...]
    #: How many there are of the series, and which of them this is, from 0.
    total: int
    place: int

    @property
    def group(self) -> str:
        """What sets it apart in its series; of several groups, what sets these apart."""
        first = self.geometries[0]
        if len(self.geometries) == 1 or first.group is None:
            return group_of(first)
        return f"{len(self.geometries)} by {first.group.attribute}"

    @property
    def image_ids(self) -> list[str]:
        """The images, group by group."""
        return [image_id for geometry in self.geometries for image_id in geometry.image_ids]


def parts_of(volumes: Sequence[VolumeGeometryModule], *, stack: bool) -> list[Part]:
    """The volumes of a series, one by one; with `stack`, all groups of one attribute together."""
    together: list[list[VolumeGeometryModule]] = []
    for volume in volumes:
        fits = (each for each in together if stack and _is_group_beside(volume, each))
        of_part = next(fits, None)
        if of_part is None:
            together.append([volume])
        else:
            of_part.append(volume)
    return [Part(tuple(each), len(together), index) for index, each in enumerate(together)]


def _is_group_beside(volume: VolumeGeometryModule, others: list[VolumeGeometryModule]) -> bool:
    """Whether a volume is another group of what others are groups of."""
    group, first = volume.group, others[0].group
    if group is None or first is None:
        return False
    indices = {other.group.index for other in others if other.group is not None}
    is_same = (group.attribute, group.count) == (first.attribute, first.count)
    return is_same and group.index not in indices


class FileNames:
    """Names of files, each once, made of the UID of the series and the index in it.

    A series without a UID is called by the file of its first image.
    """

    def __init__(self) -> None:
        self._given: Final[set[str]] = set()

    def stem(self, part: Part) -> str:
        """A name without ending, of letters that every file system has."""
        geometry = part.geometries[0]
        called = geometry.series_instance_uid or _name_of_file(geometry.image_ids[0])
        name = _UNSAFE.sub("_", called).strip("._") or "volume"
        if _OF_A_DEVICE.match(name):
            name = f"_{name}"
        if part.total > 1:
            name += f"_{part.place:0{len(str(part.total - 1))}}"
        stem, again = name, 1
        while stem.casefold() in self._given:
            again += 1
            stem = f"{name}-{again}"
        self._given.add(stem.casefold())
        return stem


def _name_of_file(image_id: str) -> str:
    """Of a member of an archive, its own name."""
    path, _, _ = base_image_id(image_id).partition("::")
    return _ENDING.sub("", path.rpartition("/")[2])
