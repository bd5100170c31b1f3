"""Tables for which no volumes are looked for: the same columns, and no table of volumes."""

from __future__ import annotations

import json

import pytest
from pyarrow import parquet

from metaprov_table import TableError, read, write

TYPES = ["Manufacturer"]


@pytest.fixture
def make(scan, tmp_path):
    def write_it(name="out.parquet", **options):
        return write(scan, output=tmp_path / name, types=TYPES, **options)

    return write_it


def test_their_columns_are_null_and_their_table_is_not_there(make, scan, tmp_path):
    make("with.parquet")
    asked = []
    summary = make(volumes=False, batch=4, progress=lambda *progress: asked.append(progress))
    assert (summary.counts.images, summary.counts.volumes, asked[-1]) == (15, 0, (16, 16))
    table, whole = (parquet.read_table(tmp_path / f"{name}.parquet") for name in ("out", "with"))
    assert table.schema.equals(whole.schema)
    assert set(table["volume"].to_pylist() + table["slice"].to_pylist()) == {None}
    columns = [name for name in table.column_names if name not in ("volume", "slice")]
    assert table.select(columns) == whole.select(columns)
    assert not (tmp_path / "out.volumes.parquet").exists()
    here = read(scan, types=TYPES, volumes=False)
    assert (here.table, here.volumes.num_rows) == (table, 0)
    assert read(scan, types=TYPES, volumes=False, workers=1) == here


def test_a_run_without_them_is_up_to_date_goes_on_and_is_updated(make, scan, slice_at, tmp_path):
    make(volumes=False)
    assert make(volumes=False).up_to_date
    assert make(volumes=False, update=True).up_to_date
    slice_at(scan / "left" / "1-9.dcm", 9, SOPInstanceUID="1.2.3.1.9")
    assert make(volumes=False, update=True).counts.images == 16


def test_types_of_series_are_asked_all_the_same(metaprov_table, scan, gate, tmp_path):
    options = ("--types", "seriesGate", "--no-volumes")
    run = metaprov_table(scan, "-o", tmp_path / "out.parquet", *options, "--workers", 1)
    assert run.returncode == 0, run.stderr
    table = parquet.read_table(tmp_path / "out.parquet")
    assert table.select(["volume", "slice", "seriesGate"]).to_pylist() == 15 * [
        {"volume": None, "slice": None, "seriesGate": "open"}
    ]
    assert len(gate.asked("seriesGate")) == 15


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_another_choice_is_another_plan_and_a_fresh_run_removes_their_table(make, tmp_path, format):
    make(f"out.{format}")
    with pytest.raises(TableError, match="with other volumes: --fresh"):
        make(f"out.{format}", volumes=False)
    make(f"out.{format}", volumes=False, fresh=True)
    assert not (tmp_path / f"out.volumes.{format}").exists()
    make(f"out.{format}", fresh=True)
    assert (tmp_path / f"out.volumes.{format}").exists()


def test_a_report_says_that_their_findings_were_not_run(metaprov_table, scan, tmp_path):
    pytest.importorskip("duckdb")
    output = tmp_path / "out.parquet"
    run = metaprov_table(scan, "-o", output, "--workers", 0, "--no-volumes")
    assert (run.returncode, run.stderr) == (0, "")
    metaprov_table.program = (metaprov_table.program[0], "report")
    run = metaprov_table(output, "--json")
    assert run.returncode == 0, run.stderr
    not_run = {each["name"] for each in json.loads(run.stdout)["findings"] if each["notRun"]}
    assert not_run >= {"missingSlices", "unevenSpacing", "samePosition", "tilted", "grouped"}
