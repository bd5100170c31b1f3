"""What keeps a frame from being shown."""

from __future__ import annotations

from metaprov_core import MetaprovError

__all__ = ["PictureError"]


class PictureError(MetaprovError):
    """A frame has pixels, and no picture can be made of them; the message says why."""
