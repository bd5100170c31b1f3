"""Mistakes that several threads bring to light; each waits for the other thread that it needs."""

from __future__ import annotations

import sqlite3
from threading import Condition, Event, Lock, current_thread, main_thread
from types import MappingProxyType

from clinic import PATIENTS, ClinicTests, Described, Source, each_of

from metaprov_core import hookimpl

#: Seconds; so long that another thread comes in between.
SOON = 2.0


def is_alone():
    return current_thread() is main_thread()


class SharesOneVariable(Source):
    """What one question is about is overwritten by the next."""

    def __init__(self):
        super().__init__()
        self.last = None
        self.asked = Condition()

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        with self.asked:
            self.last = image_id
            self.asked.notify_all()
            if not is_alone():
                self.asked.wait_for(lambda: self.last != image_id, timeout=SOON)
        return PATIENTS.get(self.last)


class EmptiesItsTable(Source):
    """At a change the table is emptied, then filled again: in between there is nobody in it."""

    def __init__(self):
        super().__init__()
        self.table = dict(PATIENTS)
        self.missed = Event()

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        patient = self.table.get(image_id)
        if patient is None:
            self.missed.set()
        return patient

    @hookimpl
    def metadata_changed(self):
        self.table.clear()
        if not is_alone():
            self.missed.wait(SOON)
        self.table.update(PATIENTS)


class WaitsInACircle(Described):
    """Each of two answers is made under a lock, and asks for what the other lock guards."""

    patience = 1.0
    answers = MappingProxyType({("bed", "clinic:7"): "bed of 7", ("room", "clinic:7"): "room of 7"})

    def __init__(self):
        self.bed, self.room = Lock(), Lock()
        self.has_bed, self.has_room = Event(), Event()

    @hookimpl(specname="get_metadata", types=["bed"])
    def get_bed(self, image_id):
        return self.answer("bed", image_id, (self.bed, self.room), (self.has_bed, self.has_room))

    @hookimpl(specname="get_metadata", types=["room"])
    def get_room(self, image_id):
        return self.answer("room", image_id, (self.room, self.bed), (self.has_room, self.has_bed))

    def answer(self, type, image_id, locks, held):
        if image_id != "clinic:7":
            return None
        own, other = locks
        with own:
            if not is_alone():
                held[0].set()
                held[1].wait(SOON)
            with other:
                return f"{type} of 7"


class OneThreadAlone(Source):
    """A connection of SQLite that no other thread may use."""

    def __init__(self):
        super().__init__()
        self.connection = sqlite3.connect(":memory:")

    @hookimpl
    def detach(self):
        self.connection.close()

    def read(self, image_id):
        self.connection.execute("select 1")
        return super().read(image_id)


@each_of(SharesOneVariable, EmptiesItsTable, WaitsInACircle, OneThreadAlone)
class TestMistakes(ClinicTests): ...
