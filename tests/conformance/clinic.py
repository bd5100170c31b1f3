"""Correct plugins of one clinic, with examples, and tests that take the examples from them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import pytest

from metaprov_core import MetadataReadError, ProviderCache, base_image_id, hookimpl
from metaprov_core.testing import ProviderConformanceTests

PATIENTS = MappingProxyType({"clinic:7": ("Ann", 7), "clinic:8": ("Bob", 8)})
TORN = "clinic:torn"


class ClinicTests(ProviderConformanceTests):
    """The plugins have their examples as attributes."""

    @pytest.fixture
    def plugin(self, request, tmp_path):
        plugin = request.param()
        plugin.prepare(tmp_path)
        self.patience = plugin.patience or self.patience
        return plugin

    @pytest.fixture
    def answers(self, plugin):
        return plugin.answers

    @pytest.fixture
    def added(self, plugin):
        return plugin.added

    @pytest.fixture
    def sources(self, plugin):
        return [make() for make in plugin.sources]

    @pytest.fixture
    def unreadable(self, plugin):
        return plugin.unreadable

    @pytest.fixture
    def found(self, plugin):
        return plugin.found


def each_of(*plugins):
    """Run the tests of a class for each of these plugins."""
    return pytest.mark.parametrize(
        "plugin", plugins, indirect=True, ids=[plugin.__name__ for plugin in plugins]
    )


class Described:
    """What the tests of a plugin say about it."""

    answers = MappingProxyType({})
    added = MappingProxyType({})
    sources = ()
    unreadable = ()
    patience = None
    found = MappingProxyType({})

    def prepare(self, folder):
        """Write the files that it reads."""


class Source(Described):
    """Patients by image, read page by page; one page is torn."""

    answers = MappingProxyType({("patientModule", id): PATIENTS[id] for id in PATIENTS})
    unreadable = (("patientModule", TORN),)
    found = MappingProxyType({"clinic:": tuple(PATIENTS)})

    def __init__(self):
        self.cache = ProviderCache(100)

    @hookimpl(types=["patientModule"], schemes=["clinic"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)

    @hookimpl
    def metadata_changed(self, type, image_id):
        if type in (None, "patientModule"):
            self.cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, type, image_id):
        if type in (None, "patientModule"):
            self.cache.clear(image_id)

    @hookimpl
    def find_images(self, source):
        return iter(PATIENTS) if source == "clinic:" else None

    @hookimpl
    def prefetch(self, type, image_ids, done):
        own = [id for id in image_ids if id.startswith("clinic:")][:100]
        for image_id in own:
            with suppress(MetadataReadError):
                self.cache.get(image_id, self.read)
            done(1)

    def read(self, image_id):
        image = base_image_id(image_id)
        if image == TORN:
            raise MetadataReadError(image_id, "the page is torn")
        return PATIENTS.get(image)


class Store(Described):
    """Patients that somebody adds."""

    added = MappingProxyType(
        {("patientModule", "any:1"): "Cid", ("patientModule", "any:2"): "Dora"}
    )

    def __init__(self):
        self.cache = ProviderCache(100)

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id)

    @hookimpl
    def add_metadata(self, type, image_id, value):
        if type != "patientModule":
            return None
        self.cache.add(image_id, value)
        return True

    @hookimpl
    def clear_metadata(self, type, image_id):
        if type in (None, "patientModule"):
            self.cache.clear(image_id)


class Greeting(Described):
    """Derived from the answer of another plugin."""

    sources = (Source,)
    answers = MappingProxyType(
        {("greeting", id): f"hello {name}" for id, (name, _) in PATIENTS.items()}
    )
    unreadable = (("greeting", TORN),)

    def __init__(self):
        self.cache = ProviderCache(100)

    @hookimpl
    def attach(self, host):
        self.host = host

    @hookimpl(types=["greeting"], trylast=True)
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.greet)

    @hookimpl
    def metadata_changed(self, image_id):
        self.cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, image_id):
        self.cache.clear(image_id)

    def greet(self, image_id):
        patient = self.host.get("patientModule", image_id)
        return None if patient is None else f"hello {patient[0]}"


class Masking(Described):
    """A wrapper, around a source that raises for one image."""

    sources = (Source,)
    answers = MappingProxyType(
        {("patientModule", id): ("?", number) for id, (_, number) in PATIENTS.items()}
    )
    unreadable = (("patientModule", TORN),)

    @hookimpl(types=["patientModule"], wrapper=True)
    def get_metadata(self):
        patient = yield
        return None if patient is None else ("?", patient[1])


class Ward(Described):
    """How many images the ward of an image has; told by all of its series."""

    @staticmethod
    def series(type, image_id):
        return tuple(PATIENTS) if type == "seriesImageIds" and image_id in PATIENTS else None

    sources = (Source, lambda: Ward.series)
    answers = MappingProxyType({("wardModule", "clinic:7"): ("Ann", "Bob")})

    def __init__(self):
        self.cache = ProviderCache(100)

    @hookimpl
    def attach(self, host):
        self.host = host

    @hookimpl(types=["wardModule"], scope="series", trylast=True)
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)

    @hookimpl
    def metadata_changed(self):
        self.cache.changed()

    @hookimpl
    def clear_metadata(self):
        self.cache.clear()

    def read(self, image_id):
        series = self.host.get("seriesImageIds", image_id) or ()
        patients = [self.host.get("patientModule", each) for each in series]
        return tuple(name for name, _ in patients) or None


class Letters(Described):
    """Read of a file for each image."""

    TEXT = "Dear Ann, your wrist is well again."

    def __init__(self):
        self.cache = ProviderCache(100)

    def prepare(self, folder):
        (folder / "7.txt").write_text(self.TEXT)
        (folder / "torn.txt").write_bytes(b"\xff\xff")
        self.answers = {("letter", f"letter:{folder}/7.txt"): self.TEXT}
        self.unreadable = [
            ("letter", f"letter:{folder}/torn.txt"),
            ("letter", f"letter:{folder}/missing.txt"),
        ]
        self.found = {str(folder / "7.txt"): [f"letter:{folder}/7.txt"]}

    @hookimpl(types=["letter"], schemes=["letter"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)

    @hookimpl
    def metadata_changed(self, image_id):
        self.cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, image_id):
        self.cache.clear(image_id)

    @hookimpl
    def find_images(self, source):
        return [f"letter:{source}"] if source.endswith(".txt") else None

    def read(self, image_id):
        path = base_image_id(image_id).removeprefix("letter:")
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise MetadataReadError(path, str(error)) from error
        if not text.startswith("Dear"):
            raise MetadataReadError(path, "it is no letter")
        return text
