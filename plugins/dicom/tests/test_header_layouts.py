"""A header of a layout that is known is what the walk makes of it, whatever is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import ImplicitVRLittleEndian

from metaprov_dicom.encoding.heads import NotUnderstood
from metaprov_dicom.file.header import LAYOUTS, walked_header
from metaprov_dicom.file.sources import FileSource as HeaderFile
from metaprov_dicom.instance.instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydicom import Dataset

    from metaprov_dicom.encoding.header_elements import HeaderElements

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

#: A layout that was met so often is known.
ENOUGH = 5


@pytest.fixture(autouse=True)
def no_layouts() -> Iterator[None]:
    LAYOUTS.clear()
    yield
    LAYOUTS.clear()


def image(number: int) -> Dataset:
    """An image of a series, with private elements and a sequence that does not say its length."""
    dataset = dcmread(get_testdata_file("CT_small.dcm", download=False))
    dataset.InstanceNumber = number
    dataset.SOPInstanceUID = f"1.2.3.{number}"
    dataset.ImagePositionPatient = [number, 0, 0]
    dataset["OtherPatientIDsSequence"].is_undefined_length = True
    return dataset


@pytest.fixture(scope="module", params=["explicit", "implicit"])
def header(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("header") / "1.dcm"
    dataset = image(1)
    if request.param == "implicit":
        dataset.remove_private_tags()
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        dataset.save_as(path, implicit_vr=True, little_endian=True)
    else:
        dataset.save_as(path)
    return path.read_bytes()[:9_000]


def walked(path: Path) -> HeaderElements:
    with HeaderFile(str(path)) as file:
        return walked_header(file)


def read(path: Path) -> dict[str, object] | None:
    try:
        header = walked(path)
    except NotUnderstood:
        return None
    return dict(Instance(header))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 6_400), written=st.binary(min_size=1, max_size=4))
@example(place=140, written=b"\xd0")  # the length of the file meta information
def test_a_damaged_header_is_what_it_is_where_no_layout_is_known(
    tmp_path: Path, header: bytes, place: int, written: bytes
) -> None:
    whole, damaged = tmp_path / "whole.dcm", tmp_path / "damaged.dcm"
    whole.write_bytes(header)
    damaged.write_bytes(header[:place] + written + header[place + len(written) :])
    LAYOUTS.clear()
    expected = read(damaged)
    LAYOUTS.clear()
    for _ in range(ENOUGH):
        read(whole)
    assert read(damaged) == expected


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(length=st.integers(0, 9_000))
def test_a_header_that_is_cut_off_is_what_it_is_where_no_layout_is_known(
    tmp_path: Path, header: bytes, length: int
) -> None:
    whole, cut = tmp_path / "whole.dcm", tmp_path / "cut.dcm"
    whole.write_bytes(header)
    cut.write_bytes(header[: length + 1])
    LAYOUTS.clear()
    expected = read(cut)
    LAYOUTS.clear()
    for _ in range(ENOUGH):
        read(whole)
    assert read(cut) == expected


def test_items_that_end_elsewhere_make_another_layout(tmp_path: Path, header: bytes) -> None:
    """With the values of sequences that say no length left out, the damage was not seen."""
    sequence = header.index(b"\x10\x00\x02\x10")
    item = header.index(b"\xfe\xff\x00\xe0", sequence)
    whole, damaged = tmp_path / "whole.dcm", tmp_path / "damaged.dcm"
    whole.write_bytes(header)
    damaged.write_bytes(header[:item] + b"\xfe\xfe" + header[item + 2 :])
    assert read(damaged) is None
    for _ in range(ENOUGH):
        assert read(whole) is not None
    assert read(damaged) is None


def test_pixels_that_are_none_do_not_end_a_header(tmp_path: Path, header: bytes) -> None:
    pixels = header.index(b"\xe0\x7f\x10\x00")
    whole, damaged = tmp_path / "whole.dcm", tmp_path / "damaged.dcm"
    whole.write_bytes(header)
    damaged.write_bytes(header[:pixels] + b"\xe2" + header[pixels + 1 :])
    expected = read(damaged)
    for _ in range(ENOUGH):
        assert read(whole) != expected
    assert read(damaged) == expected


def test_the_images_of_a_series_have_one_layout_and_values_of_their_own(tmp_path: Path) -> None:
    headers = []
    for number in range(1, ENOUGH + 3):
        path = tmp_path / f"{number}.dcm"
        image(number).save_as(path)
        headers.append(walked(path))
    last, before = headers[-1], headers[-2]
    assert last._places is before._places
    instances = [Instance(header) for header in headers]
    assert [instance["InstanceNumber"] for instance in instances] == list(range(1, ENOUGH + 3))
    assert [instance["ImagePositionPatient"][0] for instance in instances] == [
        float(number) for number in range(1, ENOUGH + 3)
    ]
    assert instances[-1]["00190010"] == instances[0]["00190010"] == "GEMS_ACQU_01"


def test_of_the_layouts_of_a_series_the_last_ones_are_known(tmp_path: Path) -> None:
    """A file of each of more layouts than are kept, over and over, and each in its turn."""
    paths = []
    for number in range(20):
        path = tmp_path / f"{number}.dcm"
        dataset = image(1)
        dataset.StudyDescription = "x" * 2 * number
        dataset.save_as(path)
        paths.append(path)
    expected = [read(path) for path in paths]
    for _ in range(3):
        for path, values in zip(paths, expected, strict=True):
            for _ in range(ENOUGH):
                assert read(path) == values


def test_files_that_do_not_say_the_length_of_their_meta_information_have_a_layout(
    header: bytes, tmp_path: Path
) -> None:
    # (0002,0000), of 12 bytes.
    without = header[:132] + header[144:]
    path = tmp_path / "1.dcm"
    path.write_bytes(without)
    modalities = []
    for _ in range(ENOUGH + 1):
        with HeaderFile(str(path)) as file:
            modalities.append(Instance(walked_header(file))["Modality"])

    assert modalities == ["CT"] * len(modalities)
