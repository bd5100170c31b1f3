"""URLs, normalised so that they can be compared; ambiguous ones are refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

__all__ = ["Url", "joined", "parsed", "without_secrets"]

_PRINTABLE: Final = re.compile(r"[!-~]+")
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?|[0-9a-f:]*:[0-9a-f:.]*")
_ESCAPE: Final = re.compile(r"%(..?)?")
_PORTS: Final = {"http": 80, "https": 443}
_UNRESERVED: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)
#: Percent-encoded, these may be a separator, a step upwards or the end for a proxy or a server.
_TREACHEROUS: Final = frozenset(b"%./\\;?#")


class Url(NamedTuple):
    """The parts of an http or https URL; equal for all spellings of it."""

    scheme: str
    host: str
    port: int
    #: The segments of the path. A slash at the end makes no difference.
    path: tuple[str, ...]
    #: The text behind the question mark.
    query: str

    def __str__(self) -> str:
        return f"{self.origin}{self.target}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def target(self) -> str:
        """Path and query, as a request names them."""
        path = "".join(f"/{segment}" for segment in self.path)
        return f"{path or '/'}?{self.query}" if self.query else path

    def is_within(self, base: Url) -> bool:
        """Whether it has scheme, host and port of ``base``, and its path begins with that path."""
        return self[:3] == base[:3] and self.path[: len(base.path)] == base.path


@lru_cache(64)
def parsed(text: str) -> Url | None:
    """The parts of an http or https URL; None for anything else.

    Returns None for URLs with credentials, a fragment, a backslash or a character that URLs cannot
    have; with an empty segment or a step upwards in the path, also a percent-encoded one; and with
    a percent-encoded separator. Programs disagree about where they lead.
    """
    if _PRINTABLE.fullmatch(text) is None or not {"\\", "#"}.isdisjoint(text):
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    default = _PORTS.get(parts.scheme)
    if default is None or not host or "@" in parts.netloc or parts.netloc.endswith(":"):
        return None
    host = host.removesuffix(".")
    path = _segments(parts.path)
    if path is None or _HOST.fullmatch(host) is None:
        return None
    return Url(parts.scheme, host, default if port is None else port, path, parts.query)


def joined(base: Url, reference: str) -> Url | None:
    """The URL of a reference, absolute or relative, in the answer of another URL."""
    try:
        return parsed(urljoin(str(base), reference))
    except ValueError:
        return None


def without_secrets(text: str) -> str:
    """A URL for messages, or a text in place of one: without user, password and query."""
    before, at, rest = text.rpartition("@")
    place = rest.partition("?")[0]
    if not at:
        return place
    scheme, separator, _ = before.partition("://")
    return f"{scheme}{separator}...@{place}" if separator else f"...@{place}"


def _segments(path: str) -> tuple[str, ...] | None:
    segments = path.split("/")[1:]
    if segments and not segments[-1]:
        segments.pop()
    normalised = tuple(map(_segment, segments))
    return None if None in normalised else normalised  # type: ignore[return-value]


def _segment(segment: str) -> str | None:
    """A segment with each escape in its normal form; None for a segment that is refused."""
    # Some servers cut a segment at the semicolon.
    if segment.partition(";")[0] in ("", ".", ".."):
        return None
    try:
        return _ESCAPE.sub(_escape, segment)
    except ValueError:
        return None


def _escape(match: re.Match[str]) -> str:
    digits = match[1] or ""
    if len(digits) != 2 or not digits.isalnum():
        raise ValueError(digits)
    code = int(digits, 16)
    if code in _TREACHEROUS or code < 0x20 or code == 0x7F:
        raise ValueError(digits)
    return chr(code) if code in _UNRESERVED else f"%{digits.upper()}"
