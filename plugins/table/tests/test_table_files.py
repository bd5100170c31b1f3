"""Which files there are: as they are found, each once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from metaprov_core import hookimpl
from metaprov_table import TableError
from metaprov_table.files import File, found_files, listed_files


@pytest.fixture
def folder(tmp_path):
    for name in ("b.dcm", "a", "sub/c.dcm", "sub/deep/d.json", "other/e.dcm"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def names(files, folder):
    return [str(Path(file.path).relative_to(folder)) for file in files]


def test_a_folder_has_its_own_files_by_name_before_those_of_the_folders_in_it(folder):
    assert names(found_files([folder]), folder) == [
        "a",
        "b.dcm",
        "other/e.dcm",
        "sub/c.dcm",
        "sub/deep/d.json",
    ]


def test_a_file_is_known_by_its_size_and_its_time(folder):
    os.utime(folder / "a", ns=(1, 123_456_789))
    (file,) = found_files([folder / "a"])
    assert file == File(str(folder / "a"), 1, 123_456_789)


@pytest.mark.parametrize(
    ("exclude", "found"),
    [
        (["*.dcm"], ["a", "sub/deep/d.json"]),
        (["sub"], ["a", "b.dcm", "other/e.dcm"]),
        (["sub/deep/*"], ["a", "b.dcm", "other/e.dcm", "sub/c.dcm"]),
        (["a", "*.json", "other"], ["b.dcm", "sub/c.dcm"]),
    ],
)
def test_globs_leave_out_names_and_what_is_below_the_source(folder, exclude, found):
    assert names(found_files([folder], exclude), folder) == found


def test_sources_that_hold_each_other_give_each_file_once(folder):
    sources = [folder / "sub", folder / "a", folder, folder / "a", f"dicomfile:{folder}/b.dcm"]
    assert sorted(names(found_files(sources), folder)) == sorted(
        names(found_files([folder]), folder)
    )


def test_paths_are_absolute(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert next(found_files(["sub"])).path == str(folder / "sub" / "c.dcm")


def test_a_source_that_is_not_there_is_refused_before_the_first_file(folder):
    with pytest.raises(TableError, match=f"there is no {folder}/nothing"):
        found_files([folder, folder / "nothing"])


def test_links_to_folders_are_not_followed(folder):
    (folder / "sub" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "link").symlink_to(folder / "a")
    found = names(found_files([folder]), folder)
    assert "link" in found
    assert not [name for name in found if name.startswith("sub/up")]


def test_a_link_that_leads_nowhere_is_given_for_its_row_of_the_errors(folder):
    (folder / "link").symlink_to(folder / "gone")
    assert File(str(folder / "link"), None, None) in list(found_files([folder]))


def test_a_folder_that_cannot_be_read_is_given_in_the_place_of_what_is_in_it(folder, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(found_files([folder]))
    assert File(str(folder / "sub"), None, None) in found
    assert names(found, folder) == ["a", "b.dcm", "other/e.dcm", "sub"]


def test_what_is_no_path_is_searched_by_the_host(host, folder):
    class Archive:
        @hookimpl
        def find_images(self, source):
            return (
                ["clinic:1?frame=1", "clinic:1?frame=2", "clinic:2"]
                if source == "clinic:"
                else None
            )

    host.register(Archive())
    found = list(found_files(["clinic:", folder / "a"], host=host))
    assert found[:2] == [File("clinic:1", None, None), File("clinic:2", None, None)]
    assert names(found[2:], folder) == ["a"]


def test_what_nobody_finds_is_refused(host):
    with pytest.raises(TableError, match="no plugin finds images in"):
        list(found_files(["nowhere:1"], host=host))


def test_a_list_keeps_its_order_and_has_what_is_not_there(folder):
    lines = [str(folder / "b.dcm"), str(folder / "gone"), str(folder / "sub")]
    found = list(listed_files(lines))
    assert names(found, folder) == ["b.dcm", "gone", "sub/c.dcm", "sub/deep/d.json"]
    assert found[1].size is None
    assert names(listed_files(lines, ["*.dcm"]), folder) == ["gone", "sub/deep/d.json"]
