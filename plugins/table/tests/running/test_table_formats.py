"""The formats of a table, and what one is made of besides folders."""

from __future__ import annotations

import csv
import json

import pytest
from pyarrow import parquet

from metaprov_modules import SCALING, ScalingModule
from metaprov_table import TableError, read, write

TYPES = ["imagePlaneModule", "imagePixelModule", "ImageType"]


@pytest.fixture
def rows(scan):
    return read(scan, types=TYPES).table.to_pylist()


def test_parquet_has_what_is_read(scan, tmp_path):
    write(scan, output=tmp_path / "out.parquet", types=TYPES, batch=4)
    tables = read(scan, types=TYPES)
    for name, table in (("out", tables.table), ("out.volumes", tables.volumes)):
        assert parquet.read_table(tmp_path / f"{name}.parquet").equals(table)


def test_lines_of_json_are_rows(scan, rows, tmp_path):
    write(scan, output=tmp_path / "out.jsonl", types=TYPES)
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert list(map(json.loads, lines)) == rows
    assert (tmp_path / "out.volumes.jsonl").exists()
    assert (tmp_path / "out.errors.jsonl").exists()


def test_lists_are_json_in_csv(scan, rows, tmp_path):
    write(scan, output=tmp_path / "out.csv", types=TYPES)
    with (tmp_path / "out.csv").open(newline="") as file:
        of_csv = list(csv.DictReader(file))
    assert [row["path"] for row in of_csv] == [row["path"] for row in rows]
    spacing = "imagePlaneModule__pixelSpacing"
    assert [json.loads(row[spacing]) for row in of_csv] == [row[spacing] for row in rows]
    assert [row["imagePixelModule__rows"] for row in of_csv] == ["4"] * 15
    about = json.loads((tmp_path / "out.csv-metadata.json").read_text())
    assert about["plan"]["types"] == TYPES


def test_structs_are_json_in_csv(scan, tmp_path):
    write(scan, output=tmp_path / "out.csv", types=TYPES, nested=True)
    with (tmp_path / "out.csv").open(newline="") as file:
        first = next(csv.DictReader(file))
    assert json.loads(first["imagePlaneModule"])["pixelSpacing"] == [0.5, 0.75]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("out.xlsx", "is to end with .parquet, .csv, .jsonl"), ("no/out.csv", "there is no folder")],
)
def test_an_output_that_cannot_be_is_refused(scan, tmp_path, name, reason):
    with pytest.raises(TableError, match=reason):
        write(scan, output=tmp_path / name)


def test_a_list_of_files_is_a_source(scan, slice_at, tmp_path):
    listed = [scan / "left" / "1-1.dcm", scan / "right", scan / "right" / "1-4.dcm"]
    summary = write(output=tmp_path / "out.parquet", types=[], files=map(str, listed))
    assert (summary.counts.files, summary.counts.images) == (7, 7)
    again = write(output=tmp_path / "out.parquet", types=[], files=map(str, reversed(listed)))
    assert again.up_to_date
    with pytest.raises(TableError, match="with other files"):
        write(output=tmp_path / "out.parquet", types=[], files=map(str, listed[:2]))


def test_a_host_of_this_process_alone_needs_no_workers(host, scan, tmp_path):
    host.add(SCALING, f"dicomfile:{scan}/left/1-1.dcm", ScalingModule(suvbw=7.0))
    options = {"output": tmp_path / "out.parquet", "types": [SCALING], "host": host}
    with pytest.raises(ValueError, match=r"as this host does.*add\(\)"):
        write(scan, workers=2, **options)
    write(scan, **options)
    factors = parquet.read_table(tmp_path / "out.parquet")["scalingModule__suvbw"].to_pylist()
    assert factors == [7.0] + [None] * 14


def test_progress_ends_with_all_files(scan, tmp_path):
    told = []
    write(
        scan,
        output=tmp_path / "out.parquet",
        types=[],
        batch=4,
        progress=lambda done, total: told.append((done, total)),
    )
    # Files of series that are asked anew, with all of theirs, are not done until then.
    assert all(done <= total for done, total in told)
    assert told[-1] == (16, 16)
