"""The headers of a request, with what proves who asks."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, TypeVar

from .masking import keep_secret, words_of
from .servers import may_be_header, may_be_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .servers import Server
    from .urls import Url

__all__ = ["request_headers"]

R = TypeVar("R")


def request_headers(
    server: Server, url: Url, accept: Mapping[str, str], refused: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The headers of a GET request: ``accept``, and those with the credentials for a server.

    ``refused`` are those of the same request, after which the server answered 401 or 403. Raises
    ValueError, which has no secret in it, where there are none that can be sent.
    """
    headers = _with(accept, server.headers)
    if server.bearer_token is not None:
        token = server.bearer_token
        if callable(token):
            token = _called("the function for the bearer token", token)
        if not may_be_sent(token):
            raise ValueError(f"the bearer token for {server.base} cannot be sent")
        keep_secret([token])
        headers = _with(headers, {"Authorization": f"Bearer {token}"})
    elif server.username is not None:
        user = b64encode(f"{server.username}:{server.password}".encode()).decode()
        keep_secret([server.username, server.password or "", user])
        headers = _with(headers, {"Authorization": f"Basic {user}"})
    elif server.auth is not None:
        headers = _signed(server, url, headers, refused)
    for name, value in headers.items():
        if name not in accept:
            keep_secret(words_of(value))
    return headers


def _signed(
    server: Server, url: Url, headers: dict[str, str], refused: Mapping[str, str] | None
) -> dict[str, str]:
    from urllib3 import HTTPHeaderDict

    auth = server.auth
    assert auth is not None  # noqa: S101 - the caller has looked
    # Signers write the names in any case.
    shown = HTTPHeaderDict(headers if refused is None else _with(headers, refused))
    returned = _called("the function auth", lambda: auth("GET", str(url), shown))
    # Those of botocore and of http.client are no Mapping.
    if not hasattr(returned, "items"):
        raise ValueError("the function auth returned no headers")
    # Many signers return all headers of the request.
    known = {name.lower(): value for name, value in headers.items()}
    added = {}
    for name, value in returned.items():
        if known.get(str(name).lower(), ...) != value:
            if not may_be_header(name, value):
                raise ValueError("the function auth returned a header that cannot be sent")
            added[name] = value
    return _with(headers, added)


def _called(name: str, function: Callable[[], R]) -> R:
    try:
        return function()
    except Exception as error:
        kind = type(error).__name__
    # The message may have a secret in it, and so may what the error came of.
    raise ValueError(f"{name} raised {kind}")


def _with(headers: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """The headers, and the others in place of those with the same names."""
    names = {name.lower() for name in others}
    kept = {name: value for name, value in headers.items() if name.lower() not in names}
    return {**kept, **others}
