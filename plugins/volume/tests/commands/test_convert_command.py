"""metaprov convert: volumes become NIfTI files, with JSON, and pictures if wanted."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
nibabel = pytest.importorskip("nibabel")
pytest.importorskip("pydicom")

CT = "1.2.3.1"
RESCALED = {"RescaleSlope": 1, "RescaleIntercept": -1024}
PIXELS = np.arange(6, dtype=np.uint16).tobytes()


@pytest.fixture
def scan(tmp_path, write_series, at):
    """A CT series of three slices."""
    write_series(tmp_path / "scan", at(0, 2, 4), PixelData=PIXELS, **RESCALED)
    return tmp_path / "scan"


def written(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_volume_is_written_with_its_json(metaprov, scan, tmp_path):
    run = metaprov("convert", scan, "-o", tmp_path / "made" / "here")
    assert (run.returncode, run.stderr) == (0, "")
    made = tmp_path / "made" / "here"
    assert run.stdout == f"{made / CT}.nii.gz  3 x 2 x 3  modality in HU  Series of CT\n"
    assert written(made) == [f"{CT}.json", f"{CT}.nii.gz"]
    image = nibabel.load(made / f"{CT}.nii.gz")
    assert np.asarray(image.dataobj)[:, :, 1].T.tolist() == [
        [-1024, -1023, -1022],
        [-1021, -1020, -1019],
    ]
    assert image.header.get_zooms() == (0.5, 0.75, 2)
    assert json.loads((made / f"{CT}.json").read_text())["units"] == "HU"


def test_a_preview_is_a_picture(metaprov, scan, tmp_path):
    pillow = pytest.importorskip("PIL.Image")
    metaprov("convert", scan, "-o", tmp_path / "made", "--preview")
    with pillow.open(tmp_path / "made" / f"{CT}.png") as picture:
        assert picture.format == "PNG"


def test_json_says_what_was_written(metaprov, scan, tmp_path):
    run = metaprov("convert", scan, "-o", tmp_path / "made", "--json")
    about = json.loads(run.stdout)
    assert about["seriesInstanceUID"] == CT
    assert about["image"] == str(tmp_path / "made" / f"{CT}.nii.gz")
    assert about["shape"] == [3, 2, 3]
    assert about["values"] == "modality"


def test_stored_values_are_those_of_the_file(metaprov, scan, tmp_path):
    metaprov("convert", scan, "-o", tmp_path / "made", "--values", "stored")
    image = nibabel.load(tmp_path / "made" / f"{CT}.nii.gz")
    assert np.asarray(image.dataobj)[:, :, 0].T.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_nothing_is_overwritten_unasked(metaprov, scan, tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    (made / f"{CT}.nii.gz").write_text("mine")
    run = metaprov("convert", scan, "-o", made)
    assert run.returncode == 2
    assert run.stderr == (
        f"metaprov: series {CT}: {made / CT}.nii.gz is there already; --overwrite replaces it\n"
    )
    assert (made / f"{CT}.nii.gz").read_text() == "mine"
    assert metaprov("convert", scan, "-o", made, "--overwrite").returncode == 0
    assert nibabel.load(made / f"{CT}.nii.gz").shape == (3, 2, 3)


def test_volumes_that_fail_do_not_stop_the_others(metaprov, scan, tmp_path, write_series, at):
    write_series(scan / "gap", at(0, 2, 6, 8), series="2", PixelData=PIXELS)
    run = metaprov("convert", scan, "-o", tmp_path / "made")
    assert run.returncode == 3
    assert len(run.stderr.splitlines()) == 1
    assert run.stderr.startswith("metaprov: series 1.2.3.2: CT")
    assert "002.dcm" in run.stderr
    assert "--missing nan" in run.stderr
    assert written(tmp_path / "made") == [f"{CT}.json", f"{CT}.nii.gz"]


def test_missing_slices_may_be_nan(metaprov, tmp_path, write_series, at):
    write_series(tmp_path / "scan", at(0, 2, 6, 8), PixelData=PIXELS)
    run = metaprov("convert", tmp_path / "scan", "-o", tmp_path / "made", "--missing", "nan")
    assert (run.returncode, run.stderr) == (0, "")
    values = np.asarray(nibabel.load(tmp_path / "made" / f"{CT}.nii.gz").dataobj)
    assert np.isnan(values).all(axis=(0, 1)).tolist() == [False, False, True, False, False]


def test_of_several_images_at_one_position_the_first_may_count(
    metaprov, tmp_path, write_series, at
):
    write_series(tmp_path / "scan", at(0, 2, 2, 4), PixelData=PIXELS, InstanceNumber=1)
    convert = ("convert", tmp_path / "scan", "-o", tmp_path / "made")
    run = metaprov(*convert)
    assert run.returncode == 2
    assert "--duplicates first" in run.stderr
    assert metaprov(*convert, "--duplicates", "first").returncode == 0


def test_a_single_slice_needs_a_spacing(metaprov, tmp_path, write_series, at):
    write_series(tmp_path / "scan", at(0), PixelData=PIXELS)
    convert = ("convert", tmp_path / "scan", "-o", tmp_path / "made")
    run = metaprov(*convert)
    assert run.returncode == 2
    assert "give one with --slice-spacing" in run.stderr
    assert metaprov(*convert, "--slice-spacing", "5").returncode == 0
    assert nibabel.load(tmp_path / "made" / f"{CT}.nii.gz").header.get_zooms()[2] == 5


def test_groups_are_a_file_each_or_one(metaprov, tmp_path, write_series, at):
    slices = [{**place, "EchoTime": time} for time in (10, 20) for place in at(0, 2, 4)]
    write_series(tmp_path / "scan", slices, "MR", PixelData=PIXELS)
    run = metaprov("convert", tmp_path / "scan", "-o", tmp_path / "each")
    assert (run.returncode, run.stderr) == (0, "")
    assert written(tmp_path / "each") == [
        f"{CT}_{index}.{ending}" for index in (0, 1) for ending in ("json", "nii.gz")
    ]
    run = metaprov("convert", tmp_path / "scan", "-o", tmp_path / "one", "--stack")
    assert (run.returncode, run.stderr) == (0, "")
    assert nibabel.load(tmp_path / "one" / f"{CT}.nii.gz").shape == (3, 2, 3, 2)


def test_series_without_slices_are_no_failure(metaprov, scan, tmp_path, write_series):
    write_series(
        scan / "other",
        [{"ImageOrientationPatient": None}],
        "OT",
        series="2",
    )
    run = metaprov("convert", scan, "-o", tmp_path / "made")
    assert run.returncode == 0
    assert run.stderr.startswith("metaprov: series 1.2.3.2: no volume: ")


def test_slices_without_a_place_are_a_failure(metaprov, scan, tmp_path, write_series):
    write_series(scan / "other", [{}] * 2, series="2")
    run = metaprov("convert", scan, "-o", tmp_path / "made", "--json")
    assert run.returncode == 3
    lines = list(map(json.loads, run.stdout.splitlines()))
    assert [("error" in line) for line in lines] == [False, True]
    assert "ImagePositionPatient" in lines[1]["error"]


def test_suv_is_of_pet_alone(metaprov, scan, tmp_path, write_series, at):
    write_series(scan / "pet", at(0, 2, 4), "PT", series="2", PixelData=PIXELS)
    run = metaprov("convert", scan, "-o", tmp_path / "made", "--values", "suvbw")
    assert run.returncode == 3
    assert "modality in HU" in run.stdout
    assert run.stderr.startswith("metaprov: series 1.2.3.2: ")
    assert len(run.stderr.splitlines()) == 1
    run = metaprov("convert", scan / "pet", "-o", tmp_path / "made", "--values", "modality")
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--values", "hounsfield"], "hounsfield"),
        (["--missing", "0"], "--missing"),
        (["--slice-spacing", "-1"], "--slice-spacing"),
        (["--slice-spacing", "0"], "--slice-spacing"),
    ],
)
def test_wrong_usage_is_told(metaprov, scan, tmp_path, arguments, said):
    run = metaprov("convert", scan, "-o", tmp_path / "made", *arguments)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert not written(tmp_path / "made")


def test_a_folder_that_cannot_be_made_is_told(metaprov, scan, tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "made"):
        run = metaprov("convert", scan, "-o", folder)
        assert run.returncode == 2
        assert "Traceback" not in run.stderr


def test_a_source_without_images_is_nothing(metaprov, tmp_path):
    (tmp_path / "empty").mkdir()
    assert metaprov("convert", tmp_path / "empty", "-o", tmp_path / "made").returncode == 1


def test_without_numpy_it_says_what_to_install(scan, tmp_path):
    program = "import sys; sys.modules['numpy'] = None\nfrom metaprov_command import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", program, "convert", str(scan), "-o", str(tmp_path / "made")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 2
    assert "pip install 'metaprov-volume[read]'" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_terminal_shows_a_bar_and_each_file_on_one_line(scan, tmp_path):
    pty = pytest.importorskip("pty")
    made = tmp_path / "made"
    metaprov = Path(sys.executable).with_name("metaprov")
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [metaprov, "convert", scan, "-o", made], stdout=its_end, stderr=its_end
    )
    os.close(its_end)
    said = b""
    with suppress(OSError):  # how a terminal ends
        while read := os.read(terminal, 65536):
            said += read
    os.close(terminal)
    assert process.wait() == 0
    assert f"{made / CT}.nii.gz  3 x 2 x 3  modality in HU".encode() in said
    assert b"3/3" in said
    assert written(made) == [f"{CT}.json", f"{CT}.nii.gz"]


def test_a_line_tells_what_was_written(metaprov, tmp_path, write_series, at):
    slices = [{**place, "EchoTime": time} for time in (10, 20) for place in at(0, 2, 4)]
    write_series(tmp_path / "scan", slices, "MR", PixelData=PIXELS, SeriesDescription="Two echoes")
    lines = metaprov("convert", tmp_path / "scan", "-o", tmp_path / "each").stdout.splitlines()
    assert [line.partition("modality  ")[2] for line in lines] == [
        "Two echoes, EchoTime 10 (1 of 2)",
        "Two echoes, EchoTime 20 (2 of 2)",
    ]
    run = metaprov("convert", tmp_path / "scan", "-o", tmp_path / "one", "--stack")
    assert run.stdout.rstrip().endswith("Two echoes, 2 by EchoTime")


def test_a_volume_that_fails_is_called_by_its_group(metaprov, tmp_path, write_series, at):
    slices = [{**place, "EchoTime": 10} for place in at(0, 2, 4, 6)]
    slices += [{**place, "EchoTime": 20} for place in at(0, 2, 6)]
    write_series(tmp_path / "scan", slices, "MR", PixelData=PIXELS)
    run = metaprov("convert", tmp_path / "scan", "-o", tmp_path / "made")
    assert run.stderr.startswith(f"metaprov: series {CT} volume 1, EchoTime 20 (2 of 2): MR")


@pytest.mark.parametrize("below", ["", "deeper"])
def test_where_nothing_is_written_no_folder_is_left(metaprov, tmp_path, write_series, at, below):
    write_series(tmp_path / "scan", at(0, 2, 6, 8), PixelData=PIXELS)
    metaprov("convert", tmp_path / "scan", "-o", tmp_path / "made" / below)
    assert not (tmp_path / "made").exists()


def test_a_folder_that_was_there_is_left(metaprov, tmp_path, write_series, at):
    write_series(tmp_path / "scan", at(0, 2, 6, 8), PixelData=PIXELS)
    (tmp_path / "made").mkdir()
    metaprov("convert", tmp_path / "scan", "-o", tmp_path / "made")
    assert (tmp_path / "made").exists()
