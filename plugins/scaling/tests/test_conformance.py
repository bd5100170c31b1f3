"""The two plugins, held to the contract of all providers."""

from __future__ import annotations

import pytest

from metaprov_core.testing import ProviderConformanceTests
from metaprov_scaling import ScalingModule
from metaprov_scaling.plugins import added
from metaprov_scaling.plugins.computed import ComputedScaling


class TestAddedScaling(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self):
        return added

    @pytest.fixture
    def added(self):
        return {
            ("scalingModule", "wadouri:http://host/wado?objectUID=1"): ScalingModule(suvbw=0.0004),
            ("scalingModule", "scheme://imageId"): ScalingModule(suvbw=0.0002, suvlbm=0.0003),
        }


class TestComputedScaling(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self):
        return ComputedScaling()

    @pytest.fixture
    def sources(self, source_of, pet):
        return [source_of({"pet:1": pet(), "wadors:pt/instances/2": pet()})]

    @pytest.fixture
    def answers(self, series, pet):
        module = series(pet(), pet()).modules[0]
        return {
            ("scalingModule", "pet:1"): module,
            ("scalingModule", "wadors:pt/instances/2"): module,
        }
