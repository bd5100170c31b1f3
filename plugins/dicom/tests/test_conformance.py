"""The plugins, held to the contract of all providers."""

from __future__ import annotations

import pytest

from metaprov_core import hookimpl
from metaprov_core.testing import ProviderConformanceTests
from metaprov_dicom import BASE_IMAGE_ID, IMAGE_URL, INSTANCE, URI, ImagePlaneModule
from metaprov_dicom.modules import MODULES
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

SPACING = (0.5, 0.75)


class TestDicomFiles(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self):
        return DicomFiles()

    @pytest.fixture
    def image_id(self, write):
        return write(
            PatientName="Ann",
            SeriesInstanceUID="1.2.3",
            PixelSpacing=list(SPACING),
            Rows=4,
            Columns=3,
            BitsAllocated=8,
            PixelData=bytes(12),
        )

    @pytest.fixture
    def answers(self, image_id):
        # Once read by another instance of the plugin, which has no answer in common with this.
        reader = DicomFiles()
        return {
            ("instance", image_id): reader.get_instance(image_id),
            ("dataset", image_id): reader.get_dataset(image_id),
            ("seriesImageIds", image_id): (image_id,),
            ("framePixelData", image_id): reader.get_frame_pixel_data(image_id),
        }

    @pytest.fixture
    def unreadable(self, tmp_path):
        (tmp_path / "text.dcm").write_text("not DICOM at all")
        return [
            ("instance", f"dicomfile:{tmp_path}/text.dcm"),
            ("dataset", f"{tmp_path}/missing.dcm"),
        ]

    @pytest.fixture
    def found(self, image_id):
        path = image_id.removeprefix("dicomfile:")
        return {path: [image_id]}


class TestDicomModules(ProviderConformanceTests):
    # Each module has tests of its own; the one provider of them all is tested with one. What
    # follows from an id alone is answered for any id.
    untried_types = frozenset(map(str, MODULES)) - {"imagePlaneModule"} | {
        BASE_IMAGE_ID,
        IMAGE_URL,
        URI,
    }

    @pytest.fixture
    def plugin(self):
        return DicomModules()

    @pytest.fixture
    def sources(self):
        class Source:
            @hookimpl(types=[INSTANCE], schemes=["clinic"])
            def get_metadata(self, image_id):
                if image_id.startswith("clinic:7"):
                    return {"Rows": 4, "Columns": 3, "PixelSpacing": SPACING}
                return None

        return [Source()]

    @pytest.fixture
    def answers(self):
        return {
            ("imagePlaneModule", "clinic:7"): None,
            ("frameImageIds", "clinic:7"): ("clinic:7?frame=1",),
        }

    def same(self, answer, expected):
        if expected is None:
            return isinstance(answer, ImagePlaneModule) and answer.pixel_spacing == SPACING
        return answer == expected
