"""Correct plugins of every kind."""

from __future__ import annotations

import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache, partial
from pathlib import Path
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from types import MappingProxyType
from typing import NamedTuple

import pytest
from clinic import ClinicTests, Described, Greeting, Letters, Masking, Source, Store, Ward, each_of

from metaprov_core import (
    MetadataReadError,
    MetadataType,
    ProviderCache,
    base_image_id,
    hookimpl,
    with_fields,
)
from metaprov_core.testing import ProviderConformanceTests


class Bed(NamedTuple):
    ward: str
    number: int


BED = MetadataType("bed", Bed)


@lru_cache(maxsize=100)
def number_of(image):
    """It follows from the id alone, so nothing changes it."""
    return int(image.partition(":")[2])


class Neighbours(Ward):
    """The key of its type says that the answers rest on the series."""

    @hookimpl(types=[MetadataType("wardModule", scope="series")], trylast=True)
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)


class Recent(Source):
    """What was read last, in a list for each ward, and new lists for each image."""

    def __init__(self):
        super().__init__()
        self.recent = {ward: deque([[]], maxlen=20) for ward in ("east", "west")}

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        ward = "east" if image_id.endswith("7") else "west"
        self.recent[ward].append([image_id] * 100)
        return self.cache.get(image_id, self.read)


class WholeImages(Store):
    """Takes values for images, not for single frames."""

    @hookimpl
    def add_metadata(self, type, image_id, value):
        if type != "patientModule" or image_id != base_image_id(image_id):
            return None
        self.cache.add(image_id, value)
        return True


class Beds(Described):
    """Follows from the image id, and from settings that other processes get."""

    answers = MappingProxyType({(BED, "bed:7"): Bed("east", 7)})
    ward = "east"

    @classmethod
    def configure(cls, ward):
        cls.ward = ward

    @hookimpl(types=[BED], schemes=["bed"])
    def get_metadata(self, image_id):
        return Bed(self.ward, number_of(base_image_id(image_id)))

    @hookimpl
    def copy_settings(self):
        return partial(Beds.configure, self.ward)


class OtherWard(Described):
    """A wrapper that keeps what it made, until something changes."""

    sources = (Beds,)
    answers = MappingProxyType({(BED, "bed:7"): Bed("west", 7)})

    def __init__(self):
        self.cache = ProviderCache(100)

    @hookimpl(types=["bed"], wrapper=True)
    def get_metadata(self, image_id):
        bed = yield
        if bed is None:
            return None
        return self.cache.get(image_id, lambda _: with_fields(bed, ward="west"))

    @hookimpl
    def metadata_changed(self, image_id):
        self.cache.changed(image_id)


class Pooled(Source):
    """Reads in threads of its own, which end when it leaves."""

    @cached_property
    def pool(self):
        return ThreadPoolExecutor(2)

    @hookimpl
    def detach(self):
        if "pool" in vars(self):
            self.pool.shutdown()

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, lambda each: self.pool.submit(self.read, each).result())


class Watching(Source):
    """A thread looks whether something has changed, and ends when the plugin leaves."""

    def __init__(self):
        super().__init__()
        self.ended = Event()
        self.watcher = Thread(target=self.watch)
        self.spare = Thread(target=self.watch)

    def watch(self):
        while not self.ended.wait(0.01):
            self.cache.changed("clinic:7")

    @hookimpl
    def attach(self):
        self.watcher.start()

    @hookimpl
    def detach(self):
        self.ended.set()


class Warming(Source):
    """A thread that nobody refers to ends by itself."""

    @hookimpl
    def attach(self):
        Thread(target=self.read, args=["clinic:7"], daemon=True).start()


class Rewritten(Described):
    """A file that is looked at with every question, and read again where it has changed."""

    def __init__(self):
        self.state = (None, {})

    def prepare(self, folder):
        self.path = Path(folder, "wards.txt")
        self.path.write_text("7 east\n8 west\n")
        self.answers = {("wardName", "row:7"): "east", ("wardName", "row:8"): "west"}

    @hookimpl(types=["wardName"], schemes=["row"])
    def get_metadata(self, image_id):
        state = self.path.stat()
        version = (state.st_mtime_ns, state.st_size)
        known, rows = self.state
        if known != version:
            rows = self.read()
            self.state = (version, rows)
        return rows.get(base_image_id(image_id).partition(":")[2])

    def read(self):
        lines = [line.split() for line in self.path.read_text().splitlines()]
        if any(len(line) != 2 for line in lines):
            raise MetadataReadError(str(self.path), "a line is no number and ward")
        return dict(lines)


@each_of(
    Source,
    Store,
    Greeting,
    Masking,
    Ward,
    Letters,
    Neighbours,
    Recent,
    WholeImages,
    Beds,
    OtherWard,
    Pooled,
    Watching,
    Warming,
    Rewritten,
)
class TestCorrect(ClinicTests): ...


#: A stream of the process is nobody's to close.
OUTPUT = sys.stdout


class Borrowing(Source):
    """Writes to a file, and has a pool, that the program gave it and goes on with."""

    def __init__(self, log, pool):
        super().__init__()
        self.log = log
        self.pool = pool

    def read(self, image_id):
        self.log.write(f"{image_id}\n")
        return super().read(image_id)


class TestBorrowing(ProviderConformanceTests):
    open_elsewhere = ("log", "pool")

    @pytest.fixture
    def plugin(self, tmp_path):
        with (tmp_path / "log.txt").open("w") as log, ThreadPoolExecutor(1, "borrowed") as pool:
            yield Borrowing(log, pool)
            assert not [each for each in enumerate_threads() if each.name.startswith("borrowed")]

    @pytest.fixture
    def answers(self):
        return Source.answers

    @pytest.fixture
    def found(self):
        return Source.found


def door(type, image_id):
    if type != "door" or not image_id.startswith("bed:"):
        return None
    return f"door {number_of(base_image_id(image_id))}"


class TestFunction(ProviderConformanceTests):
    @pytest.fixture
    def plugin(self):
        return door

    @pytest.fixture
    def answers(self):
        return {("door", "bed:7"): "door 7"}
