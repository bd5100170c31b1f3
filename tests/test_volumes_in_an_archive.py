"""The same volumes, and the same voxels, from a folder and from a zip of it."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from pathlib import Path

import pytest

from metaprov_core import Host, MetaprovError

np = pytest.importorskip("numpy")
pytest.importorskip("metaprov_dicom")
pytest.importorskip("metaprov_storage")
metaprov_volume = pytest.importorskip("metaprov_volume")

_path = Path(__file__).parents[1] / "plugins/volume/tests/reported_series.py"
_spec = importlib.util.spec_from_file_location("series_in_an_archive", _path)
reported_series = importlib.util.module_from_spec(_spec)
sys.modules["series_in_an_archive"] = reported_series
_spec.loader.exec_module(reported_series)


@pytest.fixture(scope="module")
def host():
    with Host(discover=True) as host:
        yield host


@pytest.mark.parametrize("name", reported_series.SERIES)
def test_a_zip_has_the_volumes_of_its_folder(name, host, tmp_path):
    folder, archive = tmp_path / "scans", tmp_path / "scans.zip"
    folder.mkdir()
    paths = list(map(Path, reported_series.SERIES[name].write(folder)))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in paths:
            file.write(path, path.relative_to(folder))

    here = list(metaprov_volume.volumes(str(folder), host))
    there = list(metaprov_volume.volumes(str(archive), host))

    assert [
        geometry(each).replace("zip://", f"dicomfile:{folder}/").replace(f"::{archive}", "")
        for each in there
    ] == [geometry(each) for each in here]
    for one, other in zip(here, there, strict=True):
        assert voxels(other, host) == voxels(one, host)


def geometry(volume):
    """What a volume is in space, with the ids of its images."""
    return repr(
        (
            volume.dimensions,
            volume.spacing,
            volume.affine_lps,
            volume.slice_indices,
            volume.distances,
            volume.regular,
            volume.tilt_degrees,
            volume.gaps,
            volume.group,
            [note.code for note in volume.notes],
            list(volume.image_ids),
            volume.duplicates,
            volume.off_lattice,
        )
    )


def voxels(volume, host):
    """The stored values, or the class of the error that refuses them."""
    try:
        read = metaprov_volume.read(volume, host=host)
    except MetaprovError as error:
        return type(error)
    return read.array.dtype.str, read.array.tolist()
