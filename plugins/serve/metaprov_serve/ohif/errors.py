"""What keeps OHIF from being served."""

from __future__ import annotations

from metaprov_core import MetaprovError

__all__ = ["OhifError"]


class OhifError(MetaprovError):
    """There is no OHIF to serve; the message says why, and what to do."""
