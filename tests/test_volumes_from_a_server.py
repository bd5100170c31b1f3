"""The same volumes, and the same voxels, from files and from a DICOMweb server."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from metaprov_core import Host, MetaprovError

np = pytest.importorskip("numpy")
pytest.importorskip("metaprov_dicom")
metaprov_dicomweb = pytest.importorskip("metaprov_dicomweb")
metaprov_volume = pytest.importorskip("metaprov_volume")

PLUGINS = Path(__file__).parents[1] / "plugins"


def loaded(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


dicomweb_server = loaded("server_of_volumes", PLUGINS / "dicomweb/tests/dicomweb_server.py")
reported_series = loaded("series_on_a_server", PLUGINS / "volume/tests/reported_series.py")


@pytest.fixture
def host():
    with Host(discover=True) as host:
        yield host


@pytest.mark.parametrize("name", reported_series.SERIES)
def test_a_server_has_the_volumes_of_the_files(name, host, tmp_path):
    paths = reported_series.SERIES[name].write(tmp_path)
    files = list(metaprov_volume.volumes(str(tmp_path), host))
    with dicomweb_server.DicomWebServer(paths) as server:
        metaprov_dicomweb.configure([server.base])
        try:
            # Ids of a server do not tell the order of files: volumes are compared by their places.
            study, series, _ = server.images[0].uids
            source = f"{server.base}/studies/{study}/series/{series}"
            found = list(metaprov_volume.volumes(source, host))
            assert sorted(map(geometry, found)) == sorted(map(geometry, files))
            for volume in found:
                same = next(each for each in files if geometry(each) == geometry(volume))
                assert voxels(volume, host) == voxels(same, host)
        finally:
            metaprov_dicomweb.configure()


def geometry(volume):
    return repr(
        (
            volume.dimensions,
            volume.spacing,
            volume.affine_lps,
            volume.slice_indices,
            volume.distances,
            volume.regular,
            volume.tilt_degrees,
            [(gap.distance, gap.missing) for gap in volume.gaps],
            [len(ids) for ids in volume.duplicates],
            len(volume.off_lattice),
            volume.group,
            [note.code for note in volume.notes],
        )
    )


def voxels(volume, host):
    """The stored values, or the class of the error that refuses them."""
    try:
        read = metaprov_volume.read(volume, host=host)
    except MetaprovError as error:
        return type(error)
    return read.array.dtype.str, read.array.tolist()
