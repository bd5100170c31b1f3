"""Mistakes in what is answered, and to what."""

from __future__ import annotations

from clinic import PATIENTS, TORN, ClinicTests, Source, each_of

from metaprov_core import asked_together, hookimpl


class AnswersEverything(Source):
    """An empty answer in place of none."""

    @hookimpl(types=["patientModule"], schemes=["clinic", "conformance"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read) or ()


class RaisesForOthersImages(Source):
    """Its table raises for an image that it does not have."""

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return PATIENTS[image_id]


class AnswersEveryType(Source):
    """It is asked for everything, and looks at the image alone."""

    @hookimpl
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)


class AnswersNothingOfItsOwn(Source):
    """It declares a scheme that no image id has."""

    @hookimpl(types=["patientModule"], schemes=["clinics"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)


class CountsTheQuestions(Source):
    """The same question has another answer each time."""

    def __init__(self):
        super().__init__()
        self.asked = 6

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        self.asked += 1
        return (PATIENTS[image_id][0], self.asked) if image_id in PATIENTS else None


class AnswersTheFirstForAll(Source):
    """Of images that are asked about together, all have the answer of the first."""

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return super().read((asked_together() or (image_id,))[0])


class OneTornPageStopsAll(Source):
    """Where several are asked about, it reads them all, and raises for the others."""

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        for other in asked_together():
            self.read(other)
        return self.read(image_id)


class RaisesOnce(Source):
    """What could not be read is nobody's the second time."""

    def __init__(self):
        super().__init__()
        self.raised = False

    def read(self, image_id):
        if image_id == TORN and self.raised:
            return None
        self.raised = self.raised or image_id == TORN
        return super().read(image_id)


class AnswersHalf(Source):
    """What cannot be read has an answer all the same."""

    def read(self, image_id):
        return (None, 0) if image_id == TORN else super().read(image_id)


class RaisesWhatItMeets(Source):
    """An error of the system, which says neither which image nor that it cannot be read."""

    def read(self, image_id):
        if image_id == TORN:
            raise FileNotFoundError("page 9")
        return super().read(image_id)


class DeclaresAnotherName(Source):
    """A type that is never answered, by a slip of the pen."""

    @hookimpl(types=["patientModule", "patinetModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)


@each_of(
    AnswersEverything,
    RaisesForOthersImages,
    AnswersEveryType,
    AnswersNothingOfItsOwn,
    CountsTheQuestions,
    AnswersTheFirstForAll,
    OneTornPageStopsAll,
    RaisesOnce,
    AnswersHalf,
    RaisesWhatItMeets,
    DeclaresAnotherName,
)
class TestMistakes(ClinicTests): ...
