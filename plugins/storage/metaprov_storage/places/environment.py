"""``METAPROV_STORAGE``: URLs of places, or the path of a file that lists them."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from .masking import masked
from .place import Place

__all__ = ["VARIABLE", "places_in"]

VARIABLE: Final = "METAPROV_STORAGE"


# The file is read once. A change of it counts in a new process.
@lru_cache(1)
def places_in(value: str) -> tuple[Place, ...]:
    """The places that the value of the variable names.

    The value is URLs, with blanks or commas between them, or the path of a TOML file with an array
    ``places`` of tables: a ``url``, and the options of its file system. Raises ValueError for any
    other value or file.
    """
    entries = value.replace(",", " ").split()
    if not entries or any("://" in entry for entry in entries):
        return tuple(Place.of(entry, {}) for entry in entries)
    return tuple(map(_place, _entries_of(Path(value.strip()))))


def _entries_of(file: Path) -> list[Any]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        shown = masked(str(file))
        raise ValueError(f"{shown!r} is neither a URL, s3://bucket/, nor a file") from None
    except OSError as error:
        raise ValueError(f"{str(file)!r} cannot be read: {error.strerror}") from None
    except ValueError:
        # The message of the error may quote a line with a secret.
        raise ValueError(f"{str(file)!r} is not TOML") from None
    places = content.get("places")
    if not isinstance(places, list) or not places:
        raise ValueError(f"{str(file)!r} has no [[places]]")
    return places


def _place(entry: Any) -> Place:
    if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
        raise ValueError("each of [[places]] needs a url")  # noqa: TRY004 - a value of a file
    return Place.of(entry["url"], {key: entry[key] for key in entry.keys() - {"url"}})
