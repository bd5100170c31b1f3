"""The places that may be asked, in every host of the process."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from metaprov_core import SettingsListeners

from .environment import VARIABLE, places_in
from .masking import public_options
from .place import MEMORY, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .links import Link

__all__ = [
    "as_here",
    "configure",
    "configured_place",
    "listeners",
]


class _Settings:
    def __init__(self) -> None:
        #: By their URLs.
        self.places: dict[str, Place] = {}


_settings: Final = _Settings()
#: Told of every change.
listeners: Final = SettingsListeners()


def configure(url: str | None = None, **options: Any) -> None:
    """Let a place be asked: everything whose URL begins with ``url``.

    ``options`` are those of fsspec's file system for it: ``anon=True`` for a public bucket,
    ``endpoint_url`` for another server than Amazon's, ``key`` and ``secret``. They are in no error,
    no note and no pickle, but for what tells of no secret. Without them the file system looks for
    credentials where it always does. Of two places the longer one counts; the same place again has
    the new options. Without ``url``, only what METAPROV_STORAGE names may be asked from now on.

    What was read before is forgotten. Raises ValueError for what is no URL of a place: a bucket or
    a part of it, ``s3://bucket/prefix/``, a host, ``https://data.example.org/``. What plugins raise
    when they are told of the change is raised as an ExceptionGroup, after all have been told.
    """
    if url is None:
        _settings.places = {}
    else:
        place = Place.of(url, options)
        _settings.places = {**_settings.places, place.url: place}
    listeners.tell()


def configured_place(link: Link) -> Place | None:
    """The place that a link is in, if it may be asked.

    Raises ValueError for a METAPROV_STORAGE that cannot be understood.
    """
    places = [place for place in _all().values() if place.has(link)]
    return max(places, key=lambda place: len(place.url), default=None)


def as_here() -> Callable[[], None]:
    """The call that gives another process the places of this one, without their secrets."""
    places = {place.url: public_options(place.options) for place in _settings.places.values()}
    return partial(_settle, places)


def _settle(places: Mapping[str, Mapping[str, Any]]) -> None:
    """Take over what a process lacks: of a place that it has, it has the secrets too."""
    for url, options in places.items():
        if url not in _settings.places:
            configure(url, **options)


def _all() -> dict[str, Place]:
    try:
        of_environment = places_in(os.environ.get(VARIABLE, ""))
    except ValueError as error:
        raise ValueError(f"{VARIABLE}: {error}") from None
    before = (MEMORY, *of_environment)
    return {**{place.url: place for place in before}, **_settings.places}
