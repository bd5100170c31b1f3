"""The parameters of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metaprov_serve.http.errors import HttpError

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["is_set", "of_window", "one", "several", "whole_number"]


def one(request: Request, name: str) -> str:
    """A parameter that has to be there. Raises HttpError, 400."""
    value = request.query_params.get(name)
    if not value:
        raise HttpError(400, f"the parameter {name} is missing")
    return value


def several(request: Request, name: str) -> list[str]:
    """A parameter that is there once or several times. Raises HttpError, 400."""
    one(request, name)
    return request.query_params.getlist(name)


def is_set(request: Request, name: str, *, default: bool = False) -> bool:
    """Whether a parameter is there, and not 0 or false."""
    value = request.query_params.get(name)
    return default if value is None else value.lower() not in {"0", "false", "no"}


def whole_number(request: Request, name: str, most: int) -> int | None:
    """A number from 1 on. Raises HttpError, 400."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and 0 < int(value[:9]) <= most):
        raise HttpError(400, f"{name} is a whole number from 1 to {most}")
    return int(value)


def of_window(request: Request) -> tuple[float, float] | None:
    """``window=CENTER,WIDTH``. Raises HttpError, 400."""
    value = request.query_params.get("window")
    if value is None:
        return None
    try:
        center, width = map(float, value.split(","))
    except ValueError:
        raise HttpError(400, "window is CENTER,WIDTH: two numbers") from None
    return center, width
