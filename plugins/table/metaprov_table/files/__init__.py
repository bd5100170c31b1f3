"""Which files there are, with what tells whether one has changed: its size and its time."""

from .as_text import escaped, id_as_text, path_as_text
from .file import File
from .found import found_files
from .sources import place_of

__all__ = ["File", "escaped", "found_files", "id_as_text", "path_as_text", "place_of"]
