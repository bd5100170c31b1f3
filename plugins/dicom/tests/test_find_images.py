"""Finding the images behind a folder or a file."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from metaprov_core import Host, MetadataNotFoundError, MetadataReadError, hookimpl


def test_a_file_has_its_id(host: Host, write: Callable[..., str]) -> None:
    image = write()
    path = Path(image.removeprefix("dicomfile:"))
    for source in (image, str(path), path.as_uri()):
        assert list(host.find_images(source)) == [image]


def test_an_image_with_several_frames_has_an_id_for_each(
    host: Host, write: Callable[..., str]
) -> None:
    image = write(NumberOfFrames=3)
    expected = [f"{image}?frame=1", f"{image}?frame=2", f"{image}?frame=3"]
    assert list(host.find_images(image)) == expected


def test_a_folder_is_searched_before_the_folders_in_it(
    host: Host, write: Callable[..., str], tmp_path: Path
) -> None:
    images = [
        write(name) for name in ("a.dcm", "z.dcm", "a/3", "deep/2", "deep/down/1", "deep.er/1")
    ]
    assert list(host.find_images(str(tmp_path))) == images


def test_in_a_folder_series_come_by_their_first_path_and_images_by_number_then_path(
    host: Host, write: Callable[..., str], tmp_path: Path
) -> None:
    in_order = [
        write("m9.dcm", SeriesInstanceUID="1.2", InstanceNumber=1),
        write("a1.dcm", SeriesInstanceUID="1.2", InstanceNumber=2),
        write("z0.dcm", SeriesInstanceUID="1.2", InstanceNumber=10),
        write("z1.dcm", SeriesInstanceUID="1.2", InstanceNumber=10),
        write("z2.dcm", SeriesInstanceUID="1.2"),
        write("b1.dcm", SeriesInstanceUID="1.1", InstanceNumber=1),
        write("b2.dcm"),
        write("c1.dcm", InstanceNumber=0),
        write("sub/1.dcm", SeriesInstanceUID="1.1", InstanceNumber=0),
    ]
    assert list(host.find_images(str(tmp_path))) == in_order


def test_links_to_files_are_files_and_links_to_folders_are_not_followed(
    host: Host, write: Callable[..., str], tmp_path: Path
) -> None:
    image = write("data/a/1.dcm")
    here = tmp_path / "data"
    (here / "loop").symlink_to(here)
    (here / "a" / "up").symlink_to("..")
    (here / "a" / "link.dcm").symlink_to("1.dcm")
    (here / "a" / "broken.dcm").symlink_to("nowhere")
    (tmp_path / "linked").symlink_to(here)
    assert list(host.find_images(str(here))) == [image, f"dicomfile:{here}/a/link.dcm"]
    # What is given is searched, link or not.
    linked = f"dicomfile:{tmp_path}/linked/a"
    assert list(host.find_images(str(tmp_path / "linked"))) == [
        f"{linked}/1.dcm", f"{linked}/link.dcm",
    ]  # fmt: skip


def test_what_is_no_dicom_is_passed_over_silently(
    host: Host, write: Callable[..., str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    image = write()
    (tmp_path / "README.txt").write_text("about these images")
    (tmp_path / "empty.dcm").touch()
    os.mkfifo(tmp_path / "pipe")
    assert list(host.find_images(str(tmp_path))) == [image]
    assert not caplog.records


def test_dicom_that_cannot_be_read_is_passed_over_with_a_warning(
    host: Host, write: Callable[..., str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    image = write()
    content = bytearray(Path(get_testdata_file("image_dfl.dcm", download=False)).read_bytes())
    content[400:500] = bytes(100)
    (tmp_path / "damaged.dcm").write_bytes(content)
    with caplog.at_level(logging.WARNING, "metaprov_dicom"):
        assert list(host.find_images(str(tmp_path))) == [image]
    assert "damaged.dcm" in caplog.text


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_dicomdir_is_no_image_of_its_folder(host: Host) -> None:
    folder = Path(get_testdata_file("CT_small.dcm", download=False)).parent / "dicomdirtests"
    images = list(host.find_images(str(folder)))
    assert len(images) == 81
    assert not any("DICOMDIR" in image for image in images)


def test_an_empty_folder_has_no_images(host: Host, tmp_path: Path) -> None:
    assert list(host.find_images(str(tmp_path))) == []


def test_the_first_id_comes_before_the_next_folder_is_looked_into(
    host: Host, write: Callable[..., str], tmp_path: Path
) -> None:
    images = [write("a/1.dcm"), write("b/1.dcm")]
    found = iter(host.find_images(str(tmp_path)))
    assert next(found) == images[0]
    later = write("b/0.dcm")
    assert list(found) == [later, images[1]]


def test_a_folder_is_searched_when_the_first_image_is_asked_for(
    host: Host, write: Callable[..., str], tmp_path: Path
) -> None:
    images = host.find_images(str(tmp_path))
    assert isinstance(images, Iterator)
    image = write()
    assert list(images) == [image]


def test_a_path_that_does_not_exist_is_an_error(host: Host, tmp_path: Path) -> None:
    with pytest.raises(MetadataReadError, match="no such file"):
        host.find_images(str(tmp_path / "none"))


def test_dicom_that_cannot_be_read_is_an_error(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "damaged.dcm"
    path.write_bytes(bytes(128) + b"DICM")
    with pytest.raises(MetadataReadError, match="damaged"):
        host.find_images(str(path))


def test_a_file_that_is_no_dicom_is_left_to_others_with_a_note(host: Host, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no DICOM")
    with pytest.raises(MetadataNotFoundError) as raised:
        host.find_images(str(path))
    assert f"{path} is not DICOM: no DICM at byte 128, and no SOPClassUID" in str(raised.value)
    host.register(NotesReader())
    assert list(host.find_images(str(path))) == [f"notes:{path}"]


class NotesReader:
    @hookimpl
    def find_images(self, source: str) -> list[str] | None:
        return [f"notes:{source}"] if source.endswith(".txt") else None


def test_what_others_claim_by_its_ending_is_theirs(
    write: Callable[..., str], tmp_path: Path
) -> None:
    image = write("plain/a.dcm", SeriesInstanceUID="1.2")
    content = Path(image.removeprefix("dicomfile:")).read_bytes()
    for name in ("plain/b.toy", "plain/c.TOY", "folder.toy/d", "folder.toy/e.toy"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    inside = f"dicomfile:{tmp_path}/folder.toy/d"
    other = f"dicomfile:{tmp_path}/plain/b.toy"
    found = found_where_toy_is_claimed(
        f"{tmp_path}",
        f"{tmp_path}/folder.toy",
        f"toy:{tmp_path}/folder.toy",
        f"{tmp_path}/plain/b.toy",
        f"TOY:{tmp_path}/plain/b.toy",
        other,
    )
    assert found == [[inside, image], [inside], None, None, None, [other]]


def found_where_toy_is_claimed(*sources: str) -> list[list[str] | None]:
    """What DicomFiles finds, in a process in which the ending .toy is another plugin's."""
    program = (
        "import json, sys\n"
        "from metaprov_core import schemes\n"
        "from metaprov_dicom.plugins.files import DicomFiles\n"
        "claim = schemes.Claim('toys', '.toy', 'toy')\n"
        "schemes._Process.suffixes = schemes.Suffixes([claim])\n"
        "files = DicomFiles()\n"
        "found = map(files.find_images, sys.argv[1:])\n"
        "print(json.dumps([None if ids is None else list(ids) for ids in found]))\n"
        "last = sys.argv[-1]\n"
        "assert files.get_series_image_ids(last) == (last,)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *sources], capture_output=True, text=True, check=True
    )
    found: list[list[str] | None] = json.loads(ran.stdout)
    return found


def test_ids_hold_absolute_paths(
    host: Host, write: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = write("sub/image.dcm")
    monkeypatch.chdir(tmp_path)
    assert list(host.find_images("sub")) == [image]


def test_a_file_whose_name_ends_like_a_frame_can_be_asked_for(
    host: Host, write: Callable[..., str], tmp_path: Path
) -> None:
    write("image?frame=7", Rows=3)
    (image,) = host.find_images(str(tmp_path))
    assert host.require("imagePlaneModule", image).rows == 3


def test_a_url_is_no_folder_of_ours(host: Host) -> None:
    from metaprov_dicom.plugins.files import DicomFiles

    assert DicomFiles().find_images("https://host/dicom-web/studies/1.2/series/1.3") is None
