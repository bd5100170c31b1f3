"""The failures of stores and archives: `MetadataReadError`, with a status where there is one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from metaprov_core import MetadataReadError

from .masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["StoreStatusError", "failed", "status_of", "with_status"]

#: What a backend without a status of its own means.
_STATUSES: Final[dict[type[Exception], int]] = {FileNotFoundError: 404, PermissionError: 403}
#: How the errors of clients call a status.
_NAMES: Final = {"aiohttp": "status", "azure": "status_code", "gcsfs": "code"}
_NO_CREDENTIALS: Final = "NoCredentialsError"


class StoreStatusError(MetadataReadError):
    """The store answered with a status other than success."""

    #: The status code of HTTP.
    status = 0


def failed(name: str, error: Exception) -> MetadataReadError:
    """The error for what a backend raised, without secrets."""
    if isinstance(error, MetadataReadError):
        return error
    status = status_of(error)
    if status is not None:
        return with_status(name, status, _code_of(error))
    if any(type(each).__name__ == _NO_CREDENTIALS for each in _causes(error)):
        reason = "there are no credentials; of a public bucket, configure(url, anon=True)"
        return MetadataReadError(name, reason)
    said = str(error) or type(error).__name__
    return MetadataReadError(name, masked(getattr(error, "strerror", None) or said))


def with_status(name: str, status: int, code: str = "") -> StoreStatusError:
    """The error for a status; ``code`` is the store's own word for it."""
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    said = f" ({masked(code)})" if code and code != str(status) else ""
    error = StoreStatusError(name, f"the store answers {status}{phrase}{said}")
    error.status = status
    return error


def status_of(error: BaseException) -> int | None:
    """The status of HTTP that a backend's error is about."""
    for each in _causes(error):
        response = getattr(each, "response", None)
        if isinstance(response, dict):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if isinstance(status, int):
                return status
        status = getattr(each, _NAMES.get(type(each).__module__.partition(".")[0], ""), None)
        if isinstance(status, int):
            return status
    for kind, status in _STATUSES.items():
        if isinstance(error, kind):
            return status
    return None


def _code_of(error: BaseException) -> str:
    for each in _causes(error):
        response = getattr(each, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
