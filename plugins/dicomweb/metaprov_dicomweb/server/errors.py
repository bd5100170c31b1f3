"""What can go wrong with a server, as `MetadataReadError` says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, overload

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from .urls import Url

__all__ = ["AnswerTooLargeError", "StatusError", "failed"]

E = TypeVar("E", bound=MetadataReadError)


class StatusError(MetadataReadError):
    """The server answered with another status than success."""

    #: Of HTTP.
    status = 0


class AnswerTooLargeError(MetadataReadError):
    """The answer is larger than what is taken in."""


@overload
def failed(url: Url, reason: str) -> MetadataReadError: ...
@overload
def failed(url: Url, reason: str, kind: type[E]) -> E: ...
def failed(
    url: Url, reason: str, kind: type[MetadataReadError] = MetadataReadError
) -> MetadataReadError:
    """The error for a URL, whose query is left out: it may name a patient."""
    return kind(str(url._replace(query="")), reason)
