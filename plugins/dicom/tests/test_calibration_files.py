"""Calibrations that are saved, and loaded by another program."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from metaprov_core import Host, MetadataNotFoundError
from metaprov_dicom import (
    CALIBRATED_PIXEL_SPACING,
    IMAGE_PLANE,
    CalibratedPixelSpacing,
    load_calibrations,
    save_calibrations,
)
from metaprov_dicom.plugins.calibrations import Calibrations
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NO_DICOM = "clinic:7"


def new_host() -> Host:
    host = Host()
    host.register(DicomFiles(), "dicom-files")
    host.register(DicomModules(), "dicom-modules")
    host.register(Calibrations(), "dicom-calibrations")
    return host


@pytest.fixture
def host() -> Host:
    return new_host()


@pytest.fixture
def xray(write: Callable[..., str]) -> str:
    return write("xray.dcm", SOPInstanceUID="1.2.3", PixelSpacing=[0.5, 0.4])


def test_the_file_has_the_id_the_uid_and_what_was_given(
    host: Host, xray: str, tmp_path: Path
) -> None:
    region = {"physicalDeltaX": 0.02}
    host.add(CALIBRATED_PIXEL_SPACING, xray, {"scale": 2, "type": "User"})
    host.add(CALIBRATED_PIXEL_SPACING, NO_DICOM, {"sequenceOfUltrasoundRegions": [region]})
    save_calibrations(tmp_path / "saved.json", host)
    (other, saved) = json.loads((tmp_path / "saved.json").read_text())["calibrations"]

    assert saved == {
        "imageId": xray,
        "sopInstanceUID": "1.2.3",
        "calibratedPixelSpacing": {"scale": 2, "type": "User"},
    }
    assert other["imageId"] == NO_DICOM
    assert "sopInstanceUID" not in other
    assert other["calibratedPixelSpacing"]["sequenceOfUltrasoundRegions"][0]["physicalDeltaX"] == (
        0.02
    )


def test_another_program_has_the_same_spacings(host: Host, xray: str, tmp_path: Path) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, xray, {"rowPixelSpacing": 0.25, "aspect": 2})
    host.add(CALIBRATED_PIXEL_SPACING, NO_DICOM, {"scale": 2})
    save_calibrations(tmp_path / "saved.json", host)
    other = new_host()

    assert load_calibrations(tmp_path / "saved.json", other) == 2
    assert other.require(IMAGE_PLANE, xray).pixel_spacing == (0.25, 0.4)
    assert other.require(CALIBRATED_PIXEL_SPACING, NO_DICOM) == CalibratedPixelSpacing(scale=2.0)


def test_an_image_that_moved_is_known_by_its_uid(
    host: Host, xray: str, tmp_path: Path, write: Callable[..., str]
) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, xray, {"scale": 2})
    save_calibrations(tmp_path / "saved.json", host)
    moved = write("moved/1.dcm", SOPInstanceUID="1.2.3", PixelSpacing=[0.5, 0.4])
    write("xray.dcm", SOPInstanceUID="1.2.4", PixelSpacing=[1, 1])
    other = new_host()
    load_calibrations(tmp_path / "saved.json", other)

    assert other.require(IMAGE_PLANE, moved).pixel_spacing == (0.25, 0.2)
    assert other.require(IMAGE_PLANE, xray).pixel_spacing == (1, 1)


def test_what_was_loaded_is_saved_again_with_its_uid(host: Host, xray: str, tmp_path: Path) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, xray, {"scale": 2})
    save_calibrations(tmp_path / "saved.json", host)
    other, third = new_host(), new_host()
    load_calibrations(tmp_path / "saved.json", other)
    save_calibrations(tmp_path / "again.json", other)
    load_calibrations(tmp_path / "again.json", third)

    assert third.require(IMAGE_PLANE, xray).pixel_spacing == (0.25, 0.2)


def test_an_image_that_is_gone_is_saved_by_its_id(host: Host, tmp_path: Path) -> None:
    host.add(CALIBRATED_PIXEL_SPACING, f"dicomfile:{tmp_path}/gone.dcm", {"scale": 2})
    save_calibrations(tmp_path / "saved.json", host)
    (saved,) = json.loads((tmp_path / "saved.json").read_text())["calibrations"]

    assert saved["imageId"] == f"dicomfile:{tmp_path}/gone.dcm"
    assert "sopInstanceUID" not in saved


def test_a_host_without_calibrations_saves_an_empty_list(host: Host, tmp_path: Path) -> None:
    save_calibrations(tmp_path / "saved.json", host)

    assert load_calibrations(tmp_path / "saved.json", host) == 0


def test_a_host_that_keeps_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(MetadataNotFoundError, match="dicom-calibrations is disabled, or not"):
        save_calibrations(tmp_path / "saved.json", Host())

    assert not (tmp_path / "saved.json").exists()


def test_a_file_that_cannot_be_written_leaves_nothing(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "saved.json").mkdir()
    with pytest.raises(OSError, match=r"saved\.json"):
        save_calibrations(tmp_path / "saved.json", host)

    assert [each.name for each in tmp_path.iterdir()] == ["saved.json"]


SCALED = {"calibratedPixelSpacing": {"scale": 2}}


def test_threads_that_save_at_once_leave_a_whole_file(
    host: Host, xray: str, tmp_path: Path
) -> None:
    path = tmp_path / "calibrations.json"
    host.add(CALIBRATED_PIXEL_SPACING, xray, {"scale": 2})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: save_calibrations(path, host), range(80)))

    assert [each.name for each in tmp_path.glob("*.json*")] == [path.name]
    assert load_calibrations(path, new_host()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", r"saved\.json is no file of calibrations: Input data was truncated"),
        ('{"calibrations": [{"imageId": "\udcff"}]}', "Invalid UTF-8"),
        ("[]", r"saved\.json is no file of calibrations: Expected `object`, got `array`"),
        ('{"calibrations": [{}]}', r"missing required field `calibratedPixelSpacing`"),
        ({"calibrations": [{**SCALED, "image": "x"}]}, "unknown field `image`"),
        ({"calibrations": [SCALED]}, "calibration 1: it is of no image, without imageId and"),
        (
            {
                "calibrations": [
                    {**SCALED, "imageId": "test:1"},
                    {"imageId": "test:2", "calibratedPixelSpacing": {"scale": 0}},
                ]
            },
            "calibration 2: scale is 0: it is a finite number",
        ),
        (
            {"calibrations": [{"imageId": "test:1", "calibratedPixelSpacing": {"scal": 1}}]},
            r"calibration 1: .* did you mean scale\?",
        ),
    ],
)
def test_a_file_of_something_else_is_refused_whole(
    host: Host, tmp_path: Path, content: Any, said: str
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / "saved.json").write_text(text, errors="surrogateescape")
    with pytest.raises(ValueError, match=said):
        load_calibrations(tmp_path / "saved.json", host)

    assert host.get(CALIBRATED_PIXEL_SPACING, "test:1") is None


def test_a_file_that_is_not_there_is_an_error_that_names_it(host: Host, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"saved\.json"):
        load_calibrations(tmp_path / "saved.json", host)
