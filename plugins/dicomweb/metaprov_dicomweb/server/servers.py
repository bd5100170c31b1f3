"""The servers that may be asked: their URLs, and the credentials for each."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from .proxies import ENVIRONMENT, proxy_at
from .urls import parse, without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence

    from .urls import Url

__all__ = [
    "NOT_CONFIGURED",
    "Server",
    "Service",
    "may_be_header",
    "may_be_sent",
    "server_of",
    "without_credentials",
]

#: The note on an id of any other server.
NOT_CONFIGURED: Final = "host not configured: set METAPROV_DICOMWEB_SERVERS=URL"

#: Searching, retrieving, and objects at any URL, which are asked for where they are.
Service = Literal["qido", "wado", "object"]

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Headers that say how an answer is to be read, or where a request ends.
_OF_THE_REQUEST: Final = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "transfer-encoding"}
)


# Compared by identity, so that no comparison and no hash reads the secrets.
@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A DICOMweb server, or a part of one: everything whose URL begins with ``url``.

    The credentials are sent to this server alone. They are in no ``repr``, note, log or exception,
    and a server with credentials cannot be pickled: TypeError.

    >>> Server("https://pacs.example.org/dicom-web", bearer_token="secret")
    Server(url='https://pacs.example.org/dicom-web')

    Raises ValueError for a ``url`` that is not a URL or has user and password or a query in it,
    for other options that are not what they should be, and for options that contradict each other.
    """

    #: Scheme, host, port and the beginning of the path.
    url: str
    _: KW_ONLY
    #: A token (RFC 6750), or a function that returns the current one. The function is called for
    #: each request; after 401 and 403 once more, and the request is repeated once.
    bearer_token: str | Callable[[], str] | None = field(default=None, repr=False)
    #: User and password of HTTP Basic authentication (RFC 7617).
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    #: A function that signs requests: of the method, the URL that is asked and the headers that
    #: will be sent it returns the headers to add, or all. It is called for each request and each
    #: redirection, in any thread; after 401 and 403 once more, with the headers that were refused,
    #: and the request is repeated once.
    auth: Callable[[str, str, MutableMapping[str, str]], Mapping[str, str]] | None = field(
        default=None, repr=False
    )
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
    #: The roots of searching (QIDO-RS) and of retrieving (WADO-RS), where they are not ``url``.
    #: Image ids begin with ``url`` all the same. The credentials are sent there too.
    qido: str | None = field(default=None, repr=False)
    wado: str | None = field(default=None, repr=False)
    #: URLs, without credentials in them, below which the server keeps bulk data, or redirects to:
    #: an object store with pre-signed URLs, say. No credentials and no certificate are sent there.
    bulk_origins: Sequence[str] = field(default=(), repr=False)
    #: What the URLs in the server's answers begin with, and what to ask instead: a server behind a
    #: proxy may know only its inner name. What comes of it must be configured as any other.
    rewrite: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: ``http://host:port``, or ``"environment"`` for HTTP_PROXY, HTTPS_PROXY and NO_PROXY; none by
    #: default.
    proxy: str | None = field(default=None, repr=False)
    #: How many matches of a search are asked for at once. Azure refuses more than 200.
    page_size: int = field(default=200, repr=False)

    #: The parts of ``url``, ``qido``, ``wado``, ``bulk_origins`` and ``rewrite``.
    base: Url = field(init=False, repr=False)
    _roots: Mapping[Service, Url] = field(init=False, repr=False)
    _bulk: Sequence[Url] = field(init=False, repr=False)
    _rewrite: Sequence[tuple[Url, Url]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        base = _place("the URL of a server", self.url)
        roots: dict[Service, Url] = {
            "wado": base if self.wado is None else _place("wado", self.wado),
            "qido": base if self.qido is None else _place("qido", self.qido),
            "object": base,
        }
        if isinstance(self.bulk_origins, str):
            # All that a Server refuses is a ValueError: most of it comes from a file.
            raise ValueError(f"{base} has bulk_origins that are no list: [...]")  # noqa: TRY004
        bulk = [_place("one of bulk_origins", origin) for origin in self.bulk_origins]
        rewrite = [
            (_place("a key of rewrite", inner), _place("a value of rewrite", outer))
            for inner, outer in self.rewrite.items()
        ]
        # The longest decides.
        rewrite.sort(key=lambda pair: -len(pair[0].path))
        # What is kept is what was checked, whatever becomes of what was given.
        for name, value in {
            "base": base,
            "headers": dict(self.headers),
            "_roots": roots,
            "_bulk": tuple(bulk),
            "_rewrite": tuple(rewrite),
        }.items():
            object.__setattr__(self, name, value)
        self._check_options()

    def _check_options(self) -> None:
        url = self.base
        ways = (self.bearer_token, self.username, self.auth)
        if sum(way is not None for way in ways) > 1:
            raise ValueError(f"{url} has both of bearer token, user or auth: give one of them")
        if (self.username is None) != (self.password is None):
            raise ValueError(f"{url} has a user or a password alone: give both")
        if self.client_key is not None and self.client_certificate is None:
            raise ValueError(f"{url} has a client key and no client certificate: give both")
        if self.auth is not None and not callable(self.auth):
            raise ValueError(f"{url} has an auth that is no function")
        for name, value in self.headers.items():
            if not may_be_header(name, value):
                raise ValueError(f"{url} has a header that cannot be sent: {name!r:.40}")
        if self.proxy not in (None, ENVIRONMENT):
            proxy_at(self.proxy)
        if isinstance(self.page_size, bool) or self.page_size < 1:
            raise ValueError(f"{url} has a page_size that is not 1 or more")

    @property
    def roots(self) -> Iterable[Url]:
        """What the URLs of this server begin with; first that of what is retrieved."""
        return self._roots.values()

    def place_of(self, url: Url, service: Service) -> Url:
        """Where a URL of this server is asked: below the root of the service."""
        within = [root for root in self.roots if url.is_within(root)]
        if service == "object" or not within:
            return url
        root, asked = max(within, key=lambda root: len(root.path)), self._roots[service]
        return asked._replace(path=(*asked.path, *url.path[len(root.path) :]), query=url.query)

    def rewritten(self, url: Url) -> Url:
        """What is meant by a URL in an answer of this server."""
        for inner, outer in self._rewrite:
            if url.is_within(inner):
                path = (*outer.path, *url.path[len(inner.path) :])
                return outer._replace(path=path, query=url.query)
        return url

    def has_bulk_at(self, url: Url) -> bool:
        """Whether a URL is below one of ``bulk_origins``."""
        return any(url.is_within(origin) for origin in self._bulk)

    @property
    def renews(self) -> bool:
        """Whether its credentials may be other ones when they are asked for again."""
        return self.auth is not None or callable(self.bearer_token)

    @property
    def has_user_of_proxy(self) -> bool:
        """Whether the proxy is asked with user and password."""
        return "@" in (self.proxy or "")

    def __reduce__(self) -> tuple[Any, ...]:
        secrets = (self.bearer_token, self.username, self.auth, self.headers)
        if any(secrets) or self.has_user_of_proxy:
            raise TypeError(
                "a Server with credentials or headers is not pickled: what is pickled can be read; "
                "configure() it in the other process"
            )
        options = {each.name: getattr(self, each.name) for each in fields(self) if each.init}
        return _server, (options,)


def without_credentials(server: Server) -> Server:
    """The server as it may be told to others: without what only its user may know."""
    return replace(
        server,
        bearer_token=None,
        username=None,
        password=None,
        auth=None,
        headers={},
        client_certificate=None,
        client_key=None,
        proxy=None if server.has_user_of_proxy else server.proxy,
    )


def server_of(url: Url, servers: Iterable[Server]) -> Server | None:
    """The server that a URL belongs to: of several the one with the longest path."""
    candidates = [
        (len(root.path), server)
        for server in servers
        for root in server.roots
        if url.is_within(root)
    ]
    return max(candidates, key=lambda candidate: candidate[0], default=(0, None))[1]


def may_be_header(name: object, value: object) -> bool:
    """Whether a header can be sent, and is none of those that are the request's own."""
    return (
        isinstance(name, str)
        and _TOKEN.fullmatch(name) is not None
        and name.lower() not in _OF_THE_REQUEST
        and may_be_sent(value)
    )


def may_be_sent(value: object) -> bool:
    """Whether a text can be a part of the value of a header."""
    return isinstance(value, str) and value.isascii() and value.isprintable()


def _place(name: str, text: str) -> Url:
    try:
        url = parse(text)
    except ValueError as error:
        # Such a text may have a password in it.
        raise ValueError(
            f"{without_secrets(text)!r} is not {name}: http(s)://host/path, without user and "
            f"password, which are arguments of their own: {error}"
        ) from None
    if url.query:
        raise ValueError(f"{name} has no query: {without_secrets(text)!r}")
    return url.without_end_slash


def _server(options: dict[str, Any]) -> Server:
    return Server(**options)
