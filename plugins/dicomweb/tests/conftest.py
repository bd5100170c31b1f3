"""A host with the plugins, a server on loopback, and files to store there."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

import metaprov_dicomweb
from metaprov_core import Host
from metaprov_dicom.plugins.attributes import DicomAttributes
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules
from metaprov_dicomweb.provider import DicomWeb
from metaprov_dicomweb.server import masking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Tests are no package: a module for several of them is loaded by its path.
_spec = importlib.util.spec_from_file_location(
    "dicomweb_server", Path(__file__).with_name("dicomweb_server.py")
)
dicomweb_server = importlib.util.module_from_spec(_spec)
sys.modules["dicomweb_server"] = dicomweb_server
_spec.loader.exec_module(dicomweb_server)

CT = "1.2.840.10008.5.1.4.1.1.2"


@pytest.fixture(autouse=True)
def _as_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No servers, no secrets, and the limits of a new process."""
    monkeypatch.delenv("METAPROV_DICOMWEB_SERVERS", raising=False)
    monkeypatch.setattr(masking, "_secrets", OrderedDict())
    metaprov_dicomweb.configure()
    yield
    metaprov_dicomweb.configure()


@pytest.fixture
def server() -> Iterator[Any]:
    """A server without images, which may be asked."""
    with dicomweb_server.DicomWebServer() as server:
        metaprov_dicomweb.configure([server.base, f"{server.host}/wado"], backoff=0)
        yield server
        # Its connections end before the server does.
        metaprov_dicomweb.configure()


@pytest.fixture
def make_host() -> Callable[[], Host]:
    def make() -> Host:
        host = Host()
        host.register(DicomFiles(), "dicom-files")
        host.register(DicomModules(), "dicom-modules")
        host.register(DicomAttributes(), "dicom-attributes")
        host.register(DicomWeb(), "dicomweb")
        return host

    return make


@pytest.fixture
def host(make_host: Callable[[], Host]) -> Host:
    return make_host()


@pytest.fixture
def ct() -> Callable[..., Dataset]:
    """Make a CT image that has all it should have, and other attributes by keyword."""

    def ct(number: int = 1, **attributes: Any) -> Dataset:
        dataset = Dataset()
        dataset.SOPClassUID, dataset.SOPInstanceUID = CT, f"1.2.3.4.{number}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3", "1.2.3.4"
        dataset.Modality, dataset.PatientID, dataset.PatientName = "CT", "P7", "Äbel^Ann"
        dataset.SpecificCharacterSet = "ISO_IR 192"
        dataset.InstanceNumber = number
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.Rows, dataset.Columns = 2, 3
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
        dataset.PixelRepresentation = 0
        dataset.PixelSpacing = [0.5, 0.75]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.ImagePositionPatient = [0, 0, float(number)]
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
        dataset.PixelData = bytes(12)
        for keyword, value in attributes.items():
            setattr(dataset, keyword, value)
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        return dataset

    return ct


@pytest.fixture
def store(server: Any) -> Callable[..., str]:
    """Store a data set on the server; its image id."""

    def store(dataset: Dataset) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return f"wadors:{server.url(server.store(dicomweb_server.encoded(dataset)))}"

    return store


@pytest.fixture
def series(store: Callable[..., str], ct: Callable[..., Dataset]) -> list[str]:
    """The ids of a series of five images on the server."""
    return [store(ct(number)) for number in range(1, 6)]
