"""What is kept of a file: its header, and where its slices lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from metaprov_core import MetadataReadError, note

from .header.reader import read_header
from .place.form import chosen_form
from .place.lattice import lattice_of
from .place.planes import Planes
from .place.volumes import volumes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_modules import VolumeGeometryModule

    from .content import Content
    from .place.form import Form

__all__ = ["NiftiImage"]


class NiftiImage:
    """The header of a file, and what follows from it."""

    def __init__(self, content: Content, prefer: Form) -> None:
        """Raises what `metaprov_nifti.header.reader.read_header` raises."""
        self.read: Final = read_header(content)
        self.header: Final = self.read.header
        self.frames: Final = self.read.frames
        form = chosen_form(self.header, prefer)
        self._lattice: Final = None if form.affine is None else lattice_of(form.affine)
        self.planes: Final = Planes(self.header, self._lattice)
        #: What is to be known of where it lies.
        self.notes: Final = form.notes

    def say_notes(self) -> None:
        """Note what is to be known of where it lies."""
        for each in self.notes:
            note(each.sentence.removesuffix("."))

    def refuse_frame(self, frame: int) -> NoReturn:
        """Raise MetadataReadError for a frame that it does not have."""
        if frame < 1:
            reason = "frames are counted from 1; Cornerstone's NIfTI loader counts them from 0"
        else:
            has = "1 frame" if self.frames == 1 else f"{self.frames} frames"
            reason = f"there is no frame {frame}; the image has {has}"
        raise MetadataReadError(self.read.content.name, reason)

    def volumes(self, image_ids: Sequence[str]) -> tuple[VolumeGeometryModule, ...]:
        """Its volumes, one a time point, with the ids of all frames given; none without a place."""
        if self._lattice is None:
            return ()
        return volumes_of(self.header, self._lattice, image_ids, self.notes)
