"""Secrets among the options of places: no error and no note repeats one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

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
        "region_name",
        "requester_pays",
        "token",
        "use_ssl",
        "version_aware",
    }
)
#: Options of which each has options.
_NESTED: Final = "client_kwargs"
#: What the parts of a connection string tell that is no secret.
_PUBLIC_PARTS: Final = frozenset(
    {"accountname", "defaultendpointsprotocol", "endpointsuffix", "usedevelopmentstorage"}
)
_PART: Final = re.compile(r"(?:^|;)\s*(\w+)=([^;]*)")
#: What says no more than how to log in is a word, and no token.
_WORDS: Final = frozenset({"anon", "cloud", "google_default", "cache", "browser"})
#: Shorter ones are words like any other.
_SHORTEST: Final = 4
#: What a backend says may have the URL that it asked, signed.
_QUERY: Final = re.compile(r"(https?://[^\s?'\"<>]+)\?[^\s'\"<>]*")
#: Before the @ of a bucket may be its container, and the password is behind a colon.
_USER: Final = re.compile(r"(https?://)[^\s/@'\"]+@|([\w+.-]+://)[^\s/@:'\"]*:[^\s/@'\"]*@")

_secrets: Final[set[str]] = set()


def public_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options without those that may be secrets."""
    public = {
        name: value
        for name, value in options.items()
        if isinstance(value, bool) or (name in _PUBLIC and _is_public(name, value))
    }
    nested = _nested(options)
    if nested and (public_of_nested := public_options(nested)):
        public[_NESTED] = public_of_nested
    return public


def keep_secret(options: Mapping[str, Any]) -> None:
    """Mask the texts in these options from now on."""
    nested = _nested(options)
    if nested:
        keep_secret(nested)
    public = public_options(options)
    for name, value in options.items():
        if name not in public and value is not nested:
            for text in _texts(value):
                _secrets.update(each for each in _forms(text) if len(each) >= _SHORTEST)


def masked(text: str) -> str:
    """The text on one line, with ``...`` in place of each secret and each query of a URL."""
    # Secrets first: one with a blank in it would be no more than begun by a query.
    line = " ".join(_without_secrets(text).split())
    return _USER.sub(r"\1\2...@", _QUERY.sub(r"\1?...", line))


def _without_secrets(text: str) -> str:
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, "...")
    return text


def _nested(options: Mapping[str, Any]) -> Mapping[str, Any]:
    nested = options.get(_NESTED)
    return nested if isinstance(nested, Mapping) else {}


def _forms(text: str) -> Iterator[str]:
    """A secret as it is, as URLs have it, and what is secret in a connection string."""
    yield from (text, quote(text), quote(text, safe=""), quote_plus(text))
    if ";" in text:
        for name, value in _PART.findall(text):
            if name.lower() not in _PUBLIC_PARTS and not name.lower().endswith("endpoint"):
                yield from _forms(value)


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
