"""How many headers, data sets and modules are kept, and that a search keeps what it read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from metaprov_core import Host
from metaprov_dicom.file import sources
from metaprov_dicom.file.reader import read_instance
from metaprov_dicom.plugins import files
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

if TYPE_CHECKING:
    from collections.abc import Callable

    from metaprov_dicom import Instance


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are opened, in turn."""
    paths: list[str] = []
    original = sources.FileSource.__init__

    def noting(self: Any, path: str) -> None:
        paths.append(path)
        original(self, path)

    monkeypatch.setattr(sources.FileSource, "__init__", noting)
    return paths


def host_with(*plugins: object) -> Host:
    host = Host()
    for plugin in plugins:
        host.register(plugin)
    return host


def test_the_header_of_a_file_that_was_found_is_kept(
    host: Host, write: Callable[..., str], opened: list[str]
) -> None:
    path = write().removeprefix("dicomfile:")
    (image,) = host.find_images(path)
    assert host.require("imagePlaneModule", image).rows == 1
    assert opened == [path]


def test_a_file_is_looked_at_anew_by_each_search(host: Host, write: Callable[..., str]) -> None:
    path = write(name="a.dcm", NumberOfFrames=1).removeprefix("dicomfile:")
    assert list(host.find_images(path)) == [f"dicomfile:{path}"]
    write(name="a.dcm", NumberOfFrames=2)
    assert len(list(host.find_images(path))) == 2
    # Answers are those of before until the host is told, all of them.
    assert host.require("frameModule", path).number_of_frames == 1
    host.changed(None, path)
    assert host.require("frameModule", path).number_of_frames == 2


def test_a_header_that_was_read_before_a_change_is_not_kept(
    host: Host, write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(name="a.dcm", Rows=3).removeprefix("dicomfile:")

    def read_while_it_changes(path: str) -> Instance:
        header = read_instance(path)
        write(name="a.dcm", Rows=4)
        host.changed(None, path)
        return header

    monkeypatch.setattr(files, "read_instance", read_while_it_changes)
    assert list(host.find_images(path)) == [f"dicomfile:{path}"]
    monkeypatch.undo()
    assert host.require("imagePlaneModule", path).rows == 4


def test_so_many_headers_are_kept(write: Callable[..., str], opened: list[str]) -> None:
    images = [write(name=f"{number}.dcm") for number in range(3)]
    for size, reads in ((2, 6), (3, 3)):
        host = host_with(DicomFiles(headers=size), DicomModules())
        opened.clear()
        for type in ("imagePlaneModule", "imagePixelModule"):
            for image in images:
                host.require(type, image)
        assert len(opened) == reads


@pytest.mark.parametrize(
    ("variable", "make"),
    [
        ("METAPROV_DICOM_HEADERS", DicomFiles),
        ("METAPROV_DICOM_DATASETS", DicomFiles),
        ("METAPROV_DICOM_MODULES", DicomModules),
    ],
)
def test_the_environment_says_how_many(
    monkeypatch: pytest.MonkeyPatch, variable: str, make: Callable[[], object]
) -> None:
    for said in ("7", " 7 ", ""):
        monkeypatch.setenv(variable, said)
        assert make()
    for said in ("0", "-1", "many", "1.5", "1e3"):
        monkeypatch.setenv(variable, said)
        with pytest.raises(ValueError, match=rf"{variable} is the number .*: not '{said}'"):
            make()


def test_what_a_program_says_counts(
    monkeypatch: pytest.MonkeyPatch, write: Callable[..., str], opened: list[str]
) -> None:
    monkeypatch.setenv("METAPROV_DICOM_HEADERS", "1")
    images = [write(name=f"{number}.dcm") for number in range(2)]
    host = host_with(DicomFiles(headers=2), DicomModules())
    for type in ("imagePlaneModule", "imagePixelModule"):
        for image in images:
            host.require(type, image)
    assert len(opened) == 2
    with pytest.raises(ValueError, match="headers is the number of headers kept"):
        DicomFiles(headers=0)


def test_modules_beyond_the_number_are_made_again(write: Callable[..., str]) -> None:
    images = [write(name=f"{number}.dcm") for number in range(2)]
    host = host_with(DicomFiles(), DicomModules(modules=1))
    first = host.require("imagePlaneModule", images[0])
    assert host.require("imagePlaneModule", images[0]) is first
    host.require("imagePlaneModule", images[1])
    assert host.require("imagePlaneModule", images[0]) is not first
