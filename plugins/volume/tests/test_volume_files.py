"""A volume as files and pictures."""

import json
import subprocess
import sys

import pytest

from metaprov_volume import VolumeError

np = pytest.importorskip("numpy")
nibabel = pytest.importorskip("nibabel")

from made_volumes import AXIAL, CORONAL, SAGITTAL, geometry, group, volume  # noqa: E402


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
@pytest.mark.parametrize("tilt", [0, 15])
@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_what_is_saved_is_read_back(tmp_path, ending, tilt, dtype):
    made = volume(geometry(tilt=tilt), np.arange(60, dtype=dtype).reshape(3, 4, 5))
    made.save(tmp_path / f"1.2.3{ending}")
    image = nibabel.load(tmp_path / f"1.2.3{ending}")
    assert image.affine == pytest.approx(np.array(made.geometry.affine_ras), abs=1e-5)
    assert image.get_data_dtype() == dtype
    assert np.array_equal(np.asarray(image.dataobj).T, made.array)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.2.3.json", f"1.2.3{ending}"]


def test_the_json_says_what_nifti_cannot(tmp_path):
    made = volume(window=(40, 400))
    made.save(tmp_path / "v.nii")
    about = json.loads((tmp_path / "v.json").read_text())
    assert about["values"] == "modality"
    assert about["units"] == "HU"
    assert about["window"] == [40, 400]
    assert about["scaling"][0] == {
        "imageId": "made:0",
        "slope": 1.0,
        "intercept": -1024.0,
        "factor": None,
    }
    assert about["notes"][0]["code"] == "made"
    assert about["geometries"][0]["imageIds"] == ["made:0", "made:1", "made:2"]
    assert "metaprov-volume" in about["versions"]


def test_the_json_has_the_times_of_groups(tmp_path):
    of = [geometry(group=group(value, index, 2)) for index, value in enumerate((0, 1500))]
    volume(of).save(tmp_path / "v.nii")
    assert json.loads((tmp_path / "v.json").read_text())["groupTimes"] == [0, 1.5]


def test_equal_volumes_are_equal_files(tmp_path):
    for name in ("a", "b"):
        volume().save(tmp_path / f"{name}.nii.gz")
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


@pytest.mark.parametrize("name", ["v.nrrd", "v", ".nii", "v.nii.bz2"])
def test_other_endings_are_refused(tmp_path, name):
    with pytest.raises(VolumeError, match=r"is to be NAME\.nii\.gz or NAME\.nii"):
        volume().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_where_nothing_can_be_written_the_file_is_named(tmp_path):
    with pytest.raises(VolumeError, match=r"cannot write .*v\.nii: No such file or directory"):
        volume().save(tmp_path / "none" / "v.nii")


def test_a_single_slice_is_saved_with_a_spacing_alone(tmp_path):
    single = volume(geometry((3, 2, 1)))
    with pytest.raises(VolumeError, match="slice_spacing="):
        single.save(tmp_path / "v.nii")
    assert not list(tmp_path.iterdir())
    single.save(tmp_path / "v.nii", slice_spacing=4)
    assert nibabel.load(tmp_path / "v.nii").header.get_zooms()[2] == 4


@pytest.mark.parametrize("raised", [KeyboardInterrupt, OSError])
def test_an_interrupted_save_leaves_what_was_there(tmp_path, monkeypatch, raised):
    path = tmp_path / "v.nii.gz"
    volume().save(path)
    before = {each: each.read_bytes() for each in tmp_path.iterdir()}

    def interrupted(self, file):
        file.write(b"half")
        raise raised

    monkeypatch.setattr(nibabel.Nifti1Image, "to_stream", interrupted)
    with pytest.raises(KeyboardInterrupt if raised is KeyboardInterrupt else VolumeError):
        volume(units=None).save(path)
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == before


SHAPE = (20, 30, 40)


def marked(axes, where, tilt=0):
    """A volume around 0 whose voxels are bright on one side of the patient."""
    size = SHAPE[::-1]
    at_0 = np.array(geometry(size, (2, 2, 4), axes, (0, 0, 0), tilt).affine_lps)
    middle = at_0[:3, :3] @ ((np.array(size) - 1) / 2)
    made = geometry(size, (2, 2, 4), axes, -middle, tilt)
    k, j, i = np.indices(SHAPE)
    places = np.array(made.affine_lps) @ np.stack([i, j, k, np.ones_like(i)]).reshape(4, -1)
    axis, sign = where
    bright = (places[axis] * sign > 0).reshape(SHAPE)
    return volume(made, np.where(bright, 100, 0).astype(np.int16), window=(50, 100))


