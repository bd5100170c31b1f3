"""A host with the two plugins, and DICOM files made of attributes or of raw elements."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydicom
import pytest
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from metaprov_core import Host
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.file.reader import read_instance
from metaprov_dicom.instance.instance import Instance
from metaprov_dicom.json_model.elements import instance_from_json
from metaprov_dicom.json_model.encoded import instance_from_encoded_json
from metaprov_dicom.plugins.added import AddedInstances
from metaprov_dicom.plugins.attributes import DicomAttributes
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metaprov_dicom import JsonSource

CT = "1.2.840.10008.5.1.4.1.1.2"


@pytest.fixture
def host() -> Host:
    host = Host()
    host.register(DicomFiles(), "dicom-files")
    host.register(DicomModules(), "dicom-modules")
    host.register(AddedInstances(), "dicom-added")
    host.register(DicomAttributes(), "dicom-attributes")
    return host


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Write a file with these attributes, of a CT image unless they say otherwise; its id."""

    def write(
        name: str = "image.dcm", transfer_syntax: str = ExplicitVRLittleEndian, **attributes: Any
    ) -> str:
        dataset = Dataset()
        dataset.SOPClassUID = CT
        dataset.SOPInstanceUID = f"1.2.3.{len(list(tmp_path.rglob('*')))}"
        # Without it, a header that ends early would be one that was cut off.
        dataset.Rows = 1
        for keyword, value in attributes.items():
            setattr(dataset, keyword, value)
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = transfer_syntax
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        dataset.save_as(path, enforce_file_format=True)
        return f"dicomfile:{path}"

    return write


@pytest.fixture
def ask(host: Host) -> Callable[..., Any]:
    """The module of an image whose instance is a plain dictionary, of another source than files."""
    instances: dict[str, Mapping[str, Any]] = {}

    def source(type: str, image_id: str) -> Mapping[str, Any] | None:
        return instances.get(image_id) if type == "instance" else None

    host.register(source, "source")

    def ask(type: str, frame: int | None = None, **attributes: Any) -> Any:
        image_id = f"test:{len(instances)}" + ("" if frame is None else f"?frame={frame}")
        instances[image_id] = attributes
        return host.get(type, image_id)

    return ask


Element = tuple[int, str, bytes]


@pytest.fixture
def write_elements(tmp_path: Path) -> Callable[..., str]:
    """Write a file with these elements, byte by byte; its id. VR None is implicit VR."""

    def write(
        *elements: tuple[int, str | None, bytes], byte_order: str = "<", name: str = "raw.dcm"
    ) -> str:
        syntax = "1.2.840.10008.1.2.2" if byte_order == ">" else "1.2.840.10008.1.2.1"
        if any(vr is None for _, vr, _ in elements):
            syntax = "1.2.840.10008.1.2"
        meta = encoded(0x00020010, "UI", syntax.encode())
        group_length = encoded(0x00020000, "UL", struct.pack("<I", len(meta)))
        data = b"".join(
            encoded(*element, byte_order=byte_order)
            for element in sorted(elements, key=lambda e: e[0])
        )
        path = tmp_path / name
        path.write_bytes(bytes(128) + b"DICM" + group_length + meta + data)
        return f"dicomfile:{path}"

    return write


def encoded(tag: int, vr: str | None, value: bytes, byte_order: str = "<") -> bytes:
    """An element of a file."""
    value += (b"\0" if vr == "UI" else b" ") * (len(value) % 2)
    head = struct.pack(f"{byte_order}HH", tag >> 16, tag & 0xFFFF)
    if vr is None:
        return head + struct.pack(f"{byte_order}I", len(value)) + value
    if vr in ("OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UN", "UR", "UT", "SV", "UV"):
        return head + vr.encode() + struct.pack(f"{byte_order}HI", 0, len(value)) + value
    return head + vr.encode() + struct.pack(f"{byte_order}H", len(value)) + value


@pytest.fixture(name="encoded")
def encoded_element() -> Callable[..., bytes]:
    """Encode an element: tag, VR and value; for what a file has within a sequence."""
    return encoded


@pytest.fixture
def by_every_route(write_elements: Callable[..., str]) -> Callable[..., dict[str, Instance]]:
    """The instances of a CT image with these elements: from a file, from pydicom and from JSON.

    Without those that pydicom has to decode where ``decodes`` is False: it raises. Its JSON lacks
    what it cannot write.
    """

    def by_every_route(*elements: Element, decodes: bool = True) -> dict[str, Instance]:
        sop_class = (0x00080016, "UI", CT.encode())
        path = write_elements(sop_class, *elements).removeprefix("dicomfile:")
        routes = {
            "file": read_instance(path),
            "bytes in a Dataset": Instance(DatasetElements(dcmread(path))),
        }
        if decodes:
            decoded = dcmread(path)
            for element in decoded.iterall():
                assert not element.is_raw
            encoded = json.dumps(decoded.to_json_dict(suppress_invalid_tags=True))
            routes |= {
                "decoded Dataset": Instance(DatasetElements(decoded)),
                "JSON": instance_from_json(json.loads(encoded)),
                "encoded JSON": instance_from_encoded_json(encoded.encode(), NoSource()),
            }
        return routes

    return by_every_route


@pytest.fixture
def no_source() -> JsonSource:
    """A source of encoded JSON that has no more than that."""
    return NoSource()


class NoSource:
    """A source of JSON that has no more than that."""

    def bulk_data(self, _uri: str) -> None:
        return None

    def more(self, _tag: int | None) -> None:
        return None

    def acknowledge(self, _tag: int | None) -> None:
        return None


@pytest.fixture
def item() -> Callable[..., Dataset]:
    """Make an item for a sequence."""

    def item(**attributes: Any) -> Dataset:
        item = Dataset()
        for keyword, value in attributes.items():
            setattr(item, keyword, value)
        return item

    return item


@pytest.fixture
def files_of_pydicom() -> list[Path]:
    """Every file in the folders of test data that pydicom ships, DICOM or not."""
    return _files_of_pydicom()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with the argument ``file_of_pydicom`` runs for each of those files."""
    if "file_of_pydicom" in metafunc.fixturenames:
        metafunc.parametrize("file_of_pydicom", _files_of_pydicom(), ids=lambda path: path.name)


def _files_of_pydicom() -> list[Path]:
    data = Path(pydicom.__file__).parent / "data"
    folders = (data / name for name in ("test_files", "charset_files", "palettes"))
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
