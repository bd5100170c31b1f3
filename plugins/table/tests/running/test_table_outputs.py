"""Where a table is written: through links, and over nothing that is not its own."""

from __future__ import annotations

import os

import pytest
from pyarrow import parquet

from metaprov_table import TableError, write

TYPES = ["Manufacturer"]


@pytest.fixture
def make(slice_at, tmp_path):
    """Write the table of a folder with one image."""
    slice_at(tmp_path / "scan" / "1.dcm")

    def write_it(name, *sources, **options):
        places = sources or (tmp_path / "scan",)
        return write(*places, output=tmp_path / name, types=TYPES, **options)

    return write_it


def test_a_link_stays_one_to_the_table(make, tmp_path):
    (tmp_path / "store").mkdir()
    link, target = tmp_path / "out.parquet", tmp_path / "store" / "kept.parquet"
    link.symlink_to(target)
    make("out.parquet")
    assert (link.readlink(), parquet.read_table(target).num_rows) == (target, 1)
    assert make("out.parquet").up_to_date
    make("out.parquet", fresh=True)
    assert link.readlink() == target
    # The others are beside the name that was given, where a report looks for them.
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "out.errors.parquet",
        "out.parquet",
        "out.volumes.parquet",
        "scan",
        "store",
    ]
    assert list(target.parent.iterdir()) == [target]


def test_the_target_of_a_link_is_no_source(make, tmp_path):
    (tmp_path / "out.parquet").symlink_to(tmp_path / "scan" / "kept.parquet")
    make("out.parquet")
    assert make("out.parquet", update=True).counts.files == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("scan", "it is a folder; name a file in it"),
        ("folder.csv", "it is a folder; name a file in it"),
        ("to-folder.csv", "it is a folder; name a file in it"),
        ("none/out.csv", "there is no folder .*none; make it first"),
        ("to-none.csv", "there is no folder .*none; make it first"),
        ("loop.csv", "it is there, and no file"),
        ("pipe.csv", "it is there, and no file"),
        ("beside.csv", r"beside\.errors\.csv: it is a folder"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"fresh": True}])
def test_what_can_be_no_file_is_refused_before_one_is_read(make, tmp_path, name, reason, options):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "beside.errors.csv").mkdir()
    (tmp_path / "to-folder.csv").symlink_to(tmp_path / "scan")
    (tmp_path / "to-none.csv").symlink_to(tmp_path / "none" / "out.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(TableError, match=reason):
        make(name, **options)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_writable_is_refused_unless_all_is_done(make, tmp_path):
    (tmp_path / "store").mkdir()
    make("store/out.csv")
    (tmp_path / "store").chmod(0o555)
    assert make("store/out.csv").up_to_date
    with pytest.raises(TableError, match=r"store is not writable; choose another output"):
        make("store/other.csv")
    (tmp_path / "to-store.csv").symlink_to(tmp_path / "store" / "other.csv")
    with pytest.raises(TableError, match=r"to-store\.csv: .*store is not writable"):
        make("to-store.csv")


@pytest.mark.parametrize("options", [{}, {"fresh": True}])
@pytest.mark.parametrize(
    ("output", "foreign"),
    [
        ("out.csv", "out.csv"),
        ("out.csv", "out.errors.csv"),
        ("out.csv", "out.volumes.csv"),
        ("out.csv", "out.csv-metadata.json"),
        ("out.jsonl", "out.errors.jsonl"),
        ("out.parquet", "out.errors.parquet"),
        ("out.parquet", "out.volumes.parquet"),
        ("out.parquet", "out.parquet.parts/notes"),
    ],
)
def test_what_metaprov_has_not_written_stays(make, tmp_path, output, foreign, options):
    path = tmp_path / foreign
    path.parent.mkdir(exist_ok=True)
    path.write_text('{"tableSchema": {}}')
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(TableError, match=f"{path} is .*: move it away, or choose another output"):
        make(output, **options)
    assert path.read_text() == '{"tableSchema": {}}'
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_what_metaprov_has_written_in_part_is_written_again(make, tmp_path, format):
    class EndedError(Exception):
        pass

    def end(done, _):
        if done:
            raise EndedError

    make(f"done.{format}")
    with pytest.raises(EndedError):
        make(f"out.{format}", progress=end)
    # As where a run ends between two files.
    (tmp_path / f"done.volumes.{format}").rename(tmp_path / f"out.volumes.{format}")
    assert make(f"out.{format}").counts.images == 1


def test_a_source_that_is_the_output_stays(make, slice_at, tmp_path):
    image = slice_at(tmp_path / "image.csv")
    before = image.read_bytes()
    (tmp_path / "link.csv").symlink_to(image)
    for name in ("image.csv", "link.csv"):
        for options in ({}, {"fresh": True}):
            with pytest.raises(TableError, match=f"{name} is there, and metaprov has not written"):
                make(name, image, **options)
    assert image.read_bytes() == before


@pytest.mark.parametrize("name", ["part-000001", "a.dcm"])
def test_a_source_in_the_folder_of_the_parts_stays(make, slice_at, tmp_path, name):
    image = slice_at(tmp_path / "out.csv.parts" / name)
    for sources, files in (
        ([image], None),
        ([image.parent], None),
        ([], [str(image)]),
    ):
        for options in ({}, {"fresh": True}):
            with pytest.raises(TableError, match=r"out\.csv\.parts, which is removed in the end"):
                write(*sources, output=tmp_path / "out.csv", types=TYPES, files=files, **options)
    assert image.exists()
