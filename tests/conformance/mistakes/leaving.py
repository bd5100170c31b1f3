"""Mistakes in what is kept, and what is left behind."""

from __future__ import annotations

import functools
import sqlite3
import wave  # in the place of a library that takes long to import
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from queue import Queue
from threading import Event, Thread
from types import MappingProxyType, SimpleNamespace
from zlib import crc32

from clinic import PATIENTS, ClinicTests, Described, Source, each_of

from metaprov_core import ProviderCache, base_image_id, hookimpl


class KeepsEverything(Source):
    """A dictionary of all images that were ever asked about."""

    def __init__(self):
        super().__init__()
        self.kept = {}

    def read(self, image_id):
        if image_id not in self.kept:
            self.kept[image_id] = super().read(image_id)
        return self.kept[image_id]

    @hookimpl
    def metadata_changed(self):
        self.kept.clear()


class CachesForEver(Source):
    """``functools.cache`` has no bound."""

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return patient_of(base_image_id(image_id))


@functools.cache
def patient_of(image):
    return PATIENTS.get(image)


class Image:
    """In a bounded cache, with a dictionary of its frames that is not."""

    def __init__(self, patient):
        self.patient = patient
        self.frames = {}


class KeepsEveryFrame(Source):
    """The frames are kept in an object that a bounded cache keeps."""

    def __init__(self):
        super().__init__()
        self.images = ProviderCache(100)

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        image = self.images.get(base_image_id(image_id), lambda base: Image(self.read(base)))
        return image.frames.setdefault(image_id, image.patient)


class KeepsThemInANamespace(Source):
    """An object of another class, with a dictionary in it."""

    def __init__(self):
        super().__init__()
        self.state = SimpleNamespace(kept={})

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        return self.state.kept.setdefault(image_id, super().read(image_id))

    @hookimpl
    def metadata_changed(self):
        self.state.kept.clear()


class QueuesForNobody(Source):
    """Questions for a thread that was never written."""

    def __init__(self):
        super().__init__()
        self.asked = Queue()

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        self.asked.put(image_id)
        return self.cache.get(image_id, self.read)


class KeepsShards(Source):
    """A dictionary for each of many locks, none of which grows much."""

    def __init__(self):
        super().__init__()
        self.shards = [{} for _ in range(64)]

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        shard = self.shards[crc32(image_id.encode()) % len(self.shards)]
        return shard.setdefault(image_id, super().read(image_id))

    @hookimpl
    def metadata_changed(self):
        for shard in self.shards:
            shard.clear()


def make_counter():
    """What is closed over is not seen from outside."""
    counted = {}
    return lambda image_id: counted.setdefault(image_id, len(counted))


class CountsInAClosure(Source):
    """A dictionary that no attribute names."""

    def __init__(self):
        super().__init__()
        self.count = make_counter()

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        self.count(image_id)
        return self.cache.get(image_id, self.read)


class ImportsTooMuch(Source):
    """At the top of its module, for one function that few call."""

    def record(self, path):
        return wave.open(path)


class RaisesWhenItLeaves(Source):
    """It closes what was never opened."""

    connection = None

    @hookimpl
    def detach(self):
        self.connection.close()


class Archive(Described):
    """A database of one patient."""

    answers = MappingProxyType({("patientModule", "clinic:7"): "Ann"})

    @cached_property
    def connection(self):
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.execute("create table patients as select 'clinic:7' as image, 'Ann' as name")
        return connection

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        query = "select name from patients where image = ?"
        row = self.connection.execute(query, (image_id,)).fetchone()
        return None if row is None else row[0]


class LeavesItsConnectionOpen(Archive):
    """It has no ``detach``."""


class LeavesItsFileOpen(Source):
    """A file of the day's questions."""

    @cached_property
    def log(self):
        return self.path.open("w", encoding="utf-8")

    def prepare(self, folder):
        self.path = folder / "log.txt"

    def read(self, image_id):
        self.log.write(f"{image_id}\n")
        return super().read(image_id)


FILES = {}


class LeavesAFileOfItsModuleOpen(LeavesItsFileOpen):
    """The file is in a variable of the module, not in an attribute."""

    @property
    def log(self):
        if self.path not in FILES:
            FILES[self.path] = self.path.open("w", encoding="utf-8")
        return FILES[self.path]


class LeavesItsPoolRunning(Source):
    """Its threads wait for work."""

    @cached_property
    def pool(self):
        return ThreadPoolExecutor(2)

    def read(self, image_id):
        return self.pool.submit(super().read, image_id).result()


class LeavesItsThreadRunning(Source):
    """A thread that looks whether something has changed, until the process ends."""

    def __init__(self):
        super().__init__()
        self.ended = Event()
        self.watcher = Thread(target=self.ended.wait, daemon=True)

    @hookimpl
    def attach(self):
        self.watcher.start()


class ForgetsItsThread(Source):
    """A thread that nobody refers to."""

    @hookimpl
    def attach(self):
        Thread(target=Event().wait, daemon=True, name="forgotten").start()


class SettingsThatStayHere(Source):
    """A function that pickle cannot send."""

    @hookimpl
    def copy_settings(self):
        return lambda: None


@each_of(
    KeepsEverything,
    CachesForEver,
    KeepsEveryFrame,
    KeepsThemInANamespace,
    QueuesForNobody,
    KeepsShards,
    CountsInAClosure,
    ImportsTooMuch,
    RaisesWhenItLeaves,
    LeavesItsConnectionOpen,
    LeavesItsFileOpen,
    LeavesAFileOfItsModuleOpen,
    LeavesItsPoolRunning,
    LeavesItsThreadRunning,
    ForgetsItsThread,
    SettingsThatStayHere,
)
class TestMistakes(ClinicTests):
    heavy_modules = frozenset({"wave"})
