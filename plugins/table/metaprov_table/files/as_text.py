"""Names of files as text, whatever bytes they are of: a table has no other."""

from __future__ import annotations

from pathlib import Path

from metaprov_core import parse_image_id

__all__ = ["escaped", "id_as_text", "path_as_text"]


def path_as_text(path: str) -> str:
    """An absolute path; of one that is no text, its ``file:`` URL, which hosts read as well."""
    return path if _is_text(path) else Path(path).as_uri()


def id_as_text(image_id: str) -> str:
    """An image id; of a file whose name is no text, by its ``file:`` URL."""
    if _is_text(image_id):
        return image_id
    id = parse_image_id(image_id)
    url = path_as_text(id.rest)
    return url if id.frame is None else f"{url}?frame={id.frame}"


def escaped(text: str) -> str:
    """A text about files: bytes that are none are written as escapes."""
    return text if _is_text(text) else text.encode("utf-8", "backslashreplace").decode()


def _is_text(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
