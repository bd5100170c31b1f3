"""Which files there are: as they are found, each once."""

from __future__ import annotations

import os
import re
import warnings
from pathlib import Path

import pytest

from metaprov_core import hookimpl
from metaprov_table import TableError
from metaprov_table.files import File, found_files


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
        (["sub/"], ["a", "b.dcm", "other/e.dcm"]),
        (["deep/"], ["a", "b.dcm", "other/e.dcm", "sub/c.dcm"]),
        (["sub/deep/"], ["a", "b.dcm", "other/e.dcm", "sub/c.dcm"]),
        (["./sub/"], ["a", "b.dcm", "other/e.dcm"]),
        (["FOLDER/sub"], ["a", "b.dcm", "other/e.dcm"]),
        (["FOLDER/sub/"], ["a", "b.dcm", "other/e.dcm"]),
        (["FOLDER/*/*.dcm"], ["a", "b.dcm", "sub/deep/d.json"]),
        (["FOLDER/a", "FOLDER/sub/deep/d.json"], ["b.dcm", "other/e.dcm", "sub/c.dcm"]),
        (["FOLDER"], []),
    ],
)
def test_globs_leave_out_names_and_paths_and_folders(folder, exclude, found):
    exclude = [glob.replace("FOLDER", str(folder)) for glob in exclude]
    assert names(found_files([folder], exclude), folder) == found


def test_a_relative_glob_is_that_of_a_path_in_the_working_directory_too(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    found = found_files([folder], [f"{folder.name}/sub/", f"{folder.name}/other/*"])
    assert names(found, folder) == ["a", "b.dcm"]


@pytest.mark.parametrize("glob", ["a/", "b.dcm/", "nothing", "/sub", "sub/c", "sub/deep/c.dcm"])
def test_a_glob_that_leaves_out_nothing_is_warned_of(folder, glob):
    with pytest.warns(UserWarning, match=f"^nothing is left out by '{re.escape(glob)}'$") as told:
        assert len(list(found_files([folder], ["*.json", glob]))) == 4
    assert len(told) == 1


def test_a_glob_may_leave_out_something_of_the_sources_or_of_the_list(folder):
    listed = [str(folder / "a")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = found_files([folder / "sub"], ["a", "*.json"], listed=listed)
        assert names(found, folder) == ["sub/c.dcm"]


def test_sources_that_hold_each_other_give_each_file_once(folder):
    sources = [folder / "sub", folder / "a", folder, folder / "a", f"dicomfile:{folder}/b.dcm"]
    assert sorted(names(found_files(sources), folder)) == sorted(
        names(found_files([folder]), folder)
    )


def test_paths_are_absolute(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert next(found_files(["sub"])).path == str(folder / "sub" / "c.dcm")


def test_a_source_that_is_not_there_does_not_stop_the_others(folder):
    gone = folder / "other" / "gone"
    found = list(found_files([gone, folder / "other", f"dicomfile:{folder}/gone"]))
    assert names(found, folder) == ["other/e.dcm", "other/gone", "gone"]
    assert [file.failure for file in found[1:]] == ["there is no such folder or file"] * 2


def test_where_no_source_is_there_they_are_refused(folder):
    sources = [folder / "gone", folder / "went"]
    said = f"^cannot read {folder}/gone: there is no such .*; cannot read {folder}/went: "
    with pytest.raises(TableError, match=said):
        list(found_files(sources))
    found = found_files(sources, listed=[str(folder / "a")])
    assert names(found, folder) == ["gone", "went", "a"]


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


def test_what_nobody_finds_does_not_stop_the_others(host, folder):
    class Archive:
        @hookimpl
        def find_images(self, source):
            if source.startswith("clinic:"):
                return self._images(source)
            return None

        def _images(self, source):
            yield f"{source}/1"
            if source == "clinic:full":
                raise OSError("the line is dead")

    host.register(Archive())
    found = list(found_files(["clinic:full", "nowhere:1", "clinic:"], host=host))
    assert [file.path for file in found] == [
        "clinic:full/1",
        "clinic:/1",
        "clinic:full",
        "nowhere:1",
    ]
    assert found[2].failure == "OSError: the line is dead"
    assert found[3].failure.startswith("no plugin finds images in")
    with pytest.raises(TableError, match="no plugin finds images in"):
        list(found_files(["nowhere:1"], host=host))


def test_a_list_keeps_its_order_and_has_what_is_not_there(folder):
    lines = [str(folder / "b.dcm"), str(folder / "gone"), str(folder / "sub")]
    found = list(found_files([], listed=lines))
    assert names(found, folder) == ["b.dcm", "gone", "sub/c.dcm", "sub/deep/d.json"]
    assert found[1].size is None
    left = found_files([], ["*.dcm"], listed=lines)
    assert names(left, folder) == ["gone", "sub/deep/d.json"]


@pytest.mark.parametrize("glob", ["deep", "deep/", "FOLDER/sub/deep", "FOLDER/sub/"])
def test_a_folder_that_is_left_out_is_so_in_a_list(folder, glob):
    lines = [str(folder / name) for name in ("a", "sub/deep/d.json", "sub/deep")]
    found = found_files([], [glob.replace("FOLDER", str(folder))], listed=lines)
    assert names(found, folder) == ["a"]


def test_a_name_that_is_no_text_is_a_url(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.dcm")
    Path(path).write_bytes(b"four")
    url = f"{tmp_path.as_uri()}/caf%E9.dcm"
    (file,) = found_files([tmp_path])
    assert file[:2] == (url, 4)
    for listed in (path, url, f"dicomfile:{path}", f"{url}?frame=1"):
        assert list(found_files([], listed=[listed])) == [file]
