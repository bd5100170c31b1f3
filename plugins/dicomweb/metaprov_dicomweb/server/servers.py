"""The servers that may be asked: their URLs, and the credentials for each."""

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

#: The note on an id of any other server.
NOT_CONFIGURED: Final = "host not configured: set METAPROV_DICOMWEB_SERVERS=URL"

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


# Compared by identity, so that no comparison and no hash reads the secrets.
@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A DICOMweb server, or a part of one: everything whose URL begins with ``url``.

    The credentials are sent to this server alone. They are in no ``repr``, note, log or exception.

    >>> Server("https://pacs.example.org/dicom-web", bearer_token="secret")
    Server(url='https://pacs.example.org/dicom-web')

    Raises ValueError for a ``url`` that is not a URL or has user and password or a query in it,
    and for options that contradict each other.
    """

    #: Scheme, host, port and the beginning of the path.
    url: str
    _: KW_ONLY
    #: A token (RFC 6750), or a function that returns the current one.
    bearer_token: str | Callable[[], str] | None = field(default=None, repr=False)
    #: User and password of HTTP Basic authentication (RFC 7617).
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    #: Other headers to send with each request.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Paths of PEM files: with the certificate of the client, and with its key, if that is in
    #: another file.
    client_certificate: str | None = field(default=None, repr=False)
    client_key: str | None = field(default=None, repr=False)
    #: The path of a PEM file with the certificates to trust; those of the system by default.
    ca_certificates: str | None = field(default=None, repr=False)
    #: Whether the certificate of the server is checked. Otherwise anybody can be the server.
    verify: bool = field(default=True, repr=False)

    def __post_init__(self) -> None:
        url = parsed(self.url)
        if url is None:
            # Such a text may have a password in it.
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
        return url.without_end_slash

    def request_headers(self) -> dict[str, str]:
        """The headers with the credentials. Raises ValueError for a token that cannot be sent."""
        headers = dict(self.headers)
        if self.bearer_token is not None:
            token = self.bearer_token
            token = self._token_of(token) if callable(token) else token
            if not _may_be_sent(token):
                raise ValueError(f"the bearer token for {self.base} cannot be sent")
            headers["Authorization"] = f"Bearer {token}"
        elif self.username is not None:
            user = f"{self.username}:{self.password}".encode()
            headers["Authorization"] = f"Basic {b64encode(user).decode()}"
        return headers

    def _token_of(self, function: Callable[[], str]) -> str:
        try:
            return function()
        except Exception as error:
            # The message may have a secret in it, and the cause is not the server.
            kind = type(error).__name__
            raise ValueError(f"the function for the bearer token raised {kind}") from None


def server_of(url: Url, servers: Iterable[Server]) -> Server | None:
    """The server that a URL belongs to: of several the one with the longest path."""
    candidates = [server for server in servers if url.is_within(server.base)]
    return max(candidates, key=lambda server: len(server.base.path), default=None)


def _may_be_sent(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()