LEFT, TOP = "left", "top"
#: Which half of the axial, coronal and sagittal plane is bright.
SIDES = {
    "right": ((0, -1), (LEFT, LEFT, None)),
    "anterior": ((1, -1), (TOP, None, LEFT)),
    "superior": ((2, 1), (None, TOP, TOP)),
}
FLIPPED = ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0))
UPSIDE_DOWN = ((1.0, 0.0, 0.0), (0.0, -1.0, 0.0))


def halves(panel):
    """Which half of a plane is the bright one."""
    grey = np.asarray(panel.convert("L"), dtype=float)
    rows, columns = np.array(grey.shape) // 2
    differences = {
        LEFT: grey[:, :columns].mean() - grey[:, -columns:].mean(),
        TOP: grey[:rows].mean() - grey[-rows:].mean(),
    }
    return {half: each for half, each in differences.items() if abs(each) > 60}


@pytest.mark.parametrize("axes", [AXIAL, CORONAL, SAGITTAL, FLIPPED, UPSIDE_DOWN])
@pytest.mark.parametrize("side", SIDES)
def test_a_preview_has_right_on_the_left_and_superior_up(axes, side, monkeypatch):
    pytest.importorskip("PIL")
    from metaprov_volume.volume import preview

    planes = []
    monkeypatch.setattr(preview, "_side_by_side", planes.extend)
    where, expected = SIDES[side]
    marked(axes, where).preview()
    assert [next(iter(halves(plane)), None) for plane in planes] == list(expected)
    assert all(difference > 0 for plane in planes for difference in halves(plane).values())


def test_a_preview_is_in_millimetres(monkeypatch):
    pytest.importorskip("PIL")
    from metaprov_volume.volume import preview

    planes = []
    monkeypatch.setattr(preview, "_side_by_side", planes.extend)
    marked(AXIAL, (0, 1)).preview()
    # 80 mm by 60 by 80.
    assert [plane.size for plane in planes] == [(320, 240), (320, 320), (240, 320)]


def test_a_preview_of_a_tilt_slants(monkeypatch):
    pytest.importorskip("PIL")
    from metaprov_volume.volume import preview

    planes = []
    monkeypatch.setattr(preview, "_side_by_side", planes.extend)
    marked(AXIAL, (0, 1), tilt=20).preview()
    assert planes[2].width > 240
    assert planes[2].height == pytest.approx(320 * np.cos(np.radians(20)), abs=1)


NUMBERS = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
COLORS = np.arange(180, dtype=np.uint8).reshape(3, 4, 5, 3)


@pytest.mark.parametrize(
    "made",
    [
        volume(array=np.where(NUMBERS < 20, np.nan, NUMBERS)),
        volume(array=NUMBERS * np.nan),
        volume(array=np.where(NUMBERS < 20, np.inf, NUMBERS)),
        volume(array=NUMBERS * 0, window=(0, 0)),
        volume(array=COLORS),
        volume(array=NUMBERS > 30),
        volume(geometry((5, 4, 1))),
        volume(geometry((5, 4, 1), axes=SAGITTAL)),
        volume(geometry((1, 1, 2))),
        volume([geometry(group=group(each, each, 2)) for each in (0, 1)]),
    ],
)
def test_every_volume_has_a_preview(made):
    pytest.importorskip("PIL")
    picture = made.preview()
    assert picture.mode == "RGB"
    assert max(picture.size) >= 320


def test_a_notebook_shows_the_planes_and_a_table():
    pytest.importorskip("PIL")
    html = volume(geometry(tilt=15))._repr_html_()
    assert html.startswith('<img alt="planes" src="data:image/png;base64,')
    for text in ("5 x 4 x 3", "0.5 x 0.75 x 2 mm", "15.0 degrees", "modality in HU"):
        assert text in html
    assert "It is &lt;made&gt; up." in html


def test_a_notebook_shows_a_table_where_there_is_no_pillow(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    assert volume()._repr_html_().startswith("<table>")


def test_a_volume_has_a_short_repr():
    assert repr(volume()) == "<Volume 3 x 4 x 5 int16 modality HU, 1 note>"


def test_the_class_needs_no_library():
    program = "import sys, metaprov_volume.volume.volume; print('numpy' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "False\n"
