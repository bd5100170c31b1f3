"""``METAPROV_DICOMWEB_SERVERS``: URLs of servers, or the path of a file that lists them."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .servers import Server
from .urls import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["VARIABLE", "servers_in"]

VARIABLE: Final = "METAPROV_DICOMWEB_SERVERS"


# The file is read once. A change of it counts in a new process, or by configure().
@lru_cache(1)
def servers_in(value: str) -> tuple[Server, ...]:
    """The servers that the value of the variable names.

    The value is URLs, with blanks or commas between them, or the path of a TOML file with an array
    ``servers`` of tables, whose keys are the arguments of `Server`. Raises ValueError for any other
    value or file.
    """
    entries = value.replace(",", " ").split()
    if not entries or any("://" in entry for entry in entries):
        return tuple(map(Server, entries))
    return tuple(map(_server, _entries_of(Path(value.strip()))))


def _entries_of(file: Path) -> list[Any]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        shown = without_secrets(str(file))
        raise ValueError(f"{shown!r} is neither a URL, https://..., nor a file") from None
    except OSError as error:
        raise ValueError(f"{str(file)!r} cannot be read: {error.strerror}") from None
    except ValueError:
        # The message of the error may quote a line with a password.
        raise ValueError(f"{str(file)!r} is not TOML") from None
    servers = content.get("servers")
    if not isinstance(servers, list) or not servers:
        raise ValueError(f"{str(file)!r} has no [[servers]]")
    return servers


def _server(entry: Any) -> Server:
    if not isinstance(entry, dict) or "url" not in entry:
        raise ValueError("each of [[servers]] needs a url")
    # A function, for `auth`, is nothing that a file can have.
    arguments = {each.name for each in fields(Server) if each.init} - {"auth"}
    others = sorted(entry.keys() - arguments)
    if others:
        allowed = ", ".join(sorted(arguments))
        raise ValueError(f"[[servers]] has {others[0]!r}, and may have {allowed}")
    for name, value in entry.items():
        kind, is_right = _KINDS.get(name, ("a text", _is_text))
        if not is_right(value):
            raise ValueError(f"{name} is not {kind}")
    return Server(**entry)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_choice(value: Any) -> bool:
    return isinstance(value, bool)


#: What the value of a key is; of all others it is a text.
_KINDS: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "verify": ("true or false", _is_choice),
    "headers": ("a table of texts", _is_table),
    "rewrite": ("a table of texts", _is_table),
    "bulk_origins": ("an array of texts", _are_texts),
    "page_size": ("a number", _is_number),
}
