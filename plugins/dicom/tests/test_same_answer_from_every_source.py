"""Modules from a file, from its DICOM JSON and from its Dataset are the same, for real files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread

from metaprov_core import MetadataReadError
from metaprov_dicom import FRAME_IMAGE_IDS, INSTANCE, TRANSFER_SYNTAX
from metaprov_dicom.modules import MODULES

if TYPE_CHECKING:
    from pathlib import Path

    from metaprov_core import Host

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def as_read(path: Path) -> Dataset:
    return dcmread(path, stop_before_pixels=True, force=True)


def with_every_value_decoded(path: Path) -> Dataset:
    dataset = as_read(path)
    for element in dataset.iterall():
        assert not element.is_raw
    return dataset


def as_json(path: Path) -> list[Any]:
    # Through text, as a server sends it.
    return [json.loads(json.dumps(as_read(path).to_json_dict()))]


#: What DICOM JSON cannot say: it has no group 2.
NOT_IN_JSON = TRANSFER_SYNTAX
#: An IS of 1A, of which pydicom makes no JSON.
NO_JSON = "badVR.dcm"
#: Only the bytes tell that a value is cut off; pydicom decodes what is left of it.
CUT_OFF = ("rtplan_truncated.dcm", "IsocenterPosition")


@pytest.mark.parametrize("source", [as_read, with_every_value_decoded, as_json])
def test_a_file_and_another_source_say_the_same(
    host: Host, file_of_pydicom: Path, source: Callable[[Path], Any]
) -> None:
    path, other = str(file_of_pydicom), "other:1"
    try:
        of_file = host.require(INSTANCE, path)
    except MetadataReadError:
        return  # no DICOM: test_values_agree_with_pydicom.py sees to that
    try:
        host.add(INSTANCE, other, source(file_of_pydicom))
    except ValueError:
        assert (source, file_of_pydicom.name) == (as_json, NO_JSON)
        return

    found = set(differences(of_file, host.require(INSTANCE, other))) - {"TransferSyntaxUID"}
    assert found <= ({CUT_OFF[1]} if file_of_pydicom.name == CUT_OFF[0] else set())

    frames = len(host.require(FRAME_IMAGE_IDS, path))
    for frame in {1, 2, frames} if frames > 1 else {1}:
        for type in MODULES.keys() - ({NOT_IN_JSON} if source is as_json else set()):
            expected = host.get(type, f"{path}?frame={frame}")
            assert host.get(type, f"{other}?frame={frame}") == expected


def differences(one: Any, other: Any, key: str = "") -> Iterator[str]:
    """The keys whose values differ, in kind or in value, in items of sequences too."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for each in dict.fromkeys([*one, *other]):
            if (each in one) != (each in other):
                yield each
            else:
                yield from differences(one[each], other[each], each)
    elif type(one) is not type(other):
        yield key
    elif isinstance(one, tuple):
        if len(one) != len(other):
            yield key
        else:
            for mine, theirs in zip(one, other, strict=True):
                yield from differences(mine, theirs, key)
    elif one != other:
        yield key
