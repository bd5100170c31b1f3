"""A plugin of files in NIfTI, read with nibabel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from metaprov_core import MetadataReadError, MetadataType, ProviderCache, hookimpl, note
from metaprov_core.image_ids import base_image_id
from metaprov_core.testing import ProviderConformanceTests

nibabel = pytest.importorskip("nibabel")
np = pytest.importorskip("numpy")


@dataclass(frozen=True)
class Grid:
    """The grid of an image: voxels, and millimetres between them."""

    shape: tuple[int, ...]
    spacing: tuple[float, ...]


GRID = MetadataType("grid", Grid)


class Nifti:
    """The grid of each file, and the values of its voxels as an array that is read-only."""

    def __init__(self):
        self.grids = ProviderCache(100)
        self.voxels = ProviderCache(10)

    @hookimpl(specname="get_metadata", types=[GRID], schemes=["scan"])
    def get_grid(self, image_id):
        return self.grids.get(base_image_id(image_id), self.read_grid)

    @hookimpl(specname="get_metadata", types=["voxels"], schemes=["scan"])
    def get_voxels(self, image_id):
        return self.voxels.get(base_image_id(image_id), self.read_voxels)

    @hookimpl
    def metadata_changed(self, image_id):
        self.grids.changed(image_id)
        self.voxels.changed(image_id)

    @hookimpl
    def clear_metadata(self, image_id):
        self.grids.clear(image_id)
        self.voxels.clear(image_id)

    @hookimpl
    def find_images(self, source):
        path = Path(source)
        if path.is_dir():
            return (f"scan:{file}" for file in sorted(path.glob("*.nii")))
        if path.suffix == ".nii" and path.is_file():
            return [f"scan:{path}"]
        note(f"{source} is no file in NIfTI")
        return None

    def read_grid(self, base):
        header = self.open(base).header
        return Grid(tuple(header.get_data_shape()), tuple(map(float, header.get_zooms())))

    def read_voxels(self, base):
        voxels = np.asarray(self.open(base).dataobj)
        voxels.flags.writeable = False
        return voxels

    def open(self, base):
        import nibabel

        try:
            return nibabel.load(base.partition(":")[2])
        except (OSError, ValueError, nibabel.filebasedimages.ImageFileError) as error:
            raise MetadataReadError(base, str(error)) from error


class TestNifti(ProviderConformanceTests):
    # The tests read with it, and are in one module with the plugin.
    heavy_modules = ()

    @pytest.fixture
    def plugin(self):
        return Nifti()

    @pytest.fixture
    def image_id(self, tmp_path):
        voxels = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
        image = nibabel.Nifti1Image(voxels, np.diag([2.0, 3.0, 4.0, 1.0]))
        nibabel.save(image, tmp_path / "scan.nii")
        return f"scan:{tmp_path}/scan.nii"

    @pytest.fixture
    def answers(self, image_id):
        voxels = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
        return {
            (GRID, image_id): Grid((2, 3, 4), (2.0, 3.0, 4.0)),
            ("voxels", image_id): voxels,
        }

    @pytest.fixture
    def unreadable(self, tmp_path):
        (tmp_path / "text.nii").write_text("not NIfTI at all")
        return [(GRID, f"scan:{tmp_path}/text.nii"), ("voxels", f"scan:{tmp_path}/missing.nii")]

    @pytest.fixture
    def found(self, image_id, tmp_path):
        return {str(tmp_path): [image_id], str(tmp_path / "scan.nii"): [image_id]}

    @pytest.fixture
    def others(self, image_id):
        return [("grid", "conformance:no-such-image"), ("noSuchModule", image_id)]

    def same(self, answer, expected):
        if isinstance(expected, np.ndarray):
            return isinstance(answer, np.ndarray) and np.array_equal(answer, expected)
        return answer == expected
