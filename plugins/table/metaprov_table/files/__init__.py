"""Which files there are, with what tells whether one has changed: its size and its time."""

from .found import File, found_files, listed_files

__all__ = ["File", "found_files", "listed_files"]
