"""Mistakes in following what an answer is derived from."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from clinic import ClinicTests, Greeting, Letters, Masking, Source, Ward, each_of

from metaprov_core import MetadataReadError, hookimpl


class NeverAsksAgain(Greeting):
    """Nothing is dropped when its source has changed."""

    @hookimpl
    def metadata_changed(self): ...


class DropsOneFrame(Greeting):
    """The answer of the very id is dropped, and not those of the image's other frames."""

    def __init__(self):
        super().__init__()
        self.greetings = {}

    @hookimpl(types=["greeting"])
    def get_metadata(self, image_id):
        if image_id not in self.greetings:
            self.greetings[image_id] = self.greet(image_id)
        return self.greetings[image_id]

    @hookimpl
    def metadata_changed(self, image_id):
        self.greetings.clear() if image_id is None else self.greetings.pop(image_id, None)


class KeepsTheSeries(Ward):
    """Another image of the series has changed, which it derived from as well."""

    @hookimpl
    def metadata_changed(self, image_id):
        self.cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, image_id):
        self.cache.clear(image_id)


class HidesItsScope(Ward):
    """It asks for the images of the whole series, and does not say so."""

    @hookimpl(types=["wardModule"], trylast=True)
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)


class ClosesItsSourceAtAChange(Greeting):
    """After the first change there is nobody left to ask."""

    @hookimpl
    def metadata_changed(self):
        self.host = None
        self.cache.changed()


class ReadsItsFileOnce(Letters):
    """An ``lru_cache`` that no hook ever empties."""

    @hookimpl(types=["letter"], schemes=["letter"])
    def get_metadata(self, image_id):
        return letter(image_id)

    @hookimpl
    def metadata_changed(self): ...

    @hookimpl
    def clear_metadata(self): ...


@lru_cache(maxsize=100)
def letter(image_id):
    return Letters().read(image_id)


class RemembersAFailure(Letters):
    """A file that could not be read is never opened again."""

    def __init__(self):
        super().__init__()
        self.failed = set()

    def read(self, image_id):
        if image_id in self.failed:
            raise MetadataReadError(image_id, "it could not be read before")
        try:
            return super().read(image_id)
        except MetadataReadError:
            self.failed.add(image_id)
            raise


class AnswersWithThePreviousPatient(Masking):
    """Where nobody answers, it has the last answer that there was."""

    def __init__(self):
        self.last = None

    @hookimpl(types=["patientModule"], wrapper=True)
    def get_metadata(self):
        patient = yield
        if patient is not None:
            self.last = ("?", patient[1])
        return self.last


class Lists(Source):
    """A source whose answers can be changed by whoever wraps it."""

    def __init__(self):
        super().__init__()
        self.lists = {"clinic:7": ["Ann", 7]}

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return self.lists.get(image_id)


class WritesIntoTheAnswer(Masking):
    """The name is masked in the answer of the source itself, for everybody."""

    sources = (Lists,)
    answers = MappingProxyType({("patientModule", "clinic:7"): ["?", 7]})
    unreadable = ()

    @hookimpl(types=["patientModule"], wrapper=True)
    def get_metadata(self):
        patient = yield
        if patient is not None:
            patient[0] = "?"
        return patient


class WithholdsErrors(Masking):
    """What cannot be read looks as if nobody had it."""

    unreadable = ()

    @hookimpl(types=["patientModule"], wrapper=True)
    def get_metadata(self):
        try:
            patient = yield
        except MetadataReadError:
            return None
        return None if patient is None else ("?", patient[1])


class KeepsWhatItMade(Masking):
    """The first answer of a source is masked, and kept for ever."""

    def __init__(self):
        self.masked = {}

    @hookimpl(types=["patientModule"], wrapper=True)
    def get_metadata(self, image_id):
        patient = yield
        if patient is None:
            return None
        return self.masked.setdefault(image_id, ("?", patient[1]))


@each_of(
    NeverAsksAgain,
    DropsOneFrame,
    KeepsTheSeries,
    HidesItsScope,
    ClosesItsSourceAtAChange,
    ReadsItsFileOnce,
    RemembersAFailure,
    AnswersWithThePreviousPatient,
    WritesIntoTheAnswer,
    WithholdsErrors,
    KeepsWhatItMade,
)
class TestMistakes(ClinicTests): ...
