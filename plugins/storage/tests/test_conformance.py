"""The plugin, held to the contract of all providers, for an archive, memory and S3."""

from __future__ import annotations

import pytest

from metaprov_core.testing import ProviderConformanceTests
from metaprov_core.testing.imports import HEAVY
from metaprov_modules import BYTE_SOURCE
from metaprov_storage.provider import Storage


class StorageTests(ProviderConformanceTests):
    heavy_modules = HEAVY | {
        "fsspec",
        "s3fs",
        "aiohttp",
        "botocore",
        "asyncio",
        "tarfile",
        "zipfile",
    }

    # Each answer is something to read from, and equal to no other: test_other_formats.py has it.
    untried_types = frozenset({BYTE_SOURCE})

    @pytest.fixture
    def plugin(self):
        return Storage()

    @pytest.fixture
    def place(self):
        raise NotImplementedError

    @pytest.fixture
    def filled(self, place, ct):
        return place.fill({"a/1.dcm": ct(1), "a/2.dcm": ct(2), "text.dcm": b"not DICOM at all"})

    @pytest.fixture
    def answers(self, filled):
        # From another instance of the plugin, which shares no answer with this one.
        other = Storage()
        first, second = filled.id("a/1.dcm"), filled.id("a/2.dcm")
        return {
            ("instance", first): other.get_instance(first),
            ("instance", f"{second}?frame=1"): other.get_instance(second),
            ("dataset", first): other.get_dataset(first),
            ("seriesImageIds", first): (first, second),
            ("framePixelData", first): other.get_frame_pixels(first),
        }

    @pytest.fixture
    def unreadable(self, filled):
        return [
            ("instance", filled.id("text.dcm")),
            ("instance", filled.id("missing.dcm")),
            ("dataset", f"{filled.id('a/1.dcm')}?frame=2"),
            ("seriesImageIds", filled.id("missing.dcm")),
        ]

    @pytest.fixture
    def found(self, filled):
        return {filled.source: [filled.id("a/1.dcm"), filled.id("a/2.dcm")]}


class TestAZip(StorageTests):
    @pytest.fixture
    def place(self, zip_place):
        return zip_place


class TestMemory(StorageTests):
    @pytest.fixture
    def place(self, memory_place):
        return memory_place


class TestS3(StorageTests):
    @pytest.fixture
    def place(self, s3_place):
        return s3_place


# Not a suite of its own.
del StorageTests
