"""The paths of the service, and what answers them (PS3.18 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.routing import Route

from .exchange.places import ROOT
from .retrieved.metadata import Metadata
from .retrieved.pixels import Pixels
from .retrieved.retrieving import Retrieving
from .searched.searching import Searching

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from .indexed.archive import Archive


__all__ = ["routes"]

_STUDY: Final = "/studies/{study}"
_SERIES: Final = f"{_STUDY}/series/{{series}}"
_INSTANCE: Final = f"{_SERIES}/instances/{{instance}}"
_FRAMES: Final = f"{_INSTANCE}/frames/{{frames}}"


def routes(served: Archive) -> list[BaseRoute]:
    """The routes of an archive, which is only read; their paths begin with /dicomweb."""
    metadata = Metadata(served)
    searching, pixels = Searching(served, metadata), Pixels(served)
    retrieving = Retrieving(served, metadata)
    table = {
        "/studies": searching.studies,
        "/series": searching.series,
        "/instances": searching.instances,
        f"{_STUDY}/series": searching.series,
        f"{_STUDY}/instances": searching.instances,
        f"{_SERIES}/instances": searching.instances,
        _STUDY: retrieving.instances,
        _SERIES: retrieving.instances,
        _INSTANCE: retrieving.instance,
        f"{_STUDY}/metadata": retrieving.metadata_of_all,
        f"{_SERIES}/metadata": retrieving.metadata_of_all,
        f"{_INSTANCE}/metadata": retrieving.metadata,
        _FRAMES: pixels.frames,
        f"{_INSTANCE}/bulkdata/{{path}}": pixels.bulk_data,
        f"{_INSTANCE}/rendered": pixels.rendered,
        f"{_FRAMES}/rendered": pixels.rendered,
        f"{_STUDY}/thumbnail": pixels.thumbnail_of_all,
        f"{_SERIES}/thumbnail": pixels.thumbnail_of_all,
        f"{_INSTANCE}/thumbnail": pixels.thumbnail,
        f"{_FRAMES}/thumbnail": pixels.thumbnail,
    }
    return [Route(f"{ROOT}{path}", endpoint) for path, endpoint in table.items()]
