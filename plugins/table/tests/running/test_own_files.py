"""The files of an output may be in a folder that is its source."""

from __future__ import annotations

from pyarrow import parquet

from metaprov_table import write


def test_the_files_of_an_output_are_no_sources_of_it(slice_at, tmp_path):
    path = slice_at(tmp_path / "1.dcm")
    output = tmp_path / "out.parquet"
    first = write(tmp_path, output=output, types=["Manufacturer"])
    (tmp_path / "out.report.html").write_text("a page")
    again = write(tmp_path, output=output, types=["Manufacturer"], update=True)
    assert (first.counts.files, again.counts.files) == (1, 1)
    assert parquet.read_table(output)["path"].to_pylist() == [str(path)]
    assert not parquet.read_table(again.errors).num_rows
