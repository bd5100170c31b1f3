"""Dates and times that somebody set to objects are written as pydicom writes them to a file.

Before, they were written as Python writes them: ``2024-01-02``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.valuerep import DA, DT, TM

from metaprov_dicom import GENERAL_STUDY, INSTANCE
from metaprov_dicom.dataset.elements import DatasetElements
from metaprov_dicom.instance.instance import Instance

if TYPE_CHECKING:
    from metaprov_core import Host

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

DAY = date(2024, 1, 2)
NOON = time(12, 20, 30)
BOTH = datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - DT need not have an offset
EAST, WEST = timezone(timedelta(hours=1)), timezone(-timedelta(hours=9, minutes=30))

#: By VR: StudyDate, StudyTime and AcquisitionDateTime.
TAGS = {"DA": 0x00080020, "TM": 0x00080030, "DT": 0x0008002A}
WRITTEN = [
    ("DA", DAY, "20240102"),
    ("DA", DA(DAY), "20240102"),
    ("DA", DA("20240102"), "20240102"),
    ("TM", NOON, "122030"),
    ("TM", time(1, 2, 3, 500000), "010203.500000"),
    ("TM", TM(NOON), "122030"),
    ("TM", TM("1220"), "1220"),
    ("DT", BOTH, "20240102030405"),
    ("DT", BOTH.replace(microsecond=5000), "20240102030405.005000"),
    ("DT", BOTH.replace(tzinfo=EAST), "20240102030405+0100"),
    ("DT", BOTH.replace(tzinfo=WEST, microsecond=1), "20240102030405.000001-0930"),
    ("DT", BOTH.replace(tzinfo=UTC), "20240102030405+0000"),
    ("DT", DT(BOTH.replace(tzinfo=EAST)), "20240102030405+0100"),
    ("DT", DT("2024"), "2024"),
]


def natural(vr: str, value: Any) -> Any:
    dataset = Dataset()
    dataset.add_new(TAGS[vr], vr, value)
    return Instance(DatasetElements(dataset)).value(TAGS[vr])


@pytest.mark.parametrize(("vr", "value", "text"), WRITTEN)
def test_objects_are_written_as_pydicom_writes_them(vr: str, value: Any, text: str) -> None:
    assert natural(vr, value) == text
    dataset = Dataset()
    dataset.add_new(TAGS[vr], vr, value)
    file = BytesIO()
    dataset.save_as(file, implicit_vr=False, little_endian=True)
    file.seek(0)
    assert str(dcmread(file, force=True)[TAGS[vr]].value) == text


@pytest.mark.parametrize(
    ("vr", "value", "text"),
    [
        # years of three digits, which pydicom 3.0.2 writes as such on Linux
        ("DA", date(999, 1, 2), "09990102"),
        ("DA", DA(date(999, 1, 2)), "09990102"),
        ("DT", datetime(999, 1, 2, 3, 4, 5), "09990102030405"),  # noqa: DTZ001 - as BOTH
        # another class than that of the VR
        ("DA", BOTH, "20240102"),
        ("DA", DT(BOTH), "20240102"),
        ("TM", BOTH, "030405"),
        ("DT", DAY, "20240102"),
        # as it was read, with the dots of ACR-NEMA
        ("DA", DA("2024.01.02"), "2024.01.02"),
    ],
)
def test_what_pydicom_cannot_write(vr: str, value: Any, text: str) -> None:
    assert natural(vr, value) == text


def test_lists_of_objects() -> None:
    dataset = Dataset()
    dataset.add_new(0x00080020, "DA", [DAY, date(2024, 12, 31)])
    dataset.add_new(0x00181078, "DT", [BOTH, None, BOTH])
    instance = Instance(DatasetElements(dataset))
    assert instance["StudyDate"] == ("20240102", "20241231")
    assert instance.value(0x00181078) == ("20240102030405", None, "20240102030405")


def test_the_modules_follow(host: Host) -> None:
    dataset = Dataset()
    dataset.StudyDate, dataset.StudyTime = DAY, NOON
    host.add(INSTANCE, "demo:1", dataset)
    study = host.require(GENERAL_STUDY, "demo:1")
    assert (study.study_date, study.study_time) == ("20240102", "122030")
