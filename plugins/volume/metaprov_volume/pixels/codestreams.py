"""What the header of a compressed frame says of its samples, where the image may say otherwise."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["Codestream", "jpeg_2000_header", "jpeg_header"]

_JP2_SIGNATURE: Final = b"\x00\x00\x00\x0cjP  "
#: Markers that start a frame: SOF0-15 without DHT, JPG and DAC, and SOF55 of JPEG-LS.
_START_OF_FRAME: Final = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
_APPLICATION_0: Final = 0xE0
_APPLICATION_14: Final = 0xEE
_START_OF_SCAN: Final = 0xDA
#: Markers that have no length: TEM, RST0-7, SOI.
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_RGB: Final = (b"RGB", b"rgb")
#: By the transform of Adobe's marker (ISO/IEC 10918-6 6.5.3), of three components.
_BY_TRANSFORM: Final = {0: "RGB", 1: "YBR_FULL"}


class Codestream(NamedTuple):
    """What a header says; None where it does not."""

    precision: int | None = None
    signed: bool | None = None
    #: "RGB" or "YBR_FULL", where the header tells.
    colours: str | None = None


def jpeg_2000_header(data: bytes) -> Codestream:
    """Of the first component, by the SIZ marker (ISO/IEC 15444-1 A.5.1)."""
    start = 0
    if data.startswith(_JP2_SIGNATURE):
        start = data.find(b"jp2c") + 4
    # SOC, SIZ, then 38 bytes to the Ssiz of the first component.
    if data[start : start + 4] != b"\xff\x4f\xff\x51" or len(data) < start + 43:
        return Codestream()
    depth = data[start + 42]
    return Codestream((depth & 0x7F) + 1, bool(depth & 0x80))


def jpeg_header(data: bytes) -> Codestream:
    """Of JPEG and JPEG-LS, by the start of frame (ISO/IEC 10918-1 B.2.2) and what names colors.

    That is the marker of JFIF, else Adobe's.
    """
    at, jfif, adobe = 2, None, None
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        segment = data[at + 4 : at + 2 + int.from_bytes(data[at + 2 : at + 4])]
        if marker in _START_OF_FRAME:
            return Codestream(segment[0], None, _colours(segment, jfif or adobe))
        if marker == _START_OF_SCAN:
            break
        if marker == _APPLICATION_0 and segment.startswith(b"JFIF"):
            jfif = "YBR_FULL"
        if marker == _APPLICATION_14 and segment.startswith(b"Adobe") and len(segment) >= 12:
            adobe = _BY_TRANSFORM.get(segment[11])
        at += 4 + len(segment)
    return Codestream()


def _colours(frame: bytes, named: str | None) -> str | None:
    if len(frame) < 6 or frame[5] != 3:
        return None
    return "RGB" if frame[6:15:3] in _RGB else named
