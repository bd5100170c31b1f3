"""Bulk data: where a BulkDataURI leads (PS3.18 10.4.1.1.5), and fetching them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .requests import read
from .settings import configured_server
from .urls import reference

if TYPE_CHECKING:
    from .requests import Answer
    from .urls import Url

__all__ = ["bulk_url", "read_bulk"]

_NOT_FOLLOWED: Final = "leads out of the configured servers, and is not followed"
_FORMS: Final = (
    'multipart/related; type="application/octet-stream"',
    "application/octet-stream",
    "*/*",
)


def bulk_url(answer: Url, uri: str) -> Url:
    """Where the value behind a BulkDataURI in the answer of a URL may be fetched.

    Raises ValueError, with the reason, where it may not.
    """
    try:
        url = reference(answer, uri)
    except ValueError as error:
        raise ValueError(f"{_NOT_FOLLOWED}: {error}") from None
    if configured_server(url) is None:
        raise ValueError(_NOT_FOLLOWED)
    return url


def read_bulk(answer: Url, uri: str) -> Answer:
    """The value behind a BulkDataURI in the answer of a URL.

    Raises ValueError, with the reason, for a URI that is not followed, and what `read` raises.
    """
    return read(bulk_url(answer, uri), *_FORMS, service="object")
