"""Chained URLs, as fsspec has them: ``zip://a/b.dcm::s3://bucket/ct.zip``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ARCHIVES",
    "LOCAL",
    "SCHEMES",
    "STORES",
    "WEB",
    "Link",
    "chained",
    "in_public",
    "links_of",
]

#: What holds members.
ARCHIVES: Final = ("zip", "tar")
#: What is on web servers.
WEB: Final = ("http", "https")
#: Where objects are.
STORES: Final = ("s3", "gs", "abfs", "memory", *WEB)
#: The schemes of image ids.
SCHEMES: Final = (*STORES, *ARCHIVES)
#: The protocol of a path on this disk, which only an archive is read from.
LOCAL: Final = "file"

_BETWEEN: Final = "::"
_URL_OF_A_DRIVE: Final = re.compile(r"/[A-Za-z]:/")
_FORM: Final = "zip://member::/path/of.zip"


class Link(NamedTuple):
    """One part of a chained URL."""

    protocol: str
    #: What is behind ``://``: the name of a member, a path, a bucket and a key, a host and a path.
    path: str

    def __str__(self) -> str:
        return self.path if self.protocol == LOCAL else f"{self.protocol}://{self.path}"

    @property
    def in_public(self) -> str:
        """It without the query of a web server, which may be a signature."""
        return str(self).partition("?")[0] if self.protocol in WEB else str(self)


def links_of(text: str) -> tuple[Link, ...]:
    """The parts of a URL, the innermost first: a member, the archive it is in, and so on.

    Raises ValueError for what is none, or names what is never asked.
    """
    *members, last = map(_link, text.split(_BETWEEN))
    for link in members:
        if link.protocol not in ARCHIVES:
            raise ValueError(f"{link.protocol}: has no members; it is {_FORM}")
    if last.protocol in ARCHIVES:
        raise ValueError(f"it says no archive; it is {_FORM}")
    if last.protocol in STORES:
        _refuse_detours(last)
    return *members, last


def chained(*links: Link) -> str:
    """The URL of a member in what is behind it."""
    return _BETWEEN.join(map(str, links))


def in_public(links: Sequence[Link]) -> str:
    """How errors call what some links name."""
    return _BETWEEN.join(link.in_public for link in links)


def _link(text: str) -> Link:
    protocol, is_url, path = text.partition("://")
    if not is_url:
        if not text or text.partition(":")[0].lower() in SCHEMES:
            raise ValueError(f"it has no ://, or no path; it is {_FORM}")
        return Link(LOCAL, text)
    protocol = protocol.lower()
    if protocol == LOCAL:
        path = unquote(urlsplit(text).path, errors="surrogateescape")
        # In a URL, a drive of Windows has a slash before it (RFC 8089 E.2).
        return Link(LOCAL, path[1:] if _URL_OF_A_DRIVE.match(path) else path)
    if protocol not in SCHEMES:
        raise ValueError(f"{protocol:.32}: is read by none; there are {', '.join(SCHEMES)}")
    if protocol == "memory":
        path = path.lstrip("/")
    if protocol in WEB:
        path = _web_path(text)
    return Link(protocol, path)


def _web_path(url: str) -> str:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("user and password do not belong into a URL: configure() takes them")
    if not parts.hostname:
        raise ValueError("it names no host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme.lower()]
    try:
        port = "" if parts.port in (None, usual) else f":{parts.port}"
    except ValueError:
        # What is behind the colon may be a password.
        raise ValueError("what is behind its host is no port") from None
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path or '/'}{query}"


def _refuse_detours(link: Link) -> None:
    """Refuse what clients and servers may take for another path than it seems."""
    path = link.in_public
    if link.protocol in WEB:
        # Many servers unquote it, and then take it apart.
        path = unquote(path)
    if not path.isprintable() or "\\" in path:
        raise ValueError("its path has a character that none has")
    # What is behind a semicolon, some servers leave out.
    if any(unquote(each).partition(";")[0] in (".", "..") for each in path.split("/")):
        raise ValueError("its path has a segment . or ..")
