"""Image ids as people read them: the name of a file, relative to the folder that was named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from metaprov_core import parse_image_id

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ShortIds"]

_INSTANCES: Final = "/instances/"
#: Between the name of a member and the archive that it is in.
_IN: Final = "::"


class ShortIds:
    """Shortens the ids of images behind the sources of a command."""

    def __init__(self, sources: Sequence[str]) -> None:
        folders = {}
        for source in sources:
            path = Path(parse_image_id(source).rest)
            if path.is_dir():
                # Of several, each name begins with its own.
                folders[f"{path.as_posix().rstrip('/')}/"] = source if len(sources) > 1 else ""
            else:
                folders.setdefault(f"{path.parent.as_posix().rstrip('/')}/", "")
        #: What names begin with, and what they begin with instead; the deepest first.
        self._folders: Final = sorted(folders.items(), key=lambda each: len(each[0]), reverse=True)

    def __call__(self, image_id: str) -> str:
        """The file in its folder, the instance on its server or the member; and its frame."""
        id = parse_image_id(image_id)
        frame = "" if id.frame is None else f" frame {id.frame}"
        return f"{self._name(id.rest)}{frame}"

    def in_text(self, text: str, image_ids: Sequence[str]) -> str:
        """A sentence with some of these ids, shortened."""
        # One id may begin with another.
        for image_id in sorted(image_ids, key=len, reverse=True):
            text = text.replace(image_id, self(image_id))
        return text

    def _name(self, rest: str) -> str:
        for folder, named in self._folders:
            if rest.startswith(folder):
                return str(Path(named, rest[len(folder) :]))
        if _INSTANCES in rest:
            return rest.rpartition(_INSTANCES)[2]
        if _IN in rest:
            return rest.partition(_IN)[0].partition("//")[2]
        return rest
