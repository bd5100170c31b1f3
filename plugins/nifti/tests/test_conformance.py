"""The plugin, held to the contract of all providers."""

from __future__ import annotations

import pytest

from metaprov_core.testing import ProviderConformanceTests
from metaprov_nifti.provider import NiftiFiles


class TestNiftiFiles(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self):
        return NiftiFiles()

    @pytest.fixture
    def image_id(self, write):
        return f"{write(scl_slope=2.0, scl_inter=1.0, cal_max=9.0)}?frame=2"

    @pytest.fixture
    def answers(self, image_id):
        # Read by another instance of the plugin, which has no answer in common with this.
        reader = NiftiFiles()
        return {
            ("imagePlaneModule", image_id): reader.get_image_plane(image_id),
            ("imagePixelModule", image_id): reader.get_image_pixel(image_id),
            ("modalityLutModule", image_id): reader.get_modality_lut(image_id),
            ("voiLutModule", image_id): reader.get_voi_lut(image_id),
            ("niftiHeader", image_id): reader.get_nifti_header(image_id),
            ("multiframeModule", image_id): reader.get_multiframe(image_id),
            ("frameModule", image_id): reader.get_frame(image_id),
            ("frameImageIds", image_id): reader.get_frame_image_ids(image_id),
            ("seriesImageIds", image_id): reader.get_series_image_ids(image_id),
            ("seriesVolumes", image_id): reader.get_series_volumes(image_id),
            ("volumeGeometryModule", image_id): reader.get_volume_geometry(image_id),
            ("framePixelData", image_id): reader.get_frame_pixel_data(image_id),
        }

    @pytest.fixture
    def unreadable(self, tmp_path):
        (tmp_path / "text.nii").write_text("not NIfTI at all")
        return [
            ("imagePlaneModule", f"nifti:{tmp_path}/text.nii"),
            ("niftiHeader", f"{tmp_path}/missing.nii.gz"),
        ]

    @pytest.fixture
    def found(self, write, path_of):
        base = write(name="found.nii")
        return {path_of(base): [f"{base}?frame={number}" for number in range(1, 6)]}
