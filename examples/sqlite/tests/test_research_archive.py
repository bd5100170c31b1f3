"""Answers from a real SQLite file, which nobody leaves open."""

from __future__ import annotations

import gc
import json
import sqlite3
import sys
from contextlib import closing
from threading import Barrier, Thread

import pytest
from metaprov_research_archive.database import Database
from metaprov_research_archive.provider import ResearchArchive

from metaprov_core import Host, MetadataNotFoundError, MetadataReadError
from metaprov_core.testing import ProviderConformanceTests

CT = {"Modality": "CT", "Rows": 512, "PixelSpacing": [0.5, 0.5]}


def write(path, headers):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("create table headers (image text primary key, header text not null)")
        rows = [(image, json.dumps(header)) for image, header in headers.items()]
        database.executemany("insert into headers values (?, ?)", rows)
    return str(path)


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "archive.sqlite", {"7/1": CT, "7/2": {**CT, "Rows": 256}})


@pytest.fixture
def plugin(file):
    return ResearchArchive(file)


@pytest.fixture
def host(plugin):
    with Host() as host:
        host.register(plugin, "research-archive")
        yield host


@pytest.fixture
def opened(monkeypatch):
    """The connections that were made."""
    made = []

    def connect(*arguments, **options):
        made.append(open_(*arguments, **options))
        return made[-1]

    open_ = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", connect)
    return made


def is_open(connection):
    try:
        connection.total_changes  # noqa: B018 - it raises once it is closed
    except sqlite3.ProgrammingError:
        return False
    return True


def test_an_image_has_the_header_of_the_archive(host):
    assert host.get("instance", "archive:7/1") == CT
    assert host.get("instance", "archive:7/2?frame=3")["Rows"] == 256


def test_an_image_that_the_archive_does_not_have_has_a_note(host):
    assert host.get("instance", "archive:9") is None
    assert "archive.sqlite has no image 9" in str(host.explain("instance", "archive:9"))


def test_all_images_are_found_in_order(host):
    assert list(host.find_images("archive:")) == ["archive:7/1", "archive:7/2"]


def test_many_images_are_found_some_at_a_time(tmp_path):
    file = write(tmp_path / "many.sqlite", {f"{n:04}": CT for n in range(1001)})
    with Host() as host:
        host.register(ResearchArchive(file))

        assert len(set(host.find_images("archive:"))) == 1001


def test_one_connection_serves_all_threads_and_is_closed_with_the_host(file, opened):
    barrier = Barrier(8)
    answers = []

    with Host() as host:
        host.register(ResearchArchive(file))

        def ask(image):
            barrier.wait()
            answers.append(host.get("instance", image)["Modality"])

        threads = [Thread(target=ask, args=(f"archive:7/{1 + n % 2}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        (connection,) = opened
        assert is_open(connection)

    assert answers == ["CT"] * 8
    assert not is_open(connection)


def test_a_plugin_that_is_replaced_closes_its_file(host, file, opened):
    host.get("instance", "archive:7/1")
    host.replace("research-archive", ResearchArchive(file))

    assert [is_open(each) for each in opened] == [False]
    assert host.get("instance", "archive:7/1") == CT


def test_a_plugin_that_was_never_asked_opened_nothing(file, opened):
    with Host() as host:
        host.register(ResearchArchive(file))

    assert opened == []


@pytest.mark.skipif(sys.version_info < (3, 13), reason="Python does not warn")
def test_nothing_is_left_open_for_the_garbage_collector(file):
    with Host() as host:
        host.register(ResearchArchive(file))
        host.get("instance", "archive:7/1")
    del host

    # pytest makes an error of the ResourceWarning.
    gc.collect()


def test_a_database_that_is_closed_says_so(file):
    database = Database(file)
    database.close()

    with pytest.raises(MetadataReadError, match="it is closed"):
        database.headers(["7/1"])


def test_headers_that_will_be_asked_for_are_read_by_one_query(host, opened):
    queries = []
    host.get("instance", "archive:9")
    opened[0].set_trace_callback(queries.append)
    progress = []

    ids = ["archive:7/1", "archive:7/2?frame=2", "archive:8", "elsewhere:1"]
    host.prefetch(ids, progress=lambda done, total: progress.append((done, total)))

    assert host.get("instance", "archive:7/1") == CT
    assert len(queries) == 1
    assert (2, 4) in progress


def test_a_missing_file_is_an_error_that_names_it_and_is_not_made(tmp_path):
    with Host() as host:
        host.register(ResearchArchive(str(tmp_path / "gone.sqlite")))

        with pytest.raises(MetadataReadError, match=r"gone\.sqlite: unable to open"):
            host.get("instance", "archive:7/1")
        with pytest.raises(MetadataReadError, match=r"gone\.sqlite"):
            list(host.find_images("archive:"))
        host.prefetch(["archive:7/1"])

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("header", ["{", "[]"])
def test_a_header_that_is_no_object_is_an_error_that_names_the_image(tmp_path, header):
    file = write(tmp_path / "a.sqlite", {})
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("insert into headers values ('7/1', ?)", (header,))
    with Host() as host:
        host.register(ResearchArchive(file))

        with pytest.raises(MetadataReadError, match=r"a\.sqlite, image 7/1"):
            host.get("instance", "archive:7/1")


def test_without_a_file_nobody_answers_and_the_variable_is_named(monkeypatch):
    monkeypatch.delenv("RESEARCH_ARCHIVE", raising=False)
    with Host() as host:
        host.register(ResearchArchive())

        assert host.get("instance", "archive:7/1") is None
        with pytest.raises(MetadataNotFoundError, match="RESEARCH_ARCHIVE is not set"):
            host.find_images("archive:")


def test_the_environment_names_the_file(file, monkeypatch):
    monkeypatch.setenv("RESEARCH_ARCHIVE", file)
    with Host() as host:
        host.register(ResearchArchive())

        assert host.get("instance", "archive:7/1") == CT


class TestResearchArchive(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self, file):
        return ResearchArchive(file)

    @pytest.fixture
    def answers(self):
        return {("instance", "archive:7/1"): CT}

    @pytest.fixture
    def found(self):
        return {"archive:": ["archive:7/1", "archive:7/2"]}
