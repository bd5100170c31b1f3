"""Deflated data sets: as PS3.5 A.5 has them, as JPIP has them, and with the head of zlib."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID

from metaprov_core import MetadataReadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_core import Host

CT = get_testdata_file("CT_small.dcm", download=False)
DEFLATED = ["1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"]


def raw(data: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflate.compress(data) + deflate.flush()


def is_sequence(value: object) -> bool:
    return isinstance(value, tuple) and any(hasattr(each, "keys") for each in value)


@pytest.fixture
def deflated(tmp_path: Path) -> Callable[..., str]:
    """Write the CT of pydicom, its data set deflated; its path."""

    def deflated(
        syntax: str, deflate: Callable[[bytes], bytes] = raw, cut: int | None = None
    ) -> str:
        dataset = dcmread(CT)
        data = Path(CT).read_bytes()
        start = 132 + 12 + int.from_bytes(data[140:144], "little")
        dataset.file_meta.TransferSyntaxUID = UID(syntax)
        path = tmp_path / "deflated.dcm"
        with path.open("wb") as file:
            file.write(data[:132])
            write_file_meta_info(file, dataset.file_meta)
            file.write(deflate(data[start:])[:cut])
        return str(path)

    return deflated


@pytest.mark.parametrize("syntax", DEFLATED)
@pytest.mark.parametrize("deflate", [raw, zlib.compress, gzip.compress])
def test_it_answers_as_the_file_that_is_not(
    host: Host, deflated: Callable[..., str], syntax: str, deflate: Callable[[bytes], bytes]
) -> None:
    path = deflated(syntax, deflate)
    ours, theirs = dict(host.require("instance", path)), dict(host.require("instance", CT))
    assert ours.pop("TransferSyntaxUID") == syntax
    del theirs["TransferSyntaxUID"]
    assert {key: value for key, value in ours.items() if not is_sequence(value)} == {
        key: value for key, value in theirs.items() if not is_sequence(value)
    }
    assert host.require("imagePlaneModule", path) == host.require("imagePlaneModule", CT)
    assert host.require("transferSyntax", path).transfer_syntax_uid == syntax


@pytest.mark.parametrize("syntax", DEFLATED)
@pytest.mark.parametrize("deflate", [raw, zlib.compress])
def test_pydicom_has_it_too(
    host: Host, deflated: Callable[..., str], syntax: str, deflate: Callable[[bytes], bytes]
) -> None:
    dataset = host.require("dataset", deflated(syntax, deflate))
    assert dataset == host.require("dataset", CT)
    assert dataset.file_meta.TransferSyntaxUID == syntax


@pytest.mark.parametrize("syntax", DEFLATED)
@pytest.mark.parametrize("deflate", [raw, zlib.compress])
def test_where_it_is_cut_off_the_rest_is_an_error(
    host: Host, deflated: Callable[..., str], syntax: str, deflate: Callable[[bytes], bytes]
) -> None:
    path = deflated(syntax, deflate, cut=500)
    assert host.require("generalSeriesModule", CT).modality == host.get("Modality", path)
    with pytest.raises(MetadataReadError, match="the file ends inside"):
        host.get("imagePlaneModule", path)


def test_what_is_not_deflated_is_damaged(host: Host, deflated: Callable[..., str]) -> None:
    path = deflated(DEFLATED[0], lambda data: b"\xff" + data)
    with pytest.raises(MetadataReadError, match=r"deflated\.dcm: damaged"):
        host.get("imagePlaneModule", path)
