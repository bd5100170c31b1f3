"""What commands print with ``--json``: images, who answers, types, plugins, volumes, a header."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metaprov_core.cli.served import types_as_dicts
from metaprov_dicom import dicom_json
from metaprov_modules import SERIES_VOLUMES
from metaprov_serve.dicomweb.retrieved.headers import whole_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metaprov_core import Host, PluginRecord
    from metaprov_modules import VolumeGeometryModule

__all__ = ["explanation", "header", "plugins", "types", "volumes"]


def explanation(host: Host, type: str, image_id: str, *, all: bool) -> dict[str, Any]:
    """As `metaprov explain --json` has it."""
    return host.explain(type, image_id, all=all).to_dict()


def types(host: Host) -> list[dict[str, Any]]:
    """As `metaprov types --json` has it."""
    return types_as_dicts(host.types(), host.providers())


def plugins(host: Host) -> list[dict[str, Any]]:
    """As `metaprov plugins --json` has it, but for the folders of files named by hand."""
    return [_without_folder(record) for record in host.plugins()]


def _without_folder(record: PluginRecord) -> dict[str, Any]:
    told, file = record.to_dict(), record.entry_point
    if record.distribution or os.sep not in file:
        return told
    name = Path(file).name
    error = told["error"] and told["error"].replace(file, name)
    return {**told, "entry_point": name, "error": error}


def volumes(host: Host, image_id: str) -> Sequence[VolumeGeometryModule]:
    """The volumes of the series of an image, as `metaprov volumes --json` has them."""
    found: Sequence[VolumeGeometryModule] = host.get(SERIES_VOLUMES, image_id) or ()
    return found


def header(host: Host, image_id: str) -> bytes:
    """The header of an image as DICOM JSON (PS3.18 F.2), with the groups of all its frames.

    Raises MetaprovError where it cannot be read.
    """
    return dicom_json(whole_header(host, image_id))
