"""A wrapper that hides who a patient is, wherever it is asked for: headers, and whole datasets."""

from __future__ import annotations

import hashlib
import shutil

import pytest

from metaprov_core import hookimpl, with_fields
from metaprov_core.testing import ProviderConformanceTests

pytest.importorskip("pydicom")
files = pytest.importorskip("metaprov_dicom.plugins.files")

HIDDEN = ("PatientName", "PatientID")


class Pseudonyms:
    """Each patient has the same pseudonym in all images."""

    def __init__(self, key):
        self.key = key

    @hookimpl(specname="get_metadata", types=["instance"], wrapper=True)
    def wrap_instance(self):
        instance = yield
        if instance is None or "PatientID" not in instance:
            return instance
        return with_fields(instance, **dict.fromkeys(HIDDEN, self.of(instance["PatientID"])))

    @hookimpl(specname="get_metadata", types=["dataset"], wrapper=True)
    def wrap_dataset(self):
        from copy import deepcopy

        dataset = yield
        if dataset is None or "PatientID" not in dataset:
            return dataset
        hidden = deepcopy(dataset)
        for keyword in HIDDEN:
            setattr(hidden, keyword, self.of(dataset.PatientID))
        return hidden

    def of(self, patient):
        return hashlib.blake2s(str(patient).encode(), key=self.key).hexdigest()[:12]


class TestPseudonyms(ProviderConformanceTests):
    # The tests read with it, and are in one module with the plugin.
    heavy_modules = ()

    @pytest.fixture
    def plugin(self):
        return Pseudonyms(b"of this project")

    @pytest.fixture
    def sources(self):
        return [files.DicomFiles()]

    @pytest.fixture
    def image_id(self, tmp_path):
        from pydicom.data import get_testdata_file

        shutil.copy(get_testdata_file("CT_small.dcm"), tmp_path / "ct.dcm")
        return f"dicomfile:{tmp_path}/ct.dcm"

    @pytest.fixture
    def answers(self, image_id):
        reader = files.DicomFiles()
        pseudonym = Pseudonyms(b"of this project").of("1CT1")
        dataset = reader.get_dataset(image_id)
        dataset.PatientName = dataset.PatientID = pseudonym
        instance = reader.get_instance(image_id)
        return {
            ("instance", image_id): {**instance, **dict.fromkeys(HIDDEN, pseudonym)},
            ("dataset", image_id): dataset,
        }

    @pytest.fixture
    def unreadable(self, tmp_path):
        (tmp_path / "text.dcm").write_text("not DICOM at all")
        return [
            ("instance", f"dicomfile:{tmp_path}/text.dcm"),
            ("dataset", f"dicomfile:{tmp_path}/missing.dcm"),
        ]
