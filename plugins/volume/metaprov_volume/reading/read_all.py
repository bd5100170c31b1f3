"""Every volume of a source, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import metaprov_core
from metaprov_core import MetaprovError
from metaprov_volume.pixels import need_numpy
from metaprov_volume.series_volumes import volumes

from .choices import check_choices
from .read import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

    from metaprov_core import Host
    from metaprov_modules import VolumeGeometryModule
    from metaprov_volume.volume.volume import Volume

__all__ = ["VolumesRead", "read_all"]

OnError = Literal["raise", "skip"]


class VolumesRead:
    """The volumes of a source, read as they are asked for, and those that could not be read."""

    def __init__(
        self, found: Iterator[VolumeGeometryModule], skip: bool, how: dict[str, Any]
    ) -> None:
        self._found = found
        self._skip = skip
        self._how = how
        #: What was skipped so far, and why.
        self.errors: list[tuple[VolumeGeometryModule, MetaprovError]] = []

    def __iter__(self) -> Iterator[Volume]:
        return self

    def __next__(self) -> Volume:
        for geometry in self._found:
            try:
                return read(geometry, **self._how)
            except MetaprovError as error:
                if not self._skip:
                    raise
                self.errors.append((geometry, error))
        raise StopIteration


def read_all(
    source: str | PathLike[str] | Iterable[str | PathLike[str]],
    values: str = "stored",
    *,
    on_error: OnError = "raise",
    host: Host | None = None,
    **how: Any,
) -> VolumesRead:
    """Iterate the volumes of a source, each read as `read` does, with the same options.

    A volume is read when it is asked for, and the one before is no longer held.

    With ``on_error="skip"`` a volume that cannot be read is left out, and is among ``errors`` of
    what is returned, as its geometry and the error::

        volumes = read_all("patients", on_error="skip")
        for volume in volumes: ...
        for geometry, error in volumes.errors: ...
    """
    need_numpy()
    check_choices(values=values, on_error=on_error)
    host = metaprov_core.default_host if host is None else host
    found = volumes(source, host)
    return VolumesRead(found, on_error == "skip", {"values": values, "host": host, **how})
