"""Volumes and frames, read: who places slices, asks what to do to them, and does it."""

from .read import read
from .read_all import VolumesRead, read_all
from .read_image import read_image

__all__ = ["VolumesRead", "read", "read_all", "read_image"]
