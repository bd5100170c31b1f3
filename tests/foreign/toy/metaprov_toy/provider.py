"""The plugin: finds .toy files, and answers with their planes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import (
    MetadataReadError,
    ProviderCache,
    hookimpl,
    note,
    parse_image_id,
    with_fields,
    with_frame,
)
from metaprov_modules import IMAGE_PLANE, ImagePlaneModule, answer_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Toy"]

SCHEME: Final = "toy"
ENDING: Final = ".toy"


class Toy:
    """Answers imagePlaneModule for ``toy:`` ids: JSON with the fields of a plane, and frames."""

    def __init__(self) -> None:
        self._planes: Final[ProviderCache[ImagePlaneModule]] = ProviderCache(10_000)

    @hookimpl(types=[IMAGE_PLANE], schemes=[SCHEME])
    def get_metadata(self, image_id: str) -> ImagePlaneModule:
        return self._planes.get(image_id, _plane)

    @hookimpl
    def find_images(self, source: str) -> Iterable[str] | None:
        id = parse_image_id(source)
        path = Path(id.rest)
        # A folder is put to every plugin, whatever its name.
        if path.is_dir():
            return _images_in(path)
        if id.scheme != SCHEME:
            note(f"not a folder, and no path that ends in {ENDING}")
            return None
        return _images_of(path)

    @hookimpl
    def metadata_changed(self, type: str | None, image_id: str | None) -> None:
        if type in (None, IMAGE_PLANE):
            self._planes.changed(image_id)

    @hookimpl
    def clear_metadata(self, type: str | None, image_id: str | None) -> None:
        self.metadata_changed(type, image_id)


def _images_in(folder: Path) -> Iterator[str]:
    """The images in a folder and below it: its own files first."""
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(ENDING):
                yield from _images_of(Path(path, name))


def _images_of(path: Path) -> list[str]:
    image_id = f"{SCHEME}:{path}"
    frames = _read(path)["frames"]
    return [image_id] if frames == 1 else [with_frame(image_id, n + 1) for n in range(frames)]


def _plane(image_id: str) -> ImagePlaneModule:
    id = parse_image_id(image_id)
    header = _read(Path(id.rest))
    frame = id.frame or 1
    if not 1 <= frame <= header.pop("frames"):
        raise MetadataReadError(id.rest, f"it has no frame {frame}")
    plane: ImagePlaneModule = answer_of(IMAGE_PLANE, header)
    x, y, z = plane.image_position_patient or (0.0, 0.0, 0.0)
    thickness = plane.slice_thickness or 0.0
    return with_fields(plane, image_position_patient=(x, y, z + (frame - 1) * thickness))


def _read(path: Path) -> dict[str, Any]:
    try:
        return {"frames": 1, **json.loads(path.read_bytes())}
    except (OSError, TypeError, ValueError) as error:
        raise MetadataReadError(str(path), f"it is no toy: {error}") from error
