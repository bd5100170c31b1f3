"""``metaprov demo``: what it writes, what it leaves alone, what it shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom import dcmread

from metaprov_core import Host
from metaprov_dicom.demo.phantom import SUV_FACTOR
from metaprov_dicom.demo.series import FILES
from metaprov_dicom.plugins.files import DicomFiles
from metaprov_dicom.plugins.modules import DicomModules

METAPROV = Path(sys.executable).with_name("metaprov")

pytestmark = pytest.mark.skipif(not METAPROV.exists(), reason="metaprov-core[cli] is not installed")


def demo(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [METAPROV, "demo", *arguments], capture_output=True, text=True, check=False, cwd=folder,
        env={**os.environ, "COLUMNS": "200", **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder, demo(folder)


@pytest.fixture(scope="module")
def folder(ran):
    return ran[0] / "metaprov-demo"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_writes_three_series_into_a_folder_of_its_own(ran, folder):
    assert (ran[1].returncode, ran[1].stderr) == (0, "")
    assert set(contents(folder)) == set(FILES)
    assert sum(map(len, contents(folder).values())) < 1_000_000


def test_the_images_are_found_and_answered(folder):
    with Host() as host:
        host.register(DicomModules())
        host.register(DicomFiles())
        image_ids = list(host.find_images(folder))
        planes = host.get_many("imagePlaneModule", image_ids)
    assert len(image_ids) == len(FILES)
    assert {plane.frame_of_reference_uid for plane in planes} == {planes[0].frame_of_reference_uid}
    assert [plane.image_position_patient[2] for plane in planes[:5]] == [-8, -4, 0, 4, 8]


def test_the_three_series_have_one_phantom_at_one_place(folder):
    """The middle of the sphere, of the bone and of the hollow, in HU, signal and SUV."""
    for name, size, values in (
        ("ct", 128, (60, 800, -800)),
        ("mr", 128, (900, 50, 20)),
        ("pet", 64, (4, 0.5, 0.2)),
    ):
        image = dcmread(folder / name / "3.dcm")
        stored = memoryview(image.PixelData).cast("h", (size, size))
        slope = float(image.get("RescaleSlope", 1)) * (SUV_FACTOR if name == "pet" else 1)
        row, spacing = size // 2, 256 / size
        first = float(image.ImagePositionPatient[0])
        for x, value in zip((0, 60, -60), values, strict=True):
            column = round((x - first) / spacing)
            assert stored[row, column] * slope == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("name", ["ct", "mr", "pet"])
def test_each_file_is_valid_to_pydicom(folder, name):
    image = dcmread(folder / name / "1.dcm")
    assert len(image.PixelData) == image.Rows * image.Columns * 2
    for element in image:
        assert element.value is not None or element.is_empty
    assert image.file_meta.MediaStorageSOPInstanceUID == image.SOPInstanceUID


def test_uids_are_those_of_the_image_wherever_it_is(folder, tmp_path):
    demo(tmp_path, "other")
    assert contents(tmp_path / "other") == contents(folder)
    uids = {dcmread(folder / file).SOPInstanceUID for file in FILES}
    assert len(uids) == len(FILES)


def test_a_second_time_it_writes_what_is_missing_and_nothing_else(tmp_path):
    demo(tmp_path, "a b")
    (tmp_path / "a b" / "ct" / "1.dcm").write_bytes(b"mine")
    (tmp_path / "a b" / "mr" / "2.dcm").unlink()
    again = demo(tmp_path, "a b")
    assert again.returncode == 0
    assert again.stdout.startswith("a b: 1 image of a phantom")
    assert contents(tmp_path / "a b")["ct/1.dcm"] == b"mine"
    third = demo(tmp_path, "a b")
    assert third.stdout.startswith("a b: all images are there")
    assert "metaprov suv 'a b/pet'" in third.stdout or '"a b/pet"' in third.stdout


def test_a_folder_with_other_files_stays_as_it_is(tmp_path):
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "1.dcm").write_bytes(b"mine")
    refused = demo(tmp_path, "scans")
    assert refused.returncode == 2
    assert "scans has other files in it" in " ".join(refused.stderr.split())
    assert contents(tmp_path) == {"scans/1.dcm": b"mine"}


def test_what_is_no_folder_is_refused(tmp_path):
    (tmp_path / "scans").write_bytes(b"mine")
    refused = demo(tmp_path, "scans")
    assert refused.returncode == 2
    assert "is no folder" in refused.stderr


def test_what_cannot_be_written_is_said(tmp_path):
    refused = demo(tmp_path, "/dev/null/scans")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no files")
def test_half_an_image_is_not_kept_and_the_reason_is_one_line(tmp_path, folder):
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_240, 10_240))

    cut = subprocess.run(
        [METAPROV, "demo", "cut"], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "COLUMNS": "200"}, preexec_fn=limit,
    )  # fmt: skip
    assert cut.returncode == 2
    assert "1.dcm: File too large" in cut.stderr
    assert "Traceback" not in cut.stderr
    assert contents(tmp_path / "cut") == {}
    assert demo(tmp_path, "cut").stdout.startswith("cut: 15 images of a phantom")
    assert contents(tmp_path / "cut") == contents(folder)


def test_an_empty_file_and_what_a_killed_run_left_are_written(tmp_path, folder):
    demo(tmp_path, "killed")
    (tmp_path / "killed" / "ct" / "1.dcm").write_bytes(b"")
    (tmp_path / "killed" / "pet" / "2.dcm").rename(tmp_path / "killed" / "pet" / "2.dcm.part")
    assert demo(tmp_path, "killed").stdout.startswith("killed: 2 images of a phantom")
    assert contents(tmp_path / "killed") == contents(folder)


def test_commands_that_are_there_come_before_those_to_be_installed(ran, tmp_path):
    alone = demo(tmp_path, METAPROV_ONLY="metaprov-dicom").stdout
    there, _, after = alone.partition('After  python -m pip install "')
    assert "metaprov get imagePlaneModule" in there
    assert "metaprov look" not in there
    # Nobody answers it yet.
    assert "scalingModule" not in there
    assert "metaprov explain scalingModule" in after
    assert "metaprov look metaprov-demo" in after


def test_what_is_made_of_the_folder_one_is_in_has_its_name(tmp_path):
    (tmp_path / "here").mkdir()
    shown = demo(tmp_path / "here", ".").stdout
    assert "metaprov convert . -o here-nifti --preview" in shown
    assert "metaprov table . -o here.parquet" in shown


@pytest.mark.skipif(os.name == "nt", reason="the separator is another")
def test_a_folder_that_looks_like_an_option_is_shown_as_a_path(tmp_path):
    shown = demo(tmp_path, "--", "-x").stdout
    assert "metaprov look ./-x" in shown
    assert "metaprov table ./-x -o ./-x.parquet" in shown
    assert "metaprov suv ./-x/pet" in shown
