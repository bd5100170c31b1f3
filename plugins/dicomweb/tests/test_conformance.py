"""The plugin, held to the contract of all providers."""

from __future__ import annotations

import pytest

from metaprov_core.testing import ProviderConformanceTests
from metaprov_core.testing.imports import HEAVY
from metaprov_dicomweb.provider import DicomWeb


class TestDicomWeb(ProviderConformanceTests):
    heavy_modules = HEAVY | {"urllib3", "http", "ssl"}

    @pytest.fixture
    def plugin(self):
        return DicomWeb()

    @pytest.fixture
    def object_id(self, server, series):
        return f"wadouri:{server.host}/wado?requestType=WADO&objectUID=1.2.3.4.2"

    @pytest.fixture
    def answers(self, series, object_id):
        # From another instance of the plugin, which shares no answer with this one.
        other = DicomWeb()
        return {
            ("instance", series[0]): other.get_instance(series[0]),
            ("instance", f"{series[1]}/frames/1"): other.get_instance(series[1]),
            ("instance", object_id): other.get_instance(object_id),
            ("dataset", series[0]): other.get_dataset(series[0]),
            ("dataset", object_id): other.get_dataset(object_id),
            ("seriesImageIds", series[0]): tuple(series),
            ("framePixelData", series[0]): other.get_frame_pixels(series[0]),
            ("framePixelData", object_id): other.get_frame_pixels_of_object(object_id),
        }

    @pytest.fixture
    def unreadable(self, server, series):
        return [
            ("instance", f"{series[0]}/frames/2"),
            ("instance", series[0].replace("1.2.3.4.1", "1.2.3.4.77")),
            ("seriesImageIds", series[0].replace("1.2.3.4.1", "1.2.3.4.77")),
            ("instance", f"wadouri:{server.host}/wado?requestType=WADO&objectUID=1.77"),
        ]

    @pytest.fixture
    def found(self, server, series):
        return {f"{server.base}/studies/1.2.3": series}
