"""What keeps images from being shown in a notebook."""

from __future__ import annotations

from metaprov_core import MetaprovError

__all__ = ["NotebookError"]


class NotebookError(MetaprovError):
    """There is nothing to show, or nothing to show it with."""
