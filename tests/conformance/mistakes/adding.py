"""Mistakes with values that were added."""

from __future__ import annotations

from clinic import ClinicTests, Store, each_of

from metaprov_core import ProviderCache, base_image_id, hookimpl


class StillAnswersTheFirst(Store):
    """A second value of an image changes nothing."""

    @hookimpl
    def add_metadata(self, type, image_id, value):
        if type != "patientModule":
            return None
        if self.cache.get(image_id) is None:
            self.cache.add(image_id, value)
        return True


class RaisesForAnotherType(Store):
    """Its table of types raises; the KeyError is a LookupError, as the host's own error is."""

    def __init__(self):
        super().__init__()
        self.caches = {"patientModule": self.cache}

    @hookimpl
    def add_metadata(self, type, image_id, value):
        self.caches[type].add(image_id, value)
        return True


class TakesEverything(Store):
    """It takes types that it never answers."""

    @hookimpl
    def add_metadata(self, image_id, value):
        self.cache.add(image_id, value)
        return True


class SaysTrueAndKeepsNothing(Store):
    """The value is lost."""

    @hookimpl
    def add_metadata(self, type):
        return True if type == "patientModule" else None


class ClearIgnoresItsType(Store):
    """Another type is cleared, and the patients are gone."""

    @hookimpl
    def clear_metadata(self, image_id):
        self.cache.clear(image_id)


class ClearIgnoresItsImage(Store):
    """One image is cleared, and all patients are gone."""

    @hookimpl
    def clear_metadata(self, type):
        if type in (None, "patientModule"):
            self.cache.clear()


class ClearForgetsNothing(Store):
    """It takes ``clear`` for a change."""

    @hookimpl
    def clear_metadata(self, image_id):
        self.cache.changed(image_id)


class ClearForgetsOneFrame(Store):
    """The dictionary has an entry for each frame, and one of them goes."""

    def __init__(self):
        super().__init__()
        self.patients = {}

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return self.patients.get(image_id)

    @hookimpl
    def add_metadata(self, type, image_id, value):
        if type != "patientModule":
            return None
        self.patients[image_id] = value
        return True

    @hookimpl
    def clear_metadata(self, type, image_id):
        if type in (None, "patientModule"):
            self.patients.clear() if image_id is None else self.patients.pop(image_id, None)


class ClearForgetsTheFirstFrame(Store):
    """An image is cleared, and what was added for its frames stays."""

    def __init__(self):
        self.patients = ProviderCache(100)
        self.frames = {}

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return self.frames.get(image_id) or self.patients.get(image_id)

    @hookimpl
    def add_metadata(self, type, image_id, value):
        if type != "patientModule":
            return None
        if image_id == base_image_id(image_id):
            self.patients.add(image_id, value)
        else:
            self.frames[image_id] = value
        return True

    @hookimpl
    def clear_metadata(self, type, image_id):
        if type in (None, "patientModule"):
            self.patients.clear(image_id)
            if image_id is None:
                self.frames.clear()
            self.frames.pop(image_id, None)


class ForgetsAtEveryChange(Store):
    """What was added goes with what was derived."""

    @hookimpl
    def metadata_changed(self):
        self.cache.clear()


@each_of(
    StillAnswersTheFirst,
    RaisesForAnotherType,
    TakesEverything,
    SaysTrueAndKeepsNothing,
    ClearIgnoresItsType,
    ClearIgnoresItsImage,
    ClearForgetsNothing,
    ClearForgetsOneFrame,
    ClearForgetsTheFirstFrame,
    ForgetsAtEveryChange,
)
class TestMistakes(ClinicTests): ...
