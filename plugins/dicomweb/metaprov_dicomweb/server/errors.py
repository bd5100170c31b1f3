"""The failures of a server: `MetadataReadError`, and two special kinds of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, overload

from metaprov_core import MetadataReadError

from .masking import masked

if TYPE_CHECKING:
    from .urls import Url

__all__ = ["AnswerTooLargeError", "StatusError", "failed"]

E = TypeVar("E", bound=MetadataReadError)


class StatusError(MetadataReadError):
    """The server answered with a status other than success."""

    #: The status code of HTTP.
    status = 0


class AnswerTooLargeError(MetadataReadError):
    """The answer is larger than the limit."""


@overload
def failed(url: Url, reason: str) -> MetadataReadError: ...
@overload
def failed(url: Url, reason: str, kind: type[E]) -> E: ...
def failed(
    url: Url, reason: str, kind: type[MetadataReadError] = MetadataReadError
) -> MetadataReadError:
    """The error for a URL, without its query, which may name a patient, and without secrets."""
    path = masked(url._replace(query="").target)
    return kind(f"{url.origin}{path}", masked(reason))
