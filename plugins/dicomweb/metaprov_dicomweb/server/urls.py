"""URLs, normalised so that they can be compared; ambiguous ones are refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import category, normalize
from urllib.parse import quote, unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Url", "parse", "parsed", "reference", "without_secrets"]

_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?|[0-9a-f:]*:[0-9a-f:.]*")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPE: Final = re.compile(r"%(..?)?")
_NO_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PORTS: Final = {"http": 80, "https": 443}
_UNRESERVED: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)
#: Characters that are sent as they are (RFC 3986 3.3 and 3.4); all others are percent-encoded.
_OF_PATHS: Final = "!$&'()*+,;=:@/%"
_OF_QUERIES: Final = f"{_OF_PATHS}?"
#: Percent-encoded, these may be a separator, a step upwards or the end for a proxy or a server.
_TREACHEROUS: Final = frozenset(b"%/\\;?#")
#: ASCII in more bytes than it needs, which some programs read as ASCII (RFC 3629 10).
_OVERLONG: Final = re.compile(
    rb"[\xc0\xc1][\x80-\xbf]|\xe0[\x80-\x9f][\x80-\xbf]|\xf0[\x80-\x8f]|[\xf8-\xff]"
)
#: For a program that takes an encoded one for the character itself.
_SEPARATORS: Final = re.compile(r"[/\\?#]")
#: How often a character may be encoded: %2525 is %.
_MOST_ENCODED: Final = 4


class Url(NamedTuple):
    """The parts of an http or https URL; equal for all spellings of it."""

    scheme: str
    host: str
    port: int
    #: The segments of the path. The last one is empty after a slash at the end, which counts
    #: (RFC 3986 6.2.4).
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

    @property
    def without_end_slash(self) -> Url:
        """The same URL without a slash at the end of its path."""
        return self if self.path[-1:] != ("",) else self._replace(path=self.path[:-1])

    def is_within(self, base: Url) -> bool:
        """Whether it has scheme, host and port of ``base``, and its path begins with that path."""
        root = base.without_end_slash.path
        return self[:3] == base[:3] and self.path[: len(root)] == root


@lru_cache(64)
def parse(text: str) -> Url:
    """The parts of an http or https URL. Blanks, umlauts and the like are percent-encoded.

    Raises ValueError, with the reason, for anything else, and for URLs about which programs
    disagree where they lead: with credentials, a fragment, a backslash or a control character; with
    an empty segment or a step upwards in the path, also a percent-encoded one; and with a
    percent-encoded separator. The reason quotes nothing of the text, which may be secret.
    """
    _refuse_characters(text)
    if "#" in text:
        raise ValueError("it has a fragment (#), which no request has: the character is %23")
    return _url(text.strip(" "), _strict_segment)


def parsed(text: str) -> Url | None:
    """The parts of a URL, as `parse` has them; None for what it refuses."""
    try:
        return parse(text)
    except ValueError:
        return None


def reference(base: Url, text: str) -> Url:
    """The URL that a server means, absolute or relative to the URL of its answer (RFC 3986 5.2).

    Servers, and the object stores behind them, have paths that `parse` refuses: ``//`` and ``%2F``
    are kept. A fragment is dropped. Raises ValueError, with the reason, for all else that `parse`
    refuses; a step upwards is refused however it is encoded, unless a relative reference begins
    the way from its answer with it.
    """
    _refuse_characters(text)
    text = text.partition("#")[0].strip(" ")
    if text.startswith("//"):
        text = f"{base.scheme}:{text}"
    if not _SCHEME.match(text):
        path, mark, query = text.partition("?")
        if not path:
            path, query = base._replace(query="").target or "/", query if mark else base.query
        elif not path.startswith("/"):
            path = "/".join(("", *base.path[:-1], path))
        text = f"{base.origin}/{'/'.join(_resolved(path.split('/')[1:]))}?{query}"
    return _url(text, _lenient_segment)


def without_secrets(text: str) -> str:
    """A URL for messages, or a text in place of one: without user, password and query."""
    before, at, rest = text.rpartition("@")
    place = rest.partition("?")[0]
    if not at:
        return place
    scheme, separator, _ = before.partition("://")
    return f"{scheme}{separator}...@{place}" if separator else f"...@{place}"


def _refuse_characters(text: str) -> None:
    if "\\" in text:
        raise ValueError("it has a backslash")
    # A blank is in `isprintable`; what is invisible or changes the direction of writing is not.
    if not text.isprintable():
        raise ValueError("it has a character that cannot be seen")


def _url(text: str, segment: Callable[[str], str]) -> Url:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("its host or port is none") from None
    default = _PORTS.get(parts.scheme)
    if default is None or not host:
        raise ValueError("it is not http(s)://host/path")
    if "@" in parts.netloc:
        raise ValueError("it has a user or a password in it")
    host = host.removesuffix(".")
    if parts.netloc.endswith(":") or _HOST.fullmatch(host) is None:
        raise ValueError("its host or port is none (a host with umlauts is written as xn--...)")
    segments = quote(parts.path, safe=_OF_PATHS).split("/")[1:]
    path = () if segments == [""] else tuple(map(segment, segments[:-1]))
    if segments[-1:] not in ([], [""]):
        path = (*path, segment(segments[-1]))
    elif path:
        path = (*path, "")
    return Url(parts.scheme, host, default if port is None else port, path, _query(parts.query))


def _query(query: str) -> str:
    text = _NO_ESCAPE.sub("%25", quote(query, safe=_OF_QUERIES))
    return _ESCAPE.sub(lambda match: match[0].upper(), text)


def _resolved(segments: list[str]) -> list[str]:
    """The segments without ``.`` and ``..``, after the steps that they mean (RFC 3986 5.2.4)."""
    way: list[str] = []
    for segment in segments:
        if segment == "..":
            del way[-1:]
        elif segment != ".":
            way.append(segment)
    if segments[-1] in (".", ".."):
        way.append("")
    return way


def _strict_segment(segment: str) -> str:
    normal = _ESCAPE.sub(_escape, segment)
    # Some servers cut a segment at the semicolon.
    match normal.partition(";")[0]:
        case "":
            raise ValueError("it has an empty segment, //, in its path")
        case "." | "..":
            raise ValueError("it has a step, . or .., in its path")
    return normal


def _lenient_segment(segment: str) -> str:
    code = segment.encode()
    for _ in range(_MOST_ENCODED):
        if (decoded := unquote_to_bytes(code)) == code:
            break
        code = decoded
    else:
        raise ValueError("it has a character in its path that is encoded again and again")
    if _OVERLONG.search(code) or min(code, default=0x20) < 0x20 or 0x7F in code:
        raise ValueError("it has an encoded character in its path that cannot be seen")
    text = "".join(
        character
        for character in normalize("NFKC", code.decode("utf-8", "replace"))
        if category(character) != "Cf"  # such as a space of no width, which some programs drop
    )
    steps = (part.partition(";")[0].strip(" ") for part in _SEPARATORS.split(text))
    if not {".", ".."}.isdisjoint(steps):
        raise ValueError("it has a step, . or .., in its path")
    return _ESCAPE.sub(_any_escape, segment)


def _escape(match: re.Match[str]) -> str:
    code = _code(match)
    if code in _TREACHEROUS or code < 0x20 or code == 0x7F:
        raise ValueError(
            f"it has an encoded separator or control character, {match[0]}, in its path"
        )
    return chr(code) if code in _UNRESERVED else match[0].upper()


def _any_escape(match: re.Match[str]) -> str:
    code = _code(match)
    return chr(code) if code in _UNRESERVED else match[0].upper()


def _code(match: re.Match[str]) -> int:
    digits = match[1] or ""
    try:
        if len(digits) == 2 and digits.isalnum():
            return int(digits, 16)
    except ValueError:
        pass
    raise ValueError("it has a % without two hexadecimal digits in its path")
