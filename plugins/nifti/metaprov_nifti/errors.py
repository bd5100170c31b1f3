"""What is raised beside MetadataReadError."""

from __future__ import annotations

from metaprov_core import MetadataReadError

__all__ = ["NotNiftiError"]


class NotNiftiError(MetadataReadError):
    """A file that ends as NIfTI does and is something else: Analyze 7.5, say."""
