"""The servers that may be asked: their URLs, and what each of them is to know of who asks."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Final

from .urls import parsed, without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .urls import Url

__all__ = ["NOT_CONFIGURED", "Server", "server_of"]

#: What there is to say of an id whose server is not one of them.
NOT_CONFIGURED: Final = "host not configured: set METAPROV_DICOMWEB_SERVERS=URL"

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


# Compared by identity: what is secret is not to be looked at by anybody.
@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A DICOMweb server, or a part of one: everything whose URL begins with ``url``.

    The credentials are sent to this server, and to no other. They are in no ``repr``, note, log or
    exception.

    >>> Server("https://pacs.example.org/dicom-web", bearer_token="secret")
    Server(url='https://pacs.example.org/dicom-web')

    Raises ValueError for a URL that is none, has user and password or a query in it, and for
    options that contradict each other.
    """

    #: Scheme, host, port and the beginning of the path.
    url: str
    _: KW_ONLY
    #: A token (RFC 6750), or a function that returns the one that is valid now.
    bearer_token: str | Callable[[], str] | None = field(default=None, repr=False)
    #: User and password of HTTP Basic authentication (RFC 7617).
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    #: Other headers to send with each request.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: The path of a PEM file with the certificate of the client, and of one with its key if that
    #: is not in the same file.
    client_certificate: str | None = field(default=None, repr=False)
    client_key: str | None = field(default=None, repr=False)
    #: The path of a PEM file with the certificates to trust; those of the system by default.
    ca_certificates: str | None = field(default=None, repr=False)
    #: Whether the certificate of the server is checked. Without that anybody can be the server.
    verify: bool = field(default=True, repr=False)

    def __post_init__(self) -> None:
        url = parsed(self.url)
        if url is None:
            # What is not a URL may well have a password in it.
            raise ValueError(
                f"{without_secrets(self.url)!r} is not the URL of a server: http(s)://host/path, "
                "without user and password, which are arguments of their own"
            )
        if url.query:
            raise ValueError(f"the URL of a server has no query: {without_secrets(self.url)!r}")
        if self.bearer_token is not None and self.username is not None:
            raise ValueError(f"{url} has both a bearer token and a user: give one of them")
        if (self.username is None) != (self.password is None):
            raise ValueError(f"{url} has a user or a password alone: give both")
        if self.client_key is not None and self.client_certificate is None:
            raise ValueError(f"{url} has a client key and no client certificate: give both")
        for name, value in self.headers.items():
            if _TOKEN.fullmatch(name) is None or not _may_be_sent(value):
                raise ValueError(f"{url} has a header that cannot be sent: {name!r:.40}")

    @property
    def base(self) -> Url:
        """The parts of the URL."""
        url = parsed(self.url)
        assert url is not None  # noqa: S101 - checked when it was made
        return url

    def request_headers(self) -> dict[str, str]:
        """The headers that say who asks. Raises ValueError for a token that cannot be sent."""
        headers = dict(self.headers)
        if self.bearer_token is not None:
            token = self.bearer_token
            token = self._called(token) if callable(token) else token
            if not _may_be_sent(token):
                raise ValueError(f"the bearer token for {self.base} cannot be sent")
            headers["Authorization"] = f"Bearer {token}"
        elif self.username is not None:
            who = f"{self.username}:{self.password}".encode()
            headers["Authorization"] = f"Basic {b64encode(who).decode()}"
        return headers

    def _called(self, token: Callable[[], str]) -> str:
        try:
            return token()
        except Exception as error:
            # What it says may be a secret, and is nothing that the server did.
            kind = type(error).__name__
            raise ValueError(f"the function for the bearer token raised {kind}") from None


def server_of(url: Url, servers: Iterable[Server]) -> Server | None:
    """The server that a URL belongs to: of several the one that says most of its path."""
    of_it = [server for server in servers if url.is_within(server.base)]
    return max(of_it, key=lambda server: len(server.base.path), default=None)


def _may_be_sent(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()
