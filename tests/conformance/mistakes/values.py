"""Mistakes in what an answer is."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from clinic import ClinicTests, Source, Store, each_of

from metaprov_core import MetadataType, hookimpl


class LendsItsList(Source):
    """Its own list, which whoever asks may change."""

    answers = MappingProxyType({("patientModule", "clinic:7"): ["Ann"]})

    def __init__(self):
        super().__init__()
        self.lists = {"clinic:7": ["Ann"]}

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return self.lists.get(image_id)


class LendsItsBytes(Source):
    """A bytearray, where bytes would do."""

    answers = MappingProxyType({("iconImage", "clinic:7"): bytearray(b"\x00\x01")})

    def __init__(self):
        super().__init__()
        self.icons = {"clinic:7": bytearray(b"\x00\x01")}

    @hookimpl(types=["iconImage"])
    def get_metadata(self, image_id):
        return self.icons.get(image_id)


@dataclass(frozen=True)
class Patient:
    name: str
    allergies: list[str] = field(default_factory=list)


class LendsAListInAStruct(Source):
    """The class is frozen, and the list in it is not."""

    answers = MappingProxyType({("patientModule", "clinic:7"): Patient("Ann", ["nuts"])})

    def read(self, image_id):
        return Patient("Ann", ["nuts"]) if image_id == "clinic:7" else None


class Number(float):
    """As the numbers of NumPy are, which is not needed to know them."""


Number.__module__, Number.__name__ = "numpy", "generic"


class Float64(Number): ...


class AnswersWithNumPy(Source):
    """A number as it came from an array."""

    def read(self, image_id):
        patient = super().read(image_id)
        return None if patient is None else (patient[0], Float64(patient[1]))


class HasNumPyInASet(Source):
    """The same, where nobody looks at first."""

    answers = MappingProxyType({("patientModule", "clinic:7"): {"weights": frozenset({70.0})}})

    def read(self, image_id):
        return {"weights": frozenset({Float64(70)})} if image_id == "clinic:7" else None


class Lazy:
    """Equal to any other of its kind."""

    def __init__(self):
        self.load = lambda: ("Ann", 7)

    def __eq__(self, other):
        return isinstance(other, Lazy)

    def __hash__(self):
        return 7


class CannotBeSent(Source):
    """An answer with a function in it."""

    answers = MappingProxyType({("patientModule", "clinic:7"): Lazy()})

    def read(self, image_id):
        return Lazy() if image_id == "clinic:7" else None


class BreaksItsPromise(Source):
    """The key promises a class, and the answer is a tuple."""

    @hookimpl(types=[MetadataType("patientModule", Patient)], schemes=["clinic"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.read)


class KeepsAMapping(Store):
    """The key promises a class, and a mapping that was added stays one."""

    added = MappingProxyType({("patientModule", "any:1"): {"name": "Cid"}})

    @hookimpl(types=[MetadataType("patientModule", Patient)])
    def get_metadata(self, image_id):
        return self.cache.get(image_id)


class DescribesEveryType(Source):
    """It says of every type that it is served."""

    @hookimpl
    def describe_type(self, type):
        return MetadataType(type, float)


@each_of(
    LendsItsList,
    LendsItsBytes,
    LendsAListInAStruct,
    AnswersWithNumPy,
    HasNumPyInASet,
    CannotBeSent,
    BreaksItsPromise,
    KeepsAMapping,
    DescribesEveryType,
)
class TestMistakes(ClinicTests): ...
