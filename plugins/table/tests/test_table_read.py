"""A table in memory: `metaprov_table.read`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from metaprov_table import TableError, Tables, read, schema


def test_rows_are_by_path_and_frame(slice_at, tmp_path):
    for name in ("b.dcm", "c/a.dcm", "a.dcm", "B.dcm"):
        slice_at(tmp_path / name)
    tables = read(tmp_path, types=["Manufacturer"])
    assert isinstance(tables, Tables)
    paths = tables.table["path"].to_pylist()
    assert len(paths) == 4
    assert paths == sorted(paths)


def test_the_schema_is_known_before_a_file_is_read(host, slice_at, tmp_path):
    slice_at(tmp_path / "some" / "1.dcm")
    (tmp_path / "none").mkdir()
    expected = schema(host=host)
    for folder in ("some", "none"):
        tables = read(tmp_path / folder, host=host)
        assert tables.table.schema.equals(expected, check_metadata=True)


def test_several_sources_are_one_table(slice_at, tmp_path):
    paths = [slice_at(tmp_path / name / "1.dcm") for name in ("a", "b", "c")]
    tables = read(tmp_path / "a", paths[2], types=[])
    assert tables.table["path"].to_pylist() == [str(paths[0]), str(paths[2])]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_source_that_is_not_there_is_a_row_of_the_errors(slice_at, tmp_path, workers):
    path = slice_at(tmp_path / "scan" / "1.dcm")
    tables = read(tmp_path / "gone", tmp_path / "scan", types=[], workers=workers)
    assert tables.table["path"].to_pylist() == [str(path)]
    assert tables.errors.select(["path", "stage", "reason"]).to_pylist() == [
        {
            "path": str(tmp_path / "gone"),
            "stage": "open",
            "reason": "there is no such folder or file",
        }
    ]


@pytest.mark.parametrize("workers", [0, 1])
def test_where_no_source_is_there_that_is_an_error(tmp_path, workers):
    with pytest.raises(TableError, match=f"^cannot read {tmp_path}/gone: there is no such folder"):
        read(tmp_path / "gone", types=[], workers=workers)


def test_progress_counts_files(slice_at, tmp_path):
    slice_at(tmp_path / "1.dcm")
    (tmp_path / "README").write_text("no image")
    told = []
    read(tmp_path, types=[], progress=lambda *counts: told.append(counts))
    assert told[-1] == (2, 2)


def test_what_progress_raises_ends_the_reading(slice_at, tmp_path):
    slice_at(tmp_path / "1.dcm")

    def cancel(_done, _total):
        raise InterruptedError("enough")

    with pytest.raises(InterruptedError, match="enough"):
        read(tmp_path, types=[], progress=cancel)


def test_types_are_refused_before_the_sources_are_looked_at():
    with pytest.raises(TableError, match="nobody answers nonsense"):
        read("/nowhere", types=["nonsense"])


def test_importing_the_package_needs_neither_pyarrow_nor_duckdb():
    program = (
        "import sys, metaprov_table; from metaprov_table import TableError;"
        "sys.exit(bool({'pyarrow', 'duckdb', 'matplotlib'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
