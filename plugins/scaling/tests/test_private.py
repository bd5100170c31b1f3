"""Private elements are those of their creator, wherever its block is, and whoever read them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import example, given
from pydicom import Dataset
from pydicom.dataelem import DataElement
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from metaprov_dicom import dicom_json, instance_from_json, instance_from_stream
from metaprov_scaling import pet_header
from metaprov_scaling.suv.headers.private import private_values
from metaprov_scaling.suv.headers.values import number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

GE, PHILIPS, SIEMENS = "GEMS_PETD_01", "Philips PET Private Group", "SIEMENS MED PT"

GROUPS = st.sampled_from([0x0009, 0x0071, 0x7053, 0x0011, 0x7054])
CREATORS = st.sampled_from([GE, PHILIPS, SIEMENS, "GEMS_IDEN_01", "removed", f"{GE}\\{GE}"])
BLOCKS = st.sampled_from([0x10, 0x11, 0x12, 0x40, 0xFF])
VALUES = st.sampled_from(["20250101", "2.5", "", " 1e3 ", "a\\b"])
#: Tags and values, creators and what they own, in any order.
ELEMENTS = st.dictionaries(
    st.builds(lambda group, block: (group, block), GROUPS, BLOCKS), CREATORS, max_size=6
).flatmap(
    lambda creators: st.dictionaries(
        st.builds(
            lambda group, block, element: (group, block << 8 | element),
            GROUPS,
            BLOCKS,
            st.sampled_from([0x00, 0x09, 0x0D, 0x22, 0x3B, 0x50]),
        ),
        VALUES,
        max_size=12,
    ).map(lambda owned: {**creators, **owned})
)


def by_every_key(instance: Mapping[Any, Any]) -> tuple[Any, ...]:
    """The values as all keys of an instance tell them."""
    groups = ("7053", "0009", "0071")
    keys = [key for key in instance if isinstance(key, str) and key[:4] in groups]
    if not keys:
        return (None,) * 5
    blocks = {(key[:4], text(instance[key])): key[6:] for key in reversed(keys) if key[4:6] == "00"}
    return tuple(
        read(instance.get(f"{group}{blocks.get((group, creator), '10')}{element}"))
        for group, creator, element, read in (
            ("7053", PHILIPS, "00", number),
            ("7053", PHILIPS, "09", number),
            ("0009", GE, "0D", text),
            ("0071", SIEMENS, "22", text),
            ("0009", GE, "3B", text),
        )
    )


def data_set(elements: Mapping[tuple[int, int], str], vr: str) -> Dataset:
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.128", "1.2.3.4"
    made.Modality, made.PatientWeight, made.Rows = "PT", "70", 2
    made.SeriesInstanceUID, made.PatientID = "1.2.3", "\tSpq"
    for tag, value in elements.items():
        made[tag] = DataElement(tag, "LO" if tag[1] < 0x100 else vr, value.split("\\"))
    return made


def read_from_file(made: Dataset, syntax: str) -> Mapping[str, Any]:
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = syntax
    file = io.BytesIO()
    made.save_as(file, enforce_file_format=True)
    data = file.getvalue()
    return instance_from_stream(io.BytesIO(data), len(data), "made")


SYNTAXES = pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])


@given(elements=ELEMENTS)
@example(elements={})
@example(elements={(0x0009, 0x10): GE, (0x0009, 0x11): GE, (0x0009, 0x100D): "1", (9, 0x110D): "2"})
@SYNTAXES
def test_a_file_has_the_values_that_all_of_its_keys_tell(elements, syntax):
    instance = read_from_file(data_set(elements, "LO"), syntax)

    # Asked first, when nothing private was looked for yet.
    assert private_values(instance) == by_every_key(instance)


@given(elements=ELEMENTS, vr=st.sampled_from(["LO", "UT", "LT"]))
def test_dicom_json_has_the_values_that_all_of_its_keys_tell(elements, vr):
    written = dicom_json(read_from_file(data_set(elements, vr), ExplicitVRLittleEndian))
    instance = instance_from_json(json.loads(written))

    assert private_values(instance) == by_every_key(instance)


@given(elements=ELEMENTS, order=st.randoms())
def test_a_plain_mapping_has_the_values_that_all_of_its_keys_tell(elements, order):
    flat = [(f"{group:04X}{element:04X}", value) for (group, element), value in elements.items()]
    order.shuffle(flat)
    instance = {"Modality": "PT", 70_531_000: 1.0, **dict(flat)}

    assert private_values(instance) == by_every_key(instance)


@SYNTAXES
def test_the_elements_of_ge_are_those_of_its_creator_in_whichever_block(syntax):
    elements = {
        (0x0009, 0x10): "GEMS_IDEN_01",
        (0x0009, 0x21): GE,
        (0x0009, 0x100D): "19990101",
        (0x0009, 0x210D): "20250101110000.00",
        (0x0009, 0x213B): "20250101100000.00",
    }
    header = pet_header(read_from_file(data_set(elements, "DT"), syntax))

    assert (header.ge_datetime, header.ge_start) == ("20250101110000.00", "20250101100000.00")


@SYNTAXES
def test_block_10_counts_where_the_creator_was_overwritten(syntax):
    elements = {(0x7053, 0x10): "removed", (0x7053, 0x1000): "0.25", (0x7053, 0x1009): "2"}
    header = pet_header(read_from_file(data_set(elements, "DS"), syntax))

    assert (header.suv_scale_factor, header.activity_scale_factor) == (0.25, 2.0)


@SYNTAXES
def test_of_two_blocks_of_a_creator_the_first_counts(syntax):
    elements = {
        (0x0071, 0x12): SIEMENS,
        (0x0071, 0x15): SIEMENS,
        (0x0071, 0x1222): "20250101110000",
        (0x0071, 0x1522): "20250101120000",
    }
    header = pet_header(read_from_file(data_set(elements, "DT"), syntax))

    assert header.siemens_datetime == "20250101110000"
