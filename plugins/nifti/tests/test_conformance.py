"""The plugin, held to the contract of all providers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from metaprov_core import Host
from metaprov_core.testing import ProviderConformanceTests
from metaprov_modules import ScalingModule
from metaprov_nifti.bids.provider import BidsSidecars
from metaprov_nifti.provider import NiftiFiles

SIDECAR = {
    "Units": "Bq/mL",
    "AttenuationCorrection": "CT",
    "TracerRadionuclide": "F18",
    "InjectedRadioactivity": 370,
    "InjectedRadioactivityUnits": "MBq",
    "ImageDecayCorrected": True,
    "ImageDecayCorrectionTime": 0,
    "InjectionStart": 0,
    "PatientWeight": 70,
}


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
        Host().register(reader)
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


class TestBidsSidecars(ProviderConformanceTests):
    # Asked of the host for the files themselves.
    @pytest.fixture
    def plugin(self):
        return BidsSidecars()

    @pytest.fixture
    def sources(self):
        return [NiftiFiles()]

    @pytest.fixture
    def image_id(self, write, path_of):
        image_id = write(name="sub-1_pet.nii")
        Path(path_of(image_id)).with_suffix(".json").write_text(json.dumps(SIDECAR))
        return image_id

    @pytest.fixture
    def answers(self, image_id):
        return {
            ("bidsSidecar", image_id): SIDECAR,
            ("scalingModule", image_id): ScalingModule(suvbw=70_000 / 370e6),
        }

    @pytest.fixture
    def added(self):
        return {("bidsSidecar", "nifti:/made/up/sub-2_pet.nii"): {"Units": "kBq/mL"}}
