"""The DICOM attributes that the fields of modules name are those that they are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from pydicom.datadict import dictionary_has_tag, dictionary_keyword, dictionary_VM, dictionary_VR

import metaprov_modules
from metaprov_core import MetadataType
from metaprov_core.cli.answer_classes.fields import (
    fields_of,
    item_classes_of,
    sections_in,
    summary_of,
)
from metaprov_dicom.modules import MODULES
from metaprov_dicom.values.dictionary import tag_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED = re.compile(r"(?:(\w+) )?\(([0-9A-F]{2}(?:[0-9A-F]{2}|xx)),([0-9A-F]{4})\)")
KEYS = [getattr(metaprov_modules, name) for name in metaprov_modules.__all__]
CLASSES = [
    key.answer_class
    for key in KEYS
    if isinstance(key, MetadataType) and key.answer_class not in (None, str)
]
#: What is to be there for a module to be made of an instance that has anything that is asked for.
NEEDED: dict[str, dict[str, Any]] = {
    "nmMultiframeGeometryModule": {"Modality": "NM"},
    "philipsScalingModule": {
        "Modality": "MR",
        "20050010": "Philips MR Imaging DD 001",
        "2005100E": 2.0,
        "2005100D": 1.0,
    },
    # A projection, whose spacing may be calibrated.
    "imagePlaneModule": {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1"},
    "overlayPlaneModule": {"60003000": b"\1"},
    "realWorldValueModule": {"CodeValue": "246205007"},
}
VALUES = {"DS": 1.0, "FD": 1.0, "FL": 1.0, "IS": 1, "US": 1, "UL": 1, "SL": 1, "OW": b"\1\0"}


class Asked(Mapping[str, Any]):
    """An instance that has what is asked for, one item in each sequence, and writes it down."""

    def __init__(self, keys: set[int], values: Mapping[str, Any]) -> None:
        self.keys_asked = keys
        self.values_known = values

    def __getitem__(self, key: str) -> Any:
        tag = tag_of(key)
        assert tag is not None
        self.keys_asked.add(tag)
        if key in self.values_known:
            return self.values_known[key]
        if not dictionary_has_tag(tag):
            raise KeyError(key)
        vr = dictionary_VR(tag).split(" or ")[0]
        if vr == "SQ":
            return (Asked(self.keys_asked, self.values_known),)
        value, count = VALUES.get(vr, "text"), dictionary_VM(tag).partition("-")[0]
        return (value,) * int(count) if count != "1" else value

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_known)

    def __len__(self) -> int:
        return len(self.values_known)


def named_in(answer_class: type) -> dict[str, list[tuple[str, str, str]]]:
    """The attributes that the fields of a class name, and those of what it holds."""
    return {
        f"{each.__name__}.{field.name}": NAMED.findall(field.attribute)
        for each in (answer_class, *item_classes_of(answer_class))
        for field in fields_of(each)
        if field.attribute
    }


def tags_of(named: list[tuple[str, str, str]]) -> set[int]:
    return {int(group.replace("xx", "00") + element, 16) for _, group, element in named}


@pytest.mark.parametrize("answer_class", CLASSES, ids=lambda each: each.__name__)
def test_a_keyword_and_its_tag_are_those_of_the_dictionary(answer_class: type) -> None:
    for field, named in named_in(answer_class).items():
        assert named, f"{field} names no attribute as Keyword (gggg,eeee)"
        for one in named:
            (tag,) = tags_of([one])
            is_private = bool(tag >> 16 & 1)
            assert one[0] == ("" if is_private else dictionary_keyword(tag)), field


@pytest.mark.parametrize("key", MODULES, ids=str)
def test_a_field_is_made_of_the_attribute_that_it_names(key: MetadataType[Any]) -> None:
    assert key.answer_class is not None
    asked: set[int] = set()

    MODULES[key](Asked(asked, NEEDED.get(key, {})), 1)

    unread = {
        field: named
        for field, named in named_in(key.answer_class).items()
        if not tags_of(named) <= asked
    }
    assert unread == {}


@pytest.mark.parametrize("key", MODULES, ids=str)
def test_a_module_of_the_standard_names_its_section(key: MetadataType[Any]) -> None:
    assert key.answer_class is not None
    is_private = key == "philipsScalingModule"

    assert bool(sections_in(summary_of(key.answer_class))) is not is_private
