"""The pixels of one frame, from the file of its header."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final, Self

from metaprov_core import MetadataReadError, note
from metaprov_dicom.encoding.heads import ITEM
from metaprov_dicom.file.inflate import InflatedSource
from metaprov_dicom.file.meta import meta_in
from metaprov_dicom.file.reader import instance_from_source
from metaprov_dicom.file.sources import FIRST_READ, StreamSource
from metaprov_dicom.file.transfer_syntaxes import (
    BIG_ENDIAN,
    DEFLATED,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_VR,
)
from metaprov_dicom.frames.number import no_frame, number_of_frames
from metaprov_dicom.instance.native import NATIVE
from metaprov_dicom.instance.video import VIDEO
from metaprov_modules import FramePixels

from .fragments import Fragments, NotFragments, fragments_behind_table
from .native import bits_of_frame, native_frame

if TYPE_CHECKING:
    import io

    from metaprov_dicom.file.sources import HeaderSource
    from metaprov_dicom.instance.instance import Instance
    from metaprov_dicom.instance.place_of_pixels import PlaceOfPixels
    from metaprov_modules.frame_pixels import PixelElement

__all__ = ["PIXEL_ELEMENTS", "StoredPixels", "frame_pixels_from_source", "frame_pixels_from_stream"]

#: The attributes that pixels are in, by their tags.
PIXEL_ELEMENTS: Final[dict[int, PixelElement]] = {
    0x7FE00010: "PixelData",
    0x7FE00008: "FloatPixelData",
    0x7FE00009: "DoubleFloatPixelData",
}
#: Those of JPEG and its kin, and RLE: their pixels are fragments.
_COMPRESSED: Final = ("1.2.840.10008.1.2.4.", "1.2.840.10008.1.2.5")
_ITEM: Final = ITEM.to_bytes(4, "little")
_MISSING: Final = "PixelData (7FE0,0010) is missing"


def frame_pixels_from_source(source: HeaderSource, frame: int = 1) -> FramePixels | None:
    """The pixels of a frame, counted from 1, of a DICOM file wherever its bytes are.

    None, with a note, where the image has no pixel data, or is a video (PS3.5 8.2). Raises
    MetadataReadError for what cannot be read, for a frame that the image does not have, and where
    the pixels are not there as the header says.
    """
    stored = StoredPixels.of(instance_from_source(source), source.name)
    return None if stored is None else stored.frame(source, frame)


def frame_pixels_from_stream(
    stream: io.RawIOBase | io.BufferedIOBase, size: int, name: str, frame: int = 1
) -> FramePixels | None:
    """The pixels of a frame of a DICOM file in a seekable stream: see `frame_pixels_from_source`.

    Hardly more is read of it than the header and the frame, and ``size`` bytes at most; then it is
    closed. ``name`` is what errors call it.
    """
    with closing(stream):
        return frame_pixels_from_source(StreamSource(stream, size, name), frame)


class StoredPixels:
    """Where the frames of an image are in its file; it has none of their bytes."""

    __slots__ = ("_fragments", "_instance", "_place", "_transfer_syntax")

    def __init__(self, instance: Instance, place: PlaceOfPixels, transfer_syntax: str) -> None:
        self._instance: Final = instance
        self._place: Final = place
        self._transfer_syntax: Final = transfer_syntax
        # Where the fragments of each frame are, once one was asked for.
        self._fragments: Fragments | None = None

    @classmethod
    def of(cls, instance: Instance, name: str) -> Self | None:
        """Those of an image that was read from a file; None, with a note, where it has no frames.

        Raises MetadataReadError where the file ends before them.
        """
        place = instance.place_of_pixels()
        if place is None:
            note(_MISSING)
            return None
        transfer_syntax = instance.get("TransferSyntaxUID") or _transfer_syntax(place, name)
        if transfer_syntax in VIDEO:
            note(f"the pixels are a video ({transfer_syntax}), which is not stored frame by frame")
            return None
        return cls(instance, place, transfer_syntax)

    def is_of(self, instance: Instance) -> bool:
        """Whether this is of a header, and not of an earlier one of the same image."""
        return self._instance is instance

    @property
    def is_worth_keeping(self) -> bool:
        """Whether finding the next frame is less work for one who keeps this."""
        return self._place.length is None and number_of_frames(self._instance) > 1

    def frame(self, source: HeaderSource, frame: int) -> FramePixels:
        """The pixels of a frame, counted from 1; ``source`` is where the header was read from.

        Raises MetadataReadError where they are not there, and where the file has changed.
        """
        place, transfer_syntax = self._place, self._transfer_syntax
        if source.version != place.version:
            raise MetadataReadError(source.name, "the file has changed since its header was read")
        frames = number_of_frames(self._instance)
        if not 1 <= frame <= frames:
            raise no_frame(source.name, frame, frames)
        if self._has_fragments(source):
            data = self._compressed(source, frame)
        else:
            bits = bits_of_frame(self._instance, source.name)
            if transfer_syntax.encode() in DEFLATED:
                # The pixels themselves say how far is to be inflated.
                until = place.start + min(place.length or 0, (frame * bits + 7) // 8)
                source = InflatedSource(source, meta_in(source.read(FIRST_READ, 0)), until)
            data = native_frame(source, place, frame, bits)
        return FramePixels(data, transfer_syntax, PIXEL_ELEMENTS[place.tag])

    def _has_fragments(self, source: HeaderSource) -> bool:
        length, transfer_syntax = self._place.length, self._transfer_syntax
        if length is None:
            if transfer_syntax in NATIVE:
                raise MetadataReadError(
                    source.name, "how long its pixel data are is not said, and they are native"
                )
            return True
        if not transfer_syntax.startswith(_COMPRESSED) or transfer_syntax.encode() in DEFLATED:
            return False
        if source.read(len(_ITEM), self._place.start) != _ITEM:
            raise MetadataReadError(
                source.name,
                f"its pixels are not compressed, and its transfer syntax is {transfer_syntax}",
            )
        return True

    def _compressed(self, source: HeaderSource, frame: int) -> bytes:
        place = self._place
        end = None if place.length is None else place.start + place.length
        fragments = self._fragments or self._found(source, end, trust=True)
        try:
            data = fragments.of_frame(source, frame, end)
        except NotFragments:
            fragments = self._found(source, end, trust=False)
            data = fragments.of_frame(source, frame, end)
        self._fragments = fragments
        return data

    def _found(self, source: HeaderSource, end: int | None, *, trust: bool) -> Fragments:
        instance = self._instance
        declared = instance.get("NumberOfFrames")
        frames = number_of_frames(instance)
        if isinstance(declared, int):
            frames = max(frames, declared)
        offsets = instance.get("ExtendedOffsetTable")
        extended = (offsets, instance.get("ExtendedOffsetTableLengths") or b"") if offsets else None
        return fragments_behind_table(source, self._place.start, end, frames, extended, trust)


def _transfer_syntax(place: PlaceOfPixels, name: str) -> str:
    """That of a file that does not say it."""
    if place.length is None:
        raise MetadataReadError(
            name, "TransferSyntaxUID (0002,0010) is missing: how its pixels are compressed"
        )
    if place.big_endian:
        return BIG_ENDIAN.decode()
    return (EXPLICIT_LITTLE_ENDIAN if place.explicit else IMPLICIT_VR).decode()
