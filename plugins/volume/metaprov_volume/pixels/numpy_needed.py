"""Arrays are an extra: who asks for one without NumPy is told what to install."""

from __future__ import annotations

from importlib.util import find_spec

from ..errors import VolumeError

__all__ = ["need_numpy"]


def need_numpy() -> None:
    """Raises VolumeError where there is no NumPy."""
    if find_spec("numpy") is None:
        raise VolumeError(
            "reading pixels needs NumPy: python -m pip install 'metaprov-volume[read]'"
        )
