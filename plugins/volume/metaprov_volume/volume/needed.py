"""Libraries that are asked for by name where they are used, for none of them has to be there."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from metaprov_volume.errors import VolumeError

__all__ = ["needed"]

#: What pip calls what is imported, where it is no package of the extra "read".
_BY_ITSELF: Final = {"SimpleITK": "SimpleITK", "xarray": "xarray", "highdicom": "highdicom"}
_OF_READ: Final = "'metaprov-volume[read]'"


def needed(module: str) -> Any:
    """Import a module. Raises VolumeError, with what to install, where it is not there."""
    top = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != top:
            raise
        package = _BY_ITSELF.get(top, _OF_READ)
        raise VolumeError(f"this needs {top}: python -m pip install {package}") from error
