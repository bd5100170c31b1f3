"""A host with the plugins, and places that hold files: memory, archives, S3, a web server."""

from __future__ import annotations

import http.server
import importlib.util
import io
import re
import sys
import tarfile
import threading
import zipfile
from functools import partial
from pathlib import Path

import fsspec
import pydicom
import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

import metaprov_storage
from metaprov_core import Host
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules
from metaprov_storage.places import masking
from metaprov_storage.provider import Storage

# Tests are no package: a module for several of them is loaded by its path.
_spec = importlib.util.spec_from_file_location(
    "s3_server", Path(__file__).with_name("s3_server.py")
)
s3_server = importlib.util.module_from_spec(_spec)
sys.modules["s3_server"] = s3_server
_spec.loader.exec_module(s3_server)

#: Of real files, in bytes: each is read some hundred times.
LONGEST = 250_000
CT = "1.2.840.10008.5.1.4.1.1.2"


@pytest.fixture(autouse=True)
def _as_installed(monkeypatch):
    """No places, no secrets, no credentials of whoever runs the tests."""
    for name in ("METAPROV_STORAGE", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(masking, "_secrets", set())
    metaprov_storage.configure()
    yield
    metaprov_storage.configure()


@pytest.fixture
def host():
    with Host() as host:
        host.register(DicomFiles(), "dicom-files")
        host.register(DicomModules(), "dicom-modules")
        host.register(Storage(), "storage")
        yield host


@pytest.fixture(scope="session")
def s3_of_all():
    with s3_server.S3Server() as server:
        yield server


@pytest.fixture
def s3(s3_of_all):
    """A server of S3's protocol whose bucket is empty, and may be asked."""
    s3_of_all.empty()
    metaprov_storage.configure("s3://images/", **s3_of_all.options)
    return s3_of_all


@pytest.fixture
def ct():
    """The bytes of a CT file that has all it should have, and other attributes by keyword."""

    def ct(number=1, **attributes):
        dataset = Dataset()
        dataset.SOPClassUID, dataset.SOPInstanceUID = CT, f"1.2.3.4.{number}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3", "1.2.3.4"
        dataset.Modality, dataset.InstanceNumber = "CT", number
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.Rows, dataset.Columns = 64, 128
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
        dataset.PixelRepresentation = 0
        dataset.PixelSpacing = [0.5, 0.75]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.ImagePositionPatient = [0, 0, float(number)]
        dataset.PixelData = bytes([number]) * (64 * 128 * 2)
        for keyword, value in attributes.items():
            setattr(dataset, keyword, value)
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        file = io.BytesIO()
        dataset.save_as(file, enforce_file_format=True)
        return file.getvalue()

    return ct


class Folder:
    """A folder on this disk: what the others are compared with."""

    def __init__(self, folder):
        self.source = str(folder)

    def fill(self, files):
        for name, data in files.items():
            path = Path(self.source, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return self

    def id(self, name):
        return f"dicomfile:{self.source}/{name}"


class Zip(Folder):
    def __init__(self, folder, method=zipfile.ZIP_STORED, **options):
        super().__init__(folder / "images.zip")
        self.method, self.options = method, options

    def fill(self, files):
        with zipfile.ZipFile(self.source, "w", self.method) as archive:
            for name, data in files.items():
                with archive.open(name, "w", **self.options) as member:
                    member.write(data)
        return self

    def id(self, name):
        return f"zip://{name}::{self.source}"


class Tar(Folder):
    def __init__(self, folder, ending="tar"):
        super().__init__(folder / f"images.{ending}")
        self.mode = f"w:{ending.partition('.')[2]}"

    def fill(self, files):
        with tarfile.open(self.source, self.mode) as archive:
            for name, data in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return self

    def id(self, name):
        return f"tar://{name}::{self.source}"


class Memory(Folder):
    def __init__(self, folder):
        self.source = f"memory://{folder.name}/images/"

    def fill(self, files):
        store = fsspec.filesystem("memory")
        for name, data in files.items():
            store.pipe_file(self.source + name, data)
        return self

    def id(self, name):
        return self.source + name


class S3(Folder):
    def __init__(self, server):
        self.server, self.source = server, "s3://images/sets/"

    def fill(self, files):
        for name, data in files.items():
            self.server.store(f"sets/{name}", data)
        return self

    def id(self, name):
        return self.source + name


PLACES = {
    "zip": Zip,
    "deflated zip": partial(Zip, method=zipfile.ZIP_DEFLATED),
    "Zip64": partial(Zip, force_zip64=True),
    "tar": Tar,
    "tar.gz": partial(Tar, ending="tar.gz"),
    "memory": Memory,
    "S3": None,
}


@pytest.fixture(params=PLACES)
def place(request, tmp_path):
    """Each kind of place, empty."""
    if request.param == "S3":
        return S3(request.getfixturevalue("s3"))
    return PLACES[request.param](tmp_path)


@pytest.fixture
def zip_place(tmp_path):
    return Zip(tmp_path)


@pytest.fixture
def memory_place(tmp_path):
    return Memory(tmp_path)


@pytest.fixture
def s3_place(s3):
    return S3(s3)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "folder")


@pytest.fixture(scope="session")
def files_of_pydicom():
    """Real files, DICOM or not, whose headers are written in every way there is."""
    data = Path(pydicom.__file__).parent / "data" / "test_files"
    files = {path.name: path.read_bytes() for path in sorted(data.glob("*.dcm"))}
    # Longer ones are written in no other way.
    return {name: content for name, content in files.items() if len(content) < LONGEST}


@pytest.fixture
def web():
    """A web server on loopback; its ``files`` by path, and what it does with ranges."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _WebHandler)
    server.files, server.asked, server.faults, server.has_ranges = {}, [], [], True
    server.sent = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    metaprov_storage.configure()
    server.shutdown()
    thread.join()
    server.server_close()


class _WebHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        self.server.sent.append(self.headers)
        data = self.server.files.get(self.path.partition("?")[0])
        status, headers = 200, {"ETag": '"1"'}
        if self.server.faults:
            status, data = self.server.faults.pop(0), b"not what was asked for"
        elif data is None:
            status, data = 404, b"nothing"
        elif isinstance(data, str):
            status, headers, data = 302, {"Location": data}, b""
        elif self.server.has_ranges and "Range" in self.headers:
            first, last = map(int, re.findall(r"\d+", self.headers["Range"]))
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            status, data = 206, data[first : last + 1]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(data)
        except ConnectionError:
            # Whoever has what was asked for hangs up.
            self.close_connection = True

    def do_HEAD(self):
        data = self.server.files[self.path]
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        self.server.asked.append((self.path, "HEAD"))

    def log_message(self, *_):
        """Nobody reads it."""
