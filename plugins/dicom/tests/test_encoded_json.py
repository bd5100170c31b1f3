"""Instances of DICOM JSON that is bytes: the same as of decoded JSON, and what is not in it."""

from __future__ import annotations

import json
import pickle
import threading
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from metaprov_dicom import (
    Unlisted,
    encoded_elements,
    instance_from_encoded_json,
    instance_from_json,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

#: An IS of 1A, of which pydicom makes no JSON.
NO_JSON = "badVR.dcm"


class Source:
    """Who has sent some JSON, and has more of it."""

    def __init__(self, more: dict[int | None, Any] | None = None) -> None:
        self.has = more or {}
        self.asked: list[int | None] = []
        self.acknowledged: list[int | None] = []

    def bulk_data(self, uri: str) -> bytes | None:
        return uri.encode()

    def more(self, tag: int | None) -> bytes | None:
        self.asked.append(tag)
        more = self.has.get(tag)
        return None if more is None else json.dumps(more).encode()

    def acknowledge(self, tag: int | None) -> None:
        self.acknowledged.append(tag)
        del self.has[tag]


def instance_of(elements, source=None):
    return instance_from_encoded_json(json.dumps(elements).encode(), source or Source())


def test_a_real_header_is_what_it_is_when_it_is_decoded(file_of_pydicom: Path) -> None:
    try:
        dataset = dcmread(file_of_pydicom, stop_before_pixels=True)
    except (InvalidDicomError, OSError):
        return
    if file_of_pydicom.name == NO_JSON:
        return
    elements = json.loads(json.dumps(dataset.to_json_dict()))

    # Twice: what was decoded before is remembered.
    for _ in range(2):
        assert dict(instance_of(elements)) == dict(instance_from_json(elements))


@pytest.mark.parametrize("element", [{"vr": ""}, {"vr": "UN"}, {"vr": "??"}, {}])
def test_a_private_value_is_read_by_the_creator_of_its_own_image(element) -> None:
    element = element | {"Value": ["1"]}
    for creator in ("AGFA", "CARDIO-D.R. 1.0", "AGFA"):
        json = {"00190010": {"vr": "LO", "Value": [creator]}, "00191030": element}
        assert instance_of(json)["00191030"] == instance_from_json(json)["00191030"]


def test_keys_of_other_lengths_are_refused_even_if_they_have_8_digits_on_average() -> None:
    with pytest.raises(ValueError, match="not a tag of 8 hex digits"):
        instance_of({"0008001": {"vr": "UI"}, "000800180": {"vr": "UI"}})


def test_a_value_is_not_that_of_another_image() -> None:
    for number in range(5):
        for vr, other in (("IS", "LO"), ("LO", "IS")):
            instance = instance_of(
                {
                    "00200013": {"vr": vr, "Value": [number]},
                    "00200011": {"vr": other, "Value": [number]},
                    "00081140": {"vr": "SQ", "Value": [{"00081155": {"Value": [f"1.{number}"]}}]},
                }
            )
            values = instance["InstanceNumber"], instance["SeriesNumber"]
            assert sorted(map(str, values)) == [str(number)] * 2
            assert instance["ReferencedImageSequence"][0]["ReferencedSOPInstanceUID"] == (
                f"1.{number}"
            )


def test_what_the_rest_of_the_header_decides_on_is_decoded_anew() -> None:
    for signed, value in ((1, -1), (0, 65535), (1, -1)):
        instance = instance_of(
            {
                "00280103": {"vr": "US", "Value": [signed]},
                "00280106": {"InlineBinary": "//8="},
            }
        )
        assert instance["SmallestImagePixelValue"] == value


def test_what_is_not_there_is_asked_for_and_kept() -> None:
    source = Source({0x00200013: {"00200013": {"vr": "IS", "Value": [7]}}})
    instance = instance_of({"00080060": {"vr": "CS", "Value": ["CT"]}}, source)

    assert instance["Modality"] == "CT"
    assert source.asked == []
    assert instance["InstanceNumber"] == 7
    assert "InstanceNumber" in instance
    assert source.asked == [0x00200013]
    assert source.acknowledged == [0x00200013]


class Apart(Source):
    """Who has what is found when it is looked up, and is in no list."""

    def more(self, tag: int | None) -> bytes | None:
        more = super().more(tag)
        return None if more is None else Unlisted(more)


def test_what_is_unlisted_is_found_and_changes_no_list() -> None:
    elements = {"00080060": {"vr": "CS", "Value": ["CT"]}}
    instance = instance_of(elements, Apart({0x00020010: {"00020010": {"Value": ["1.2"]}}}))
    before = list(instance), len(instance), dict(instance)

    assert instance["TransferSyntaxUID"] == "1.2"
    for each in (instance, pickle.loads(pickle.dumps(instance))):
        assert each["TransferSyntaxUID"] == "1.2"
        assert "TransferSyntaxUID" in each
        assert (list(each), len(each), dict(each)) == before


def test_what_is_unlisted_is_listed_once_the_rest_of_the_header_has_it() -> None:
    tag, element = 0x00281201, {"00281201": {"vr": "OW", "InlineBinary": "AAEC"}}

    class Both(Source):
        def more(self, wanted):
            more = super().more(wanted)
            return more if wanted is None or more is None else Unlisted(more)

    instance = instance_of({"00080060": {"vr": "CS"}}, Both({tag: element, None: element}))
    assert instance["00281201"] == b"\0\1\2"
    assert "RedPaletteColorLookupTableData" in list(instance)


@pytest.mark.parametrize("empty", [{"vr": "OW"}, {"vr": "OB", "Value": []}])
def test_binary_data_that_are_empty_are_asked_for(empty) -> None:
    tag = 0x00281201
    source = Apart({tag: {"00281201": {"vr": "OW", "InlineBinary": "AAEC"}}})
    instance = instance_of({"00281201": empty, "00280010": {"vr": "US"}}, source)

    assert instance["RedPaletteColorLookupTableData"] == b"\0\1\2"
    assert instance["Rows"] is None
    assert source.asked == [tag]
    assert list(instance) == ["Rows", "RedPaletteColorLookupTableData"]


def test_a_table_whose_data_are_missing_is_asked_for() -> None:
    lut = {"00283002": {"vr": "US", "Value": [2, 0, 16]}}
    whole = lut | {"00283006": {"vr": "OW", "InlineBinary": "AQACAA=="}}
    tag, json = 0x00283000, {"00283000": {"vr": "SQ", "Value": [lut]}}
    source = Apart({tag: {"00283000": {"vr": "SQ", "Value": [whole]}}})

    (item,) = instance_of(json, source)["ModalityLUTSequence"]
    assert item["LUTData"] == b"\1\0\2\0"
    (item,) = instance_of({"00283000": {"vr": "SQ", "Value": [lut]}})["ModalityLUTSequence"]
    assert "LUTData" not in item


def test_elements_that_were_split_before_are_those_of_the_same_image() -> None:
    encoded = json.dumps({"0008103e": {"vr": "LO", "Value": ["a"]}, "7FE00010": {}}).encode()
    elements = encoded_elements(encoded)

    assert list(elements) == ["0008103E"]
    assert dict(instance_from_encoded_json(elements, Source())) == {"SeriesDescription": "a"}
    with pytest.raises(ValueError, match="not a tag"):
        encoded_elements(b'{"PatientID": {}}')


def test_a_number_that_no_float_can_hold_hides_nothing_else_of_its_sequence() -> None:
    item = b'{"00180050": {"vr": "DS", "Value": [1e999]}, "00280010": {"vr": "US", "Value": [7]}}'
    encoded = b'{"00540016": {"vr": "SQ", "Value": [%b]}}' % item

    instance = instance_from_encoded_json(encoded, Source())
    (of_instance,) = instance["RadiopharmaceuticalInformationSequence"]
    assert (of_instance["SliceThickness"], of_instance["Rows"]) == (None, 7)


def test_what_is_not_there_either_is_not_acknowledged() -> None:
    source = Source()

    assert instance_of({"00080060": {"vr": "CS"}}, source).get("InstanceNumber") is None
    assert source.asked
    assert source.acknowledged == []


def test_what_an_interrupt_keeps_from_being_stored_is_asked_for_again(monkeypatch) -> None:
    source = Source({0x00200013: {"00200013": {"vr": "IS", "Value": [7]}}})
    instance = instance_of({"00080060": {"vr": "CS", "Value": ["CT"]}}, source)

    def interrupted(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("metaprov_dicom.json_model.encoded._elements_in", interrupted)
        with pytest.raises(KeyboardInterrupt):
            instance.get("InstanceNumber")
    assert source.acknowledged == []

    assert instance["InstanceNumber"] == 7
    assert source.asked == [0x00200013, 0x00200013]
    assert source.acknowledged == [0x00200013]


def test_threads_that_ask_at_once_get_what_the_first_of_them_got() -> None:
    answers = []

    class Slow(Source):
        def more(self, tag):
            if self.asked:
                return super().more(tag)
            self.asked.append(tag)
            other.start()
            # Whoever did not wait for this would answer meanwhile.
            other.join(0.2)
            both = {key: {"vr": "IS", "Value": [7]} for key in ("00200011", "00200013")}
            return json.dumps(both).encode()

        def acknowledge(self, tag):
            pass

    instance = instance_of({"00080060": {"vr": "CS", "Value": ["CT"]}}, Slow())
    other = threading.Thread(target=lambda: answers.append(instance.get("SeriesNumber")))

    assert instance.get("InstanceNumber") == 7
    other.join(30)
    assert answers == [7]
    assert instance.get("SeriesNumber") == 7


def test_whoever_lists_the_attributes_gets_all_of_them() -> None:
    source = Source({None: {"00200013": {"vr": "IS", "Value": [7]}}})
    instance = instance_of({"00080060": {"vr": "CS", "Value": ["CT"]}}, source)

    assert dict(instance) == {"Modality": "CT", "InstanceNumber": 7}


def test_bulk_data_come_from_the_source() -> None:
    instance = instance_of({"00282000": {"vr": "OB", "BulkDataURI": "ab"}})

    assert instance["ICCProfile"] == b"ab"


def test_keys_in_lower_case_are_tags_and_others_are_none() -> None:
    assert instance_of({"0020000d": {"vr": "UI", "Value": ["1.2"]}})["StudyInstanceUID"] == "1.2"
    for key in ("PatientID", "0020000", "0020000G"):
        with pytest.raises(ValueError, match="is not a tag of 8 hex digits"):
            instance_of({key: {"vr": "UI", "Value": ["1.2"]}})


@pytest.mark.parametrize("encoded", [b"", b"[]", b"[{}]", b"{", b'{"00080060": {', b"<html>"])
def test_what_is_no_json_of_an_image_is_refused(encoded: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        instance_from_encoded_json(encoded, Source())


def test_json_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="sequences without end"):
        instance_from_encoded_json(b'{"00080060": ' + b"[" * 100_000, Source())


def test_it_can_be_sent_to_another_process() -> None:
    source = Source({0x00200013: {"00200013": {"vr": "IS", "Value": [7]}}})
    instance = instance_of({"00080060": {"vr": "CS", "Value": ["CT"]}}, source)
    assert instance["InstanceNumber"] == 7

    assert dict(pickle.loads(pickle.dumps(instance))) == {"Modality": "CT", "InstanceNumber": 7}
