"""A plugin that keeps what it is given in a database on disk, by a connection for each thread."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from threading import Lock, local

import pytest

from metaprov_core import MetadataReadError, base_image_id, hookimpl
from metaprov_core.testing import ProviderConformanceTests

TYPES = ("diagnosis", "weight")


class Findings:
    """Findings of a database: those of the clinic, and those that are added, which stay."""

    def __init__(self, path):
        self.path = path
        self.here = local()
        self.lock = Lock()
        self.opened = []

    @hookimpl
    def detach(self):
        with self.lock:
            for connection in self.opened:
                connection.close()
            self.opened = []

    @hookimpl(types=TYPES)
    def get_metadata(self, type, image_id):
        query = (
            "select value from findings where type = ? and image = ? order by added desc limit 1"
        )
        row = self.run(image_id, query, type, base_image_id(image_id))
        return None if row is None else json.loads(row[0])

    @hookimpl
    def add_metadata(self, type, image_id, value):
        if type not in TYPES:
            return None
        insert = "insert or replace into findings values (?, ?, ?, 1)"
        self.run(image_id, insert, type, base_image_id(image_id), json.dumps(value))
        return True

    @hookimpl
    def clear_metadata(self, type, image_id):
        image = None if image_id is None else base_image_id(image_id)
        delete = "delete from findings where added and type = ifnull(?, type) and image = "
        self.run(image_id, f"{delete} ifnull(?, image)", type, image)

    def run(self, image_id, statement, *values):
        try:
            with self.connection() as connection:
                return connection.execute(statement, values).fetchone()
        except sqlite3.Error as error:
            raise MetadataReadError(self.path, str(error)) from error

    def connection(self):
        if not hasattr(self.here, "connection"):
            self.here.connection = sqlite3.connect(self.path, timeout=120, check_same_thread=False)
            with self.lock:
                self.opened.append(self.here.connection)
        return self.here.connection


@pytest.mark.parametrize("journal", ["delete", "wal"])
class TestFindings(ProviderConformanceTests):
    @pytest.fixture
    def path(self, tmp_path, journal):
        path = str(tmp_path / "findings.sqlite")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"pragma journal_mode = {journal}")
            connection.execute(
                "create table findings (type, image, value, added, unique (type, image, added))"
            )
            insert = "insert into findings values (?, ?, ?, ?)"
            connection.execute(insert, ("diagnosis", "any:7", '"well"', 0))
            # Added by a process that has ended.
            connection.execute(insert, ("weight", "any:9", "80", 1))
        return path

    @pytest.fixture
    def plugin(self, path):
        return Findings(path)

    @pytest.fixture
    def answers(self):
        return {("diagnosis", "any:7"): "well"}

    @pytest.fixture
    def added(self):
        return {("diagnosis", "any:8"): "a fracture", ("weight", "any:8?frame=2"): {"kg": 71.5}}
