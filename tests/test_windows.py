"""What Windows does otherwise, as far as it can be tried on another system."""

from __future__ import annotations

import errno
import io
import ntpath
import os
from multiprocessing import get_context
from types import SimpleNamespace

import pytest
import typer

import metaprov_core
from metaprov_core import base_image_id, image_ids, parse_image_id, with_frame
from metaprov_core.cli import ending
from metaprov_core.cli.encoding import FITTING
from metaprov_core.cli.exit_status import ExitStatus


@pytest.mark.parametrize(
    ("image_id", "base", "frame"),
    [
        (r"C:\data\1.dcm", "dicomfile:C:/data/1.dcm", None),
        ("C:/data/1.dcm", "dicomfile:C:/data/1.dcm", None),
        (r"dicomfile:C:\data\1.dcm", "dicomfile:C:/data/1.dcm", None),
        (r"dicomfile:C:\data\1.dcm?frame=3", "dicomfile:C:/data/1.dcm", 3),
        ("c:/data/1.dcm", "dicomfile:c:/data/1.dcm", None),
        ("file:///C:/data/with%20space.dcm", "dicomfile:C:/data/with space.dcm", None),
        (r"\\server\share\1.dcm", r"dicomfile:\\server\share\1.dcm", None),
        # A path beyond 260 characters, which has no slashes.
        (r"\\?\C:\data\1.dcm?frame=2", r"dicomfile:\\?\C:\data\1.dcm", 2),
    ],
)
def test_a_path_of_windows_is_one_image_by_every_spelling(image_id, base, frame):
    parsed = parse_image_id(image_id)
    assert (parsed.scheme, parsed.base, parsed.frame) == ("dicomfile", base, frame)
    assert base_image_id(base) == base


def test_no_drive_is_a_scheme():
    host = metaprov_core.Host()

    class Files:
        @metaprov_core.hookimpl(types=["name"], schemes=["dicomfile"])
        def get_metadata(self, image_id):
            return image_id

    host.register(Files())
    for image_id in (r"C:\a.dcm", "Z:/a.dcm", r"dicomfile:C:\a.dcm", r"\\server\share\a.dcm"):
        assert host.get("name", image_id) == image_id
    assert host.get("name", "CC:/a.dcm") is None


def test_a_frame_of_a_path_of_windows_names_it_again():
    image_id = with_frame(r"C:\data\1.dcm", 3)
    assert image_id == "dicomfile:C:/data/1.dcm?frame=3"
    assert parse_image_id(image_id).base == base_image_id(r"C:\data\1.dcm")


def test_a_relative_path_has_the_working_folder_of_windows(monkeypatch):
    from pathlib import PureWindowsPath

    class Folder(PureWindowsPath):
        @classmethod
        def cwd(cls):
            return cls(r"C:\Users\Ann")

    monkeypatch.setattr(image_ids, "Path", Folder)
    monkeypatch.setattr(image_ids, "normpath", ntpath.normpath)
    assert base_image_id(r"scans\1.dcm") == "dicomfile:C:/Users/Ann/scans/1.dcm"
    assert base_image_id(r"\scans\1.dcm") == "dicomfile:C:/scans/1.dcm"


def test_found_files_have_the_ids_that_caches_have(monkeypatch):
    folder = pytest.importorskip("metaprov_dicom.finding.folder")
    monkeypatch.setattr(folder.os, "sep", "\\")
    for path in (r"C:\data\1.dcm", r"\\?\C:\data\1.dcm"):
        image_id = folder.image_id_of(path)
        assert base_image_id(image_id) == image_id
    assert folder.image_id_of(r"C:\data\1.dcm") == "dicomfile:C:/data/1.dcm"


@pytest.mark.parametrize(
    "archive", ["C:/scans/ct.zip", r"C:\scans\ct.zip", "file:///C:/scans/ct.zip"]
)
def test_an_archive_may_be_on_a_drive(archive):
    links = pytest.importorskip("metaprov_storage.places.links")
    member, local = links.links_of(f"zip://ct/1.dcm::{archive}")
    assert member == links.Link("zip", "ct/1.dcm")
    assert local == links.Link("file", archive.removeprefix("file:///"))


@pytest.mark.parametrize("name", ["aux", "CON", "nul.1", "com1", "LPT9.dcm"])
def test_no_converted_file_has_the_name_of_a_device(name):
    names = pytest.importorskip("metaprov_volume.commands.converted_parts").FileNames()

    def stem(called):
        volume = SimpleNamespace(series_instance_uid=called, image_ids=("a:1",))
        return names.stem(SimpleNamespace(geometries=(volume,), total=1, place=0))

    assert (stem(name), stem("1.2.3"), stem("console")) == (f"_{name}", "1.2.3", "console")


def raise_within(context, error):
    with context:
        raise error


@pytest.mark.parametrize(
    ("system", "number", "status"),
    [
        ("nt", errno.EINVAL, ExitStatus.PIPE_CLOSED),
        ("nt", errno.EPIPE, ExitStatus.PIPE_CLOSED),
        ("posix", errno.EPIPE, ExitStatus.PIPE_CLOSED),
        ("posix", errno.EINVAL, ExitStatus.UNUSABLE),
    ],
)
def test_a_reader_that_has_enough_ends_the_command(monkeypatch, capsys, system, number, status):
    monkeypatch.setattr(ending, "_discard_output", lambda: None)
    monkeypatch.setattr(ending.os, "name", system)
    with pytest.raises(typer.Exit) as ended:
        raise_within(ending.ended_by_others(), OSError(number, os.strerror(number)))
    monkeypatch.undo()
    assert ended.value.exit_code == status


def test_a_terminal_of_cp1252_takes_every_text():
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors=FITTING, newline="\r\n")
    stdout.write("Müller žluť \u4e2d\n")
    stdout.flush()
    assert stdout.buffer.getvalue() == b"M\xfcller \x9elu\\u0165 \\u4e2d\r\n"


def test_processes_that_are_spawned_do_what_those_of_a_fork_server_do(monkeypatch, tmp_path):
    pool = pytest.importorskip("metaprov_table.running.engines.pool")
    import metaprov_table
    from metaprov_dicom.demo.series import FILES, image_of

    for file in FILES[::3]:
        (tmp_path / "scans" / file).parent.mkdir(parents=True, exist_ok=True)
        image_of(file).save_as(tmp_path / "scans" / file, enforce_file_format=True)
    usual = metaprov_table.read(tmp_path / "scans", workers=0).table
    monkeypatch.setattr(pool, "_CONTEXT", get_context("spawn"))
    spawned = metaprov_table.read(tmp_path / "scans", workers=2).table
    assert spawned.num_rows == 5
    assert spawned.equals(usual)
