"""Secrets among the options of places: no error and no note repeats one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import mask_notes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["keep_secret", "masked", "public_options"]

#: Options that are no secrets: they are shown, and sent to the workers of a program.
_PUBLIC: Final = frozenset(
    {
        "anon",
        "endpoint_url",
        "profile",
        "project",
        "requester_pays",
        "token",
        "use_ssl",
        "version_aware",
    }
)
#: What says no more than how to log in is a word, and no token.
_WORDS: Final = frozenset({"anon", "cloud", "google_default", "cache", "browser"})
#: Shorter ones are words like any other.
_SHORTEST: Final = 4
#: What a backend says may have the URL that it asked, signed.
_QUERY: Final = re.compile(r"(https?://[^\s?'\"<>]+)\?[^\s'\"<>]*")
_USER: Final = re.compile(r"(https?://)[^\s/@'\"]+@")

_secrets: Final[set[str]] = set()


def public_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options without those that may be secrets."""
    return {
        name: value
        for name, value in options.items()
        if isinstance(value, bool) or (name in _PUBLIC and _is_public(name, value))
    }


def keep_secret(options: Mapping[str, Any]) -> None:
    """Mask the texts in these options from now on."""
    public = public_options(options)
    for name, value in options.items():
        if name not in public:
            _secrets.update(text for text in _texts(value) if len(text) >= _SHORTEST)


def masked(text: str) -> str:
    """The text on one line, with ``...`` in place of each secret and each query of a URL."""
    return _without_secrets(_USER.sub(r"\1...@", _QUERY.sub(r"\1?...", " ".join(text.split()))))


def _without_secrets(text: str) -> str:
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, "...")
    return text


def _is_public(name: str, value: object) -> bool:
    if name == "token":
        return value in _WORDS
    return not isinstance(value, str) or not any(sign in value for sign in "@?")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


# A backend may repeat one where a note quotes it.
mask_notes(_without_secrets)
