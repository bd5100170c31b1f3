"""Which proxy a request goes through (RFC 9110 3.7)."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from .urls import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from .urls import Url

__all__ = ["ENVIRONMENT", "Proxy", "proxy_at", "proxy_for"]

#: Take the proxies of HTTP_PROXY and HTTPS_PROXY, and none for the hosts in NO_PROXY.
ENVIRONMENT: Final = "environment"


class Proxy(NamedTuple):
    """A proxy, and who asks it."""

    url: Url
    #: User and password with a colon between them; None for nobody.
    user: str | None

    def __repr__(self) -> str:
        return f"Proxy({self.url.origin})"


def proxy_at(text: str) -> Proxy:
    """The proxy at ``http://host:port``, which may have user and password before the host.

    Raises ValueError for anything else, without quoting it.
    """
    if "://" not in text:
        text = f"http://{text}"
    try:
        user, at, _ = urlsplit(text).netloc.rpartition("@")
        url = parse(text.replace(f"{user}{at}", "", 1))
    except ValueError as error:
        raise ValueError(f"the proxy is not http(s)://host:port: {error}") from None
    if url.path or url.query:
        raise ValueError("the proxy is not http(s)://host:port: it has a path")
    name = unquote(user) if at else None
    if name is not None and not name.isascii():
        # RFC 7617 leaves open how others are encoded.
        raise ValueError("the proxy has a user or a password that is not ASCII")
    return Proxy(url, name)


def proxy_for(url: Url, choice: str | None) -> Proxy | None:
    """The proxy for a URL: the one that is chosen, or that of the environment; None for none.

    Raises ValueError for a variable that names none.
    """
    if choice != ENVIRONMENT:
        return None if choice is None else proxy_at(choice)
    from urllib.request import getproxies_environment

    proxies = getproxies_environment()
    text = proxies.get(url.scheme) or proxies.get("all")
    if not text or _goes_directly(url, proxies):
        return None
    try:
        return proxy_at(text)
    except ValueError as error:
        raise ValueError(f"{url.scheme.upper()}_PROXY: {error}") from None


def _goes_directly(url: Url, proxies: dict[str, str]) -> bool:
    from urllib import request

    # Not in the stubs of every Python.
    bypass: Callable[[str, dict[str, str]], object] = getattr(request, "proxy_bypass_environment")  # noqa: B009
    if bypass(f"{url.host}:{url.port}", proxies):
        return True
    try:
        host = ip_address(url.host)
    except ValueError:
        return False
    return any(_has(network, host) for network in proxies.get("no", "").split(","))


def _has(network: str, host: object) -> bool:
    try:
        return host in ip_network(network.strip().strip("[]"), strict=False)
    except (TypeError, ValueError):
        return False
