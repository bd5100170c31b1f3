"""Which files are read, under which names, and what is said of those that cannot be."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file

from metaprov_core import Host, MetadataReadError
from metaprov_dicom import DATASET, INSTANCE, SOP_COMMON

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_path_an_id_and_a_url_are_one_image(host: Host, write: Callable[..., str]) -> None:
    image = write("with space#1.dcm", Rows=3)
    path = Path(image.removeprefix("dicomfile:"))
    for spelling in (image, str(path), path.as_uri(), f"{image}?frame=1"):
        assert host.require(INSTANCE, spelling)["Rows"] == 3


def test_a_relative_path_is_relative_to_the_current_folder(
    host: Host, write: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("sub/image.dcm", Rows=3)
    monkeypatch.chdir(tmp_path)
    assert host.require(INSTANCE, "sub/image.dcm")["Rows"] == 3


def test_the_path_of_an_id_is_literal_and_that_of_a_url_percent_decoded(
    host: Host, write: Callable[..., str]
) -> None:
    image = write("50%25.dcm", Rows=3)
    path = Path(image.removeprefix("dicomfile:"))
    assert host.require(INSTANCE, image)["Rows"] == 3
    assert path.as_uri().endswith("/50%2525.dcm")
    assert host.require(INSTANCE, path.as_uri())["Rows"] == 3


def test_other_schemes_are_not_asked(host: Host) -> None:
    assert host.get(INSTANCE, "wadouri:https://host/image.dcm") is None


def test_a_missing_file_is_named(host: Host, tmp_path: Path) -> None:
    assert reason(host, tmp_path / "none.dcm") == "no such file"


def test_a_folder_is_no_file(host: Host, tmp_path: Path) -> None:
    assert reason(host, tmp_path) == "it is a folder"


def test_an_empty_file_is_no_image(host: Host, tmp_path: Path) -> None:
    (tmp_path / "empty.dcm").touch()
    assert reason(host, tmp_path / "empty.dcm") == "the file is empty"


def test_a_pipe_is_not_waited_for(host: Host, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.dcm")
    assert reason(host, tmp_path / "pipe.dcm") == "it is not a regular file"


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"not DICOM at all" * 20,
        bytes(1000),
        b"\x08\0\x05\0" + b"\0" * 200,
        b"\x89PNG\r\n\x1a\n",
    ],
)  # fmt: skip
def test_other_content_is_not_dicom(host: Host, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert reason(host, tmp_path / "file") == "no DICM at byte 128, and no SOPClassUID"


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_pydicom_ships_and_is_no_dicom_is_refused(
    host: Host, files_of_pydicom: list[Path]
) -> None:
    refused = {path.name for path in files_of_pydicom if _fails(host, path)}
    assert refused == {
        "FileInfo.txt", "README", "README.md", "README.txt", "crayons.icc", "rtplan.dump",
        "rtstruct.dump", "test1.json", "test_PN.json", "zipMR.gz",
        # A stray byte before the first element: pydicom finds one element, of 173 MB, in it.
        "no_meta.dcm",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm", "rtstruct.dcm"]
)
def test_a_file_without_preamble_is_read_if_it_has_a_sop_class(host: Host, name: str) -> None:
    path = get_testdata_file(name, download=False)
    assert host.require(SOP_COMMON, path).sop_class_uid == dcmread(path, force=True).SOPClassUID


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("meta_missing_tsyntax.dcm", None),
        ("no_meta_group_length.dcm", None),
        ("SC_rgb_small_odd_big_endian.dcm", 3),
        ("image_dfl.dcm", 512),
        ("MR_truncated.dcm", 64),
        ("rtplan_truncated.dcm", None),
        ("ExplVR_BigEnd.dcm", 60),
    ],
)
def test_odd_files_are_read(host: Host, name: str, rows: int | None) -> None:
    instance = host.require(INSTANCE, get_testdata_file(name, download=False))
    assert len(instance) > 0
    assert instance.get("Rows") == rows


@pytest.mark.parametrize("length", [0, 1, 100, 127, 128, 131])
def test_a_file_cut_off_before_its_header_is_not_dicom(
    host: Host, write: Callable[..., str], length: int
) -> None:
    image = write(Rows=3)
    os.truncate(image.removeprefix("dicomfile:"), length)
    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, image)


def test_a_deflated_file_that_is_damaged_is_said_to_be(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "damaged.dcm"
    content = bytearray(Path(get_testdata_file("image_dfl.dcm", download=False)).read_bytes())
    content[400:500] = bytes(100)
    path.write_bytes(content)
    assert reason(host, path).startswith("damaged: ")


def test_an_unreadable_file_says_why_with_its_cause(host: Host, tmp_path: Path) -> None:
    with pytest.raises(MetadataReadError) as caught:
        host.get(INSTANCE, str(tmp_path / "none.dcm"))
    assert caught.value.source == str(tmp_path / "none.dcm")
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_every_type_of_an_unreadable_image_is_an_error(host: Host, tmp_path: Path) -> None:
    # These three follow from the id alone, or are answered for others than files.
    for type in host.types().keys() - {"baseImageId", "uriModule", "imageUrlModule"}:
        with pytest.raises(MetadataReadError, match="no such file"):
            host.get(type, str(tmp_path / "none.dcm"))


def test_a_changed_file_is_read_again_when_the_host_is_told(
    host: Host, write: Callable[..., str]
) -> None:
    image = write(Rows=3)
    assert host.require("imagePlaneModule", image).rows == 3
    write(Rows=4)
    assert host.require("imagePlaneModule", image).rows == 3
    host.changed(image_id=image)
    assert host.require("imagePlaneModule", image).rows == 4
    assert host.require(DATASET, image).Rows == 4


def test_clearing_forgets_what_was_read(host: Host, write: Callable[..., str]) -> None:
    image = write(Rows=3)
    assert host.require(INSTANCE, image)["Rows"] == 3
    write(Rows=4)
    host.clear(INSTANCE, f"{image}?frame=1")
    assert host.require(INSTANCE, image)["Rows"] == 4


def test_a_file_is_not_needed_again_once_read(host: Host, write: Callable[..., str]) -> None:
    image = write(Rows=3)
    host.require(INSTANCE, image)
    Path(image.removeprefix("dicomfile:")).unlink()
    assert host.require("imagePlaneModule", image).rows == 3


def test_a_dataset_is_pydicoms_without_pixel_data(host: Host) -> None:
    path = get_testdata_file("CT_small.dcm", download=False)
    dataset = host.require(DATASET, path)
    assert dataset == dcmread(path, stop_before_pixels=True)
    assert dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert "PixelData" not in dataset


def test_a_dataset_can_be_changed_without_changing_the_next_answer(
    host: Host, write: Callable[..., str]
) -> None:
    image = write(Rows=3, PatientName="Doe^Ann")
    mine = host.require(DATASET, image)
    mine.Rows = 4
    mine.PatientName = "X"
    del mine.SOPClassUID
    mine.file_meta.TransferSyntaxUID = "1.2.3"
    again = host.require(DATASET, image)
    assert (again.Rows, again.PatientName, "SOPClassUID" in again) == (3, "Doe^Ann", True)
    assert again.file_meta.TransferSyntaxUID != "1.2.3"
    assert host.require(INSTANCE, image)["Rows"] == 3


def test_a_dataset_with_an_element_that_pydicom_cannot_decode_is_answered(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements((0x00080016, "UI", b"1.2"), (0x00091001, "ZQ", b"??"))
    assert host.require(DATASET, image).SOPClassUID == "1.2"
    assert host.require(INSTANCE, image)["00091001"] == b"??"


def test_a_dataset_of_a_frame_that_is_not_there_is_an_error(
    host: Host, write: Callable[..., str]
) -> None:
    with pytest.raises(MetadataReadError, match="1 frame"):
        host.get(DATASET, f"{write()}?frame=2")


def test_a_copied_file_of_each_spelling_is_read_once(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "ct.dcm"
    shutil.copy(get_testdata_file("CT_small.dcm", download=False), path)
    assert host.get(INSTANCE, str(path)) is host.get(INSTANCE, f"dicomfile:{path}")


def reason(host: Host, path: Path) -> str:
    with pytest.raises(MetadataReadError) as caught:
        host.get(INSTANCE, str(path))
    assert caught.value.source == str(path)
    return caught.value.reason


def _fails(host: Host, path: Path) -> bool:
    try:
        host.get(INSTANCE, str(path))
    except MetadataReadError:
        return True
    return False
