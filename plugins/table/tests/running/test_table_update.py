"""Outputs that are there: up to date, of another plan, and those that are updated."""

from __future__ import annotations

import os

import pyarrow as pa
import pytest
from pyarrow import parquet

from metaprov_core import Host, MetadataReadError, MetadataType, hookimpl, parse_image_id
from metaprov_modules import INSTANCE, SERIES_IMAGE_IDS
from metaprov_table import TableError, write

COUNT = MetadataType("imagesInSeries", int, scope="series")
TYPES = ["imagePlaneModule", "SeriesInstanceUID", COUNT]


class Counting:
    """How many images a series has, by the images that are asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @hookimpl
    def attach(self, host: Host) -> None:
        self.host = host

    @hookimpl(types=[COUNT], scope="series")
    def get_metadata(self, image_id: str) -> int:
        self.asked.append(parse_image_id(image_id).rest.rpartition("/")[2])
        return len(self.host.get(SERIES_IMAGE_IDS, image_id))


@pytest.fixture
def counting():
    return Counting()


@pytest.fixture
def make(host, counting, scan, tmp_path):
    """Write, and update, the table of the folder."""
    host.register(counting)

    def write_it(name="out.parquet", **options):
        counting.asked.clear()
        return write(
            scan, output=tmp_path / name, types=TYPES, host=host, **{"batch": 4, **options}
        )

    return write_it


@pytest.fixture
def is_as_fresh(make, tmp_path, tables):
    """Whether the table is the same as one that is made anew."""

    def compare():
        updated = tables(tmp_path / "out.parquet")
        make("fresh.parquet", fresh=True)
        return updated == tables(tmp_path / "fresh.parquet")

    return compare


def is_same_file(path, before):
    now = path.stat()
    return (now.st_ino, now.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_is_finished_is_up_to_date(make, counting, tmp_path):
    first = make()
    assert not first.up_to_date
    assert (first.counts.files, first.counts.images, first.counts.not_dicom) == (16, 15, 1)
    before = (tmp_path / "out.parquet").stat()
    again = make()
    assert again.up_to_date
    assert again.counts == first.counts
    assert counting.asked == []
    assert is_same_file(tmp_path / "out.parquet", before)


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_another_plan_is_refused_and_fresh_begins_anew(make, tmp_path, format):
    make(f"out.{format}")
    with pytest.raises(TableError, match=r"with other exclude and nested: --fresh"):
        make(f"out.{format}", nested=True, exclude=["README"])
    assert make(f"out.{format}", nested=True, exclude=["README"], fresh=True).counts.not_dicom == 0
    assert make(f"out.{format}", nested=True, exclude=["README"]).up_to_date


def test_a_file_that_is_no_table_is_not_replaced(make, tmp_path):
    (tmp_path / "out.parquet").write_text("Mine.")
    for options in ({}, {"update": True}, {"fresh": True}):
        with pytest.raises(
            TableError, match=r"out\.parquet is there, and metaprov has not written"
        ):
            make(**options)
    assert (tmp_path / "out.parquet").read_text() == "Mine."


def test_a_table_of_another_version_is_replaced_by_a_fresh_one(make, tmp_path):
    metadata = {b"metaprov_table": b'{"plan": "of long ago"}'}
    schema = pa.schema([pa.field("image", pa.string())], metadata)
    parquet.write_table(schema.empty_table(), tmp_path / "out.parquet")
    with pytest.raises(TableError, match="not a table of this version: --fresh replaces it"):
        make()
    assert make(fresh=True).counts.images == 15


@pytest.mark.parametrize("options", [{}, {"update": True}])
@pytest.mark.parametrize("name", ["volumes", "errors"])
def test_a_table_without_the_others_is_not_whole(make, tmp_path, name, options):
    make()
    (tmp_path / f"out.{name}.parquet").unlink()
    with pytest.raises(TableError, match=rf"out\.{name}\.parquet is not there any more.* --fresh"):
        make(**options)
    assert make(fresh=True).counts.images == 15


def test_an_update_without_a_table_makes_one(make, is_as_fresh):
    assert not make(update=True).up_to_date
    assert is_as_fresh()


def test_an_update_without_news_leaves_the_table(make, counting, tmp_path):
    make()
    before = (tmp_path / "out.parquet").stat()
    assert make(update=True).up_to_date
    assert counting.asked == []
    assert is_same_file(tmp_path / "out.parquet", before)
    assert not (tmp_path / "out.parquet.parts").exists()


def test_a_series_that_gains_a_file_is_asked_anew(make, counting, scan, slice_at, is_as_fresh):
    make()
    slice_at(scan / "right" / "1-6.dcm", 6, SOPInstanceUID="1.2.3.1.6")
    summary = make(update=True)
    assert summary.counts.images == 16
    assert sorted(counting.asked) == [f"1-{number}.dcm" for number in range(1, 7)]
    assert is_as_fresh()


def test_a_file_that_has_changed_is_asked_anew(make, counting, scan, slice_at, is_as_fresh):
    make()
    slice_at(
        scan / "left" / "2-1.dcm",
        1,
        SeriesInstanceUID="1.2.3.3",
        SOPInstanceUID="1.2.3.2.1",
        SliceThickness=3,
    )
    os.utime(scan / "left" / "2-1.dcm", ns=(1, 1))
    make(update=True)
    # The series that it has left, and the one that it is in.
    assert {name[0] for name in counting.asked} == {"2", "3"}
    assert is_as_fresh()


def test_rows_of_files_that_are_gone_go(make, counting, scan, is_as_fresh):
    make()
    (scan / "left" / "3-2.dcm").unlink()
    (scan / "README").unlink()
    for number in range(1, 6):
        next(scan.glob(f"*/2-{number}.dcm")).unlink()
    summary = make(update=True)
    assert (summary.counts.files, summary.counts.volumes) == (9, 2)
    assert sorted(counting.asked) == ["3-1.dcm", "3-3.dcm", "3-4.dcm", "3-5.dcm"]
    assert is_as_fresh()


def test_a_file_that_becomes_an_image_is_no_error_any_more(make, scan, slice_at, is_as_fresh):
    make()
    (scan / "README").unlink()
    slice_at(scan / "README", 9, SOPInstanceUID="1.2.3.1.9")
    summary = make(update=True)
    assert (summary.counts.images, summary.counts.not_dicom) == (16, 0)
    assert is_as_fresh()


class Refusing:
    """A source that does not let files be opened, as long as it refuses."""

    refuses = True
    reason = "it is locked"

    @hookimpl(types=[INSTANCE], tryfirst=True)
    def get_metadata(self, image_id: str) -> None:
        if self.refuses and image_id.endswith("2-3.dcm"):
            raise MetadataReadError(image_id, self.reason) from PermissionError()


def test_a_file_that_could_not_be_opened_is_tried_again(make, host, is_as_fresh):
    source = Refusing()
    host.register(source)
    assert make().counts.failures == {"open": 1}
    source.refuses = False
    host.changed()
    summary = make(update=True)
    assert (summary.counts.images, summary.counts.failures) == (15, {})
    assert is_as_fresh()


def test_a_file_that_still_cannot_be_opened_changes_nothing(make, host, scan, tmp_path):
    host.register(Refusing())
    first = make()
    before = (tmp_path / "out.parquet").stat()
    again = make(update=True)
    assert (again.up_to_date, again.counts) == (True, first.counts)
    assert is_same_file(tmp_path / "out.parquet", before)
    assert not (tmp_path / "out.parquet.parts").exists()
    # Unless something else has changed.
    (scan / "left" / "1-1.dcm").unlink()
    assert make(update=True).counts.images == 13


def test_a_listed_file_that_is_still_not_there_changes_nothing(scan, slice_at, tmp_path):
    listed = [str(scan / "left" / "1-1.dcm"), str(scan / "none.dcm")]
    options = {"output": tmp_path / "out.parquet", "types": [], "files": listed}
    write(**options)
    assert write(**options, update=True).up_to_date
    slice_at(scan / "none.dcm")
    assert write(**options, update=True).counts.failures == {}


def test_a_failure_with_another_reason_is_written(make, host, tmp_path):
    source = Refusing()
    host.register(source)
    make()
    source.reason = "it is gone"
    host.changed()
    summary = make(update=True)
    assert not summary.up_to_date
    assert parquet.read_table(summary.errors)["reason"].to_pylist()[-1].endswith("it is gone")


def test_several_updates_come_to_the_same(make, scan, slice_at, is_as_fresh):
    make()
    for number in (6, 7):
        slice_at(scan / "a" / f"1-{number}.dcm", number, SOPInstanceUID=f"1.2.3.1.{number}")
        make(update=True)
    (scan / "a" / "1-6.dcm").unlink()
    make(update=True)
    assert is_as_fresh()


def test_an_update_that_is_ended_goes_on(make, counting, scan, slice_at, is_as_fresh, tmp_path):
    make()
    for series in (1, 3):
        slice_at(
            scan / "new" / f"{series}-6.dcm",
            6,
            SeriesInstanceUID=f"1.2.3.{series}",
            SOPInstanceUID=f"1.2.3.{series}.6",
        )

    class EndedError(Exception):
        pass

    def end(done, _):
        if done:
            raise EndedError

    with pytest.raises(EndedError):
        make(update=True, batch=1, progress=end)
    assert (tmp_path / "out.parquet.parts").exists()
    # Meanwhile one more changes.
    slice_at(scan / "new" / "3-6.dcm", 7, SeriesInstanceUID="1.2.3.3", SOPInstanceUID="1.2.3.3.6")
    make(update=True, batch=1)
    assert is_as_fresh()


def test_only_parquet_is_updated(make):
    with pytest.raises(TableError, match="only Parquet says"):
        make("out.csv", update=True)


def test_a_table_says_how_it_was_made(make, tmp_path):
    make()
    for name in ("out", "out.volumes", "out.errors"):
        metadata = parquet.read_schema(tmp_path / f"{name}.parquet").metadata
        assert b'"imagesInSeries"' in metadata[b"metaprov_table"]
        assert b'"metaprov-table 0.1.0"' in metadata[b"metaprov_table"]


def test_what_was_asked_last_time_is_not_in_the_way_of_another_output(make, scan, tmp_path):
    with pytest.raises(TableError, match="there is no"):
        write(tmp_path / "none", output=tmp_path / "out.parquet", types=[])
    assert not (tmp_path / "out.parquet.parts").exists()
    assert not make(nested=True).up_to_date
