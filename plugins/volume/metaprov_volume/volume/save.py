"""A volume as files: NIfTI for its voxels, JSON for all that NIfTI cannot hold."""

from __future__ import annotations

import gzip
from importlib.metadata import PackageNotFoundError, version
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from metaprov_volume.errors import VolumeError

from .group_times import group_times
from .to_nibabel import to_nibabel
from .whole_files import written_whole

if TYPE_CHECKING:
    from os import PathLike

    from .voxels import Voxels

__all__ = ["ENDINGS", "described", "save"]

#: What the path of a NIfTI file ends with.
ENDINGS: Final = (".nii.gz", ".nii")
#: That of nibabel.
_LEVEL: Final = 1
#: Who has a part in what was written.
_PACKAGES: Final = (
    "metaprov-core",
    "metaprov-modules",
    "metaprov-volume",
    "metaprov-dicom",
    "metaprov-dicomweb",
    "metaprov-nifti",
    "metaprov-storage",
    "metaprov-scaling",
)


def save(volume: Voxels, path: str | PathLike[str], slice_spacing: float | None = None) -> None:
    """Write PATH.nii or PATH.nii.gz, and PATH.json; what was there before is replaced.

    Raises VolumeError where it cannot be written: another ending, one slice without
    `slice_spacing`, a folder that does not exist.
    """
    path = Path(path)
    ending = next((each for each in ENDINGS if path.name.lower().endswith(each)), None)
    if ending is None or len(path.name) == len(ending):
        raise VolumeError(f"{fspath(path)!r} is to be NAME.nii.gz or NAME.nii: volumes are NIfTI")
    image = to_nibabel(volume, slice_spacing)
    beside = path.with_name(f"{path.name[: -len(ending)]}.json")
    about = msgspec.json.format(msgspec.json.encode(described(volume)), indent=2)
    # The image is the last to be there: whoever finds it finds what it is.
    with written_whole(path) as nifti, written_whole(beside) as json:
        json.write(about + b"\n")
        if ending == ".nii.gz":
            # Without a name and a time, equal volumes are equal files.
            with gzip.GzipFile("", "wb", _LEVEL, nifti, mtime=0) as compressed:
                image.to_stream(compressed)
        else:
            image.to_stream(nifti)


def described(volume: Voxels) -> dict[str, Any]:
    """All there is to know of a volume but its voxels, for JSON."""
    return {
        "values": volume.values,
        "units": volume.units,
        "window": volume.window,
        "shape": volume.array.shape,
        "type": volume.array.dtype.name,
        "groupTimes": group_times(volume.geometries) if volume.has_groups else None,
        "notes": volume.notes,
        "scaling": [
            {
                "imageId": each.image_id,
                "slope": each.slope,
                "intercept": each.intercept,
                "factor": each.factor,
            }
            for each in volume.scaling
        ],
        "geometries": volume.geometries,
        "versions": {name: found for name in _PACKAGES if (found := _version(name)) is not None},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
