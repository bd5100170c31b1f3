"""What importing a module brings along, seen in a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HEAVY", "imported_with"]

#: Packages that take long to import: a plugin imports them in the function that needs them.
HEAVY: Final = frozenset(
    """
    aiohttp boto3 cv2 dask h5py httpx itk jax matplotlib monai nibabel numba numpy pandas PIL polars
    pyarrow pydicom requests scipy SimpleITK skimage sklearn sqlalchemy tensorflow torch vtk xarray
    zarr
    """.split()  # noqa: SIM905 - thirty lines otherwise
)

_PROGRAM: Final = """
import sys, json
import metaprov_core
before = set(sys.modules)
__import__(sys.argv[1])
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def imported_with(module: str, names: Iterable[str]) -> list[str]:
    """Which of some top-level packages are imported with a module, but for what metaprov needs.

    Raises ImportError, with the traceback, where the module cannot be imported in a fresh process.
    """
    path = os.pathsep.join(place or os.curdir for place in sys.path)
    return sorted(_imported_with(module, path).intersection(names))


@cache  # A module has the plugins of several tests.
def _imported_with(module: str, path: str) -> frozenset[str]:
    completed = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-W", "ignore", "-c", _PROGRAM, module],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if completed.returncode:
        raise ImportError(f"cannot import {module} in a fresh process:\n{completed.stderr}")
    return frozenset(json.loads(completed.stdout.splitlines()[-1]))
