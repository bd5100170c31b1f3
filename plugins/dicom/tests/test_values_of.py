"""Values that are read together are those that are read one by one, however a header was read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from pydicom import dcmread
from pydicom.data import get_testdata_file

from metaprov_core import Host, MetadataReadError, require
from metaprov_dicom import Instance, instance_from_stream
from metaprov_dicom.encoding.memo import KNOWN_ITEMS, KNOWN_VALUES
from metaprov_dicom.file.header import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

KEYWORDS = (
    "SpecificCharacterSet", "ImageType", "SOPInstanceUID", "Modality", "PatientName", "PatientSize",
    "InstanceNumber", "PixelRepresentation", "SmallestImagePixelValue", "WindowCenter", "NoKeyword",
    "RadiopharmaceuticalInformationSequence", "RadionuclideTotalDose", "00090010", "0009100D",
    "00091010", "FrameReferenceTime", "OtherPatientIDsSequence", "Rows",
)  # fmt: skip
SOP_CLASS = (0x00080016, "UI", b"1.2.840.10008.5.1.4.1.1.128")
#: Elements as files have them, whatever is in them: by tag, VR and value.
ELEMENTS = st.lists(
    st.sampled_from(
        [
            (0x00080005, "CS", b"ISO_IR 192"), (0x00080005, "CS", b""),
            (0x00080008, "CS", b"ORIGINAL\\PRIMARY"), (0x00080018, "UI", b"1.2.3\0"),
            (0x00080060, "CS", b"PT"), (0x00080060, "OB", b"PT"), (0x00080060, "CS", b""),
            (0x00100010, "PN", "M\xfcller".encode()), (0x00100010, "PN", b"A^B=C"),
            (0x00101020, "DS", b"1.75"), (0x00101020, "DS", b"tall"), (0x00101020, "FD", bytes(8)),
            (0x00200013, "IS", b"7 "), (0x00200013, "IS", b"7.5 "), (0x00200013, "UN", b"8 "),
            (0x00280103, "US", b"\1\0"), (0x00280103, "US", b"\0\0"),
            (0x00280106, "SS", b"\xff\xff"), (0x00280106, "US", b"\xff\xff"),
            (0x00281050, "DS", b"40\\x "), (0x00281050, "DS", b"40\\50 "),
            (0x00090010, "LO", b"GEMS_PETD_01"), (0x00090010, "LO", b"other "),
            (0x0009100D, "DT", b"20250101"), (0x0009100D, "UN", b"20250101"),
            (0x00091010, "US", b"\1\0"), (0x00541300, "DS", b"0 "),
            (0x00540016, "SQ", b""),
            (0x00540016, "SQ", b"\xfe\xff\0\xe0\x0c\0\0\0\x18\0\x74\x10DS\4\0 1e8"),
            (0x00540016, "SQ", b"\xfe\xff\0\xe0\x10\0\0\0\x28\0\6\1US\2\0\xff\xff\x10\0\0\0\0\0"),
            (0x00280010, "US", b"\2\0"),
        ]
    ),
    max_size=12,
    unique_by=lambda element: element[0],
)  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    _forget()
    yield
    _forget()


def _forget() -> None:
    for known in (LAYOUTS, KNOWN_VALUES, KNOWN_ITEMS):
        known.clear()


def one_by_one(instance: Mapping[str, Any]) -> list[Any]:
    return [plain(instance.get(keyword)) for keyword in KEYWORDS]


def plain(value: Any) -> Any:
    if isinstance(value, Instance):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return value, type(value)


def together(instance: Instance) -> list[Any]:
    return [plain(value) for value in instance.values_of(KEYWORDS)]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headers=st.lists(ELEMENTS, min_size=1, max_size=4))
@pytest.mark.parametrize("explicit", [True, False])
def test_of_files_whatever_was_read_before(
    encoded: Callable[..., bytes],
    headers: list[list[tuple[int, str, bytes]]],
    explicit: bool,
) -> None:
    syntax = encoded(0x00020010, "UI", b"1.2.840.10008.1.2.1" if explicit else b"1.2.840.10008.1.2")
    files = [
        bytes(128) + b"DICM" + syntax
        + b"".join(
            encoded(tag, vr if explicit else None, value)
            for tag, vr, value in sorted([SOP_CLASS, *each])
        )
        + encoded(0x7FE00010, "OW" if explicit else None, bytes(8))
        for each in headers
    ]  # fmt: skip
    # So often that their layouts are known.
    for _ in range(6):
        for file in files:
            instance, other = (instance_from_stream(io.BytesIO(file), len(file), "") for _ in "12")
            assert together(instance) == one_by_one(other)


def test_of_every_kind_of_instance(
    by_every_route: Callable[..., dict[str, Instance]],
) -> None:
    elements = [(0x00080060, "CS", b"PT"), (0x00090010, "LO", b"GE"), (0x00101020, "DS", b"1.75")]
    elements.append((0x0020000E, "UI", b"1.2.3"))
    for instance in by_every_route(*elements).values():
        assert instance.values_of(KEYWORDS) == [instance.get(keyword) for keyword in KEYWORDS]


def test_what_may_be_behind_the_end_of_a_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.dcm"
    whole = dcmread(get_testdata_file("CT_small.dcm", download=False))
    whole.save_as(path)
    path.write_bytes(path.read_bytes()[:1_000])
    instance = require("instance", f"dicomfile:{path}")

    with pytest.raises(MetadataReadError, match="ends inside its header"):
        instance.values_of(("Modality", "WindowCenter"))


def test_what_is_not_understood_is_said_each_time(
    host: Host, write_elements: Callable[..., str]
) -> None:
    image = write_elements((0x00080016, "UI", b"1.2"), (0x00101020, "DS", b"tall"))
    instance = host.require("instance", image)

    assert [instance.values_of(("PatientSize", "Rows")) for _ in range(2)] == [[None, None]] * 2
