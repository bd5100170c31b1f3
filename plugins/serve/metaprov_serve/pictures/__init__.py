"""Frames as decoded pixels, and as pictures for people."""

from .decoded import DecodedFrame, decoded
from .errors import PictureError
from .rendered import rendered

__all__ = ["DecodedFrame", "PictureError", "decoded", "rendered"]
