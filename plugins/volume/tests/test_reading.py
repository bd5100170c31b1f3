"""Volumes and frames as arrays: the right voxels, or an error that names the image."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import metaprov_core
import metaprov_volume
from metaprov_core import Host, MetadataNotFoundError, base_image_id, hookimpl, parse_image_id
from metaprov_modules import FRAME_PIXEL_DATA, IMAGE_PLANE, SCALING, Note, ScalingModule
from metaprov_volume import IrregularVolumeError, SeveralVolumesError, VolumeError, volumes

np = pytest.importorskip("numpy")
pydicom = pytest.importorskip("pydicom")
pytest.importorskip("metaprov_dicom")

_spec = importlib.util.spec_from_file_location(
    "reported_series", Path(__file__).with_name("reported_series.py")
)
reported_series = importlib.util.module_from_spec(_spec)
sys.modules["reported_series"] = reported_series
_spec.loader.exec_module(reported_series)
SERIES = reported_series.SERIES

#: What stands in the way of reading it as it is.
IRREGULAR = {"missing_slice", "duplicate_slice", "thin_thick", "in_plane_shift", "dose_uneven"}


@pytest.fixture
def host():
    with Host(discover=True) as made:
        yield made


def written(tmp_path, name, **attributes):
    """The folder of a reported series; attributes are given to each of its files."""
    for number, path in enumerate(SERIES[name].write(tmp_path / name)):
        ds = pydicom.dcmread(path)
        for keyword, value in attributes.items():
            setattr(ds, keyword, value(number) if callable(value) else value)
        ds.save_as(path)
    return tmp_path / name


def pixels_of(image_id):
    array = pydicom.dcmread(base_image_id(image_id).removeprefix("dicomfile:")).pixel_array
    return array[(parse_image_id(image_id).frame or 1) - 1] if array.ndim == 3 else array


def slice_of(geometry, host, image_id):
    """Where the position of an image is on the lattice, by the affine alone."""
    if geometry.affine_lps is None:
        return 0
    position = host.require(IMAGE_PLANE, image_id).image_position_patient
    return round(np.linalg.solve(np.array(geometry.affine_lps), [*position, 1])[2])


@pytest.mark.parametrize("name", SERIES)
def test_each_reported_series_has_its_voxels_or_is_refused(name, tmp_path, host):
    for geometry in volumes(written(tmp_path, name), host):
        if not geometry.regular:
            with pytest.raises(IrregularVolumeError) as raised:
                metaprov_volume.read(geometry, host=host)
            assert any(image_id in str(raised.value) for image_id in geometry.image_ids)
            continue
        volume = metaprov_volume.read(geometry, host=host)
        columns, rows, slices = geometry.dimensions
        assert volume.array.shape == (slices, rows, columns)
        assert volume.array.dtype == np.uint16
        if name == "mosaic":
            continue
        for image_id in geometry.image_ids:
            at = slice_of(geometry, host, image_id)
            np.testing.assert_array_equal(volume.array[at], pixels_of(image_id))


def test_the_irregular_ones_are_those(tmp_path, host):
    refused = {
        name
        for name in SERIES
        for geometry in volumes(written(tmp_path, name), host)
        if not geometry.regular and geometry.group is None
    }
    assert refused >= IRREGULAR & set(SERIES)


@pytest.mark.parametrize("name", SERIES)
def test_simpleitk_reads_the_same_of_even_stacks(name, tmp_path, host):
    sitk = pytest.importorskip("SimpleITK")
    even = [
        geometry
        for geometry in volumes(written(tmp_path, name), host)
        if geometry.regular
        and geometry.orthogonal
        and geometry.group is None
        # One file a slice is what it reads.
        and len(set(map(base_image_id, geometry.image_ids))) == geometry.dimensions[2] > 1
    ]
    assert even or name not in {"axial", "descending", "interleaved", "sagittal"}
    for geometry in even:
        volume = metaprov_volume.read(geometry, values="modality", host=host)
        files = [base_image_id(each).removeprefix("dicomfile:") for each in geometry.image_ids]
        expected, image = sitk.ReadImage(files), volume.to_sitk()
        np.testing.assert_array_equal(volume.array, sitk.GetArrayFromImage(expected))
        for place in ("GetOrigin", "GetSpacing", "GetDirection"):
            np.testing.assert_allclose(
                getattr(image, place)(), getattr(expected, place)(), atol=1e-3
            )


@pytest.mark.parametrize("name", [name for name in SERIES if name.startswith("dose")])
def test_doses_are_those_of_the_file(name, tmp_path, host):
    folder = written(tmp_path, name)
    for geometry in volumes(folder, host):
        if not geometry.regular:
            continue
        volume = metaprov_volume.read(geometry, values="dose", host=host)
        ds = pydicom.dcmread(base_image_id(geometry.image_ids[0]).removeprefix("dicomfile:"))
        assert volume.units == "Gy"
        for place, image_id in zip(volume.array, geometry.image_ids, strict=True):
            expected = pixels_of(image_id) * float(ds.DoseGridScaling)
            np.testing.assert_allclose(place, expected, rtol=1e-6)


def test_the_tiles_of_a_mosaic_are_slices(tmp_path, host):
    volume = metaprov_volume.read(written(tmp_path, "mosaic"), host=host)
    whole = pixels_of(volume.geometry.image_ids[0])
    tiles, rows, columns = volume.array.shape
    across = whole.shape[1] // columns
    for tile in range(tiles):
        down, right = divmod(tile, across)
        part = whole[down * rows :, right * columns :][:rows, :columns]
        np.testing.assert_array_equal(volume.array[tile], part)


def test_a_missing_slice_is_nan_where_that_is_wanted(tmp_path, host):
    volume = metaprov_volume.read(
        written(tmp_path, "missing_slice"), values="modality", host=host, missing="nan"
    )
    assert volume.array.dtype == np.float32
    assert np.isnan(volume.array).all(axis=(1, 2)).tolist() == [0, 0, 0, 1, 0, 0]
    assert len(volume.scaling) == 5


def test_the_first_of_a_position_is_read_where_that_is_wanted(tmp_path, host):
    folder = written(tmp_path, "duplicate_slice")
    volume = metaprov_volume.read(folder, host=host, duplicates="first")
    (repeated,) = volume.geometry.duplicates
    at = slice_of(volume.geometry, host, repeated[0])
    np.testing.assert_array_equal(volume.array[at], pixels_of(repeated[0]))
    assert repeated[1] not in {each.image_id for each in volume.scaling}


@pytest.mark.parametrize("name", sorted({"thin_thick", "in_plane_shift"} & set(SERIES)))
def test_what_has_no_lattice_is_never_read(name, tmp_path, host):
    with pytest.raises(IrregularVolumeError):
        metaprov_volume.read(written(tmp_path, name), host=host, missing="nan", duplicates="first")


def test_several_volumes_are_listed_with_what_sets_them_apart(tmp_path, host):
    with pytest.raises(SeveralVolumesError, match="EchoTime") as raised:
        metaprov_volume.read(written(tmp_path, "echo_4d"), host=host)
    assert len(str(raised.value).splitlines()) == 1 + len(raised.value.volumes)


def test_groups_are_stacked_in_their_order(tmp_path, host):
    folder = written(tmp_path, "echo_4d")
    found = list(volumes(folder, host))
    volume = metaprov_volume.read(reversed(found), host=host, stack=True)
    each = [metaprov_volume.read(geometry, host=host).array for geometry in found]
    np.testing.assert_array_equal(volume.array, np.stack(each))
    assert [geometry.group.index for geometry in volume.geometries] == list(range(len(found)))


def test_a_stack_of_groups_that_differ_says_what_differs(tmp_path, host):
    with pytest.raises(VolumeError, match="dimensions"):
        metaprov_volume.read(written(tmp_path, "incomplete_4d"), host=host, stack=True)
    with pytest.raises(VolumeError, match="no groups of one"):
        metaprov_volume.read(written(tmp_path, "localizer"), host=host, stack=True)


def test_groups_whose_corners_are_apart_are_no_stack(tmp_path, host):
    found = list(volumes(written(tmp_path, "echo_4d"), host))
    turned = tuple(
        tuple(each + (column == 0) * 1e-3 for column, each in enumerate(row))
        for row in found[1].affine_lps
    )
    other = metaprov_core.with_fields(found[1], affine_lps=turned)
    with pytest.raises(VolumeError, match="the corners are up to"):
        metaprov_volume.read([found[0], other], host=host, stack=True)


def test_a_stray_image_does_not_make_a_lattice_without_end(tmp_path, host):
    def moved(number):
        return [0, 0, 5e6 if number == 5 else 2 * number]

    folder = written(tmp_path, "axial", ImagePositionPatient=moved)
    with pytest.raises(IrregularVolumeError, match="a stray image is before or behind"):
        metaprov_volume.read(folder, host=host, missing="nan")


def test_paths_stand_for_the_images_behind_them(tmp_path, host):
    folder = written(tmp_path, "axial")
    whole = metaprov_volume.read(folder, host=host)
    first, *others = sorted(folder.iterdir())
    several = metaprov_volume.read([first, first, *others], host=host)
    np.testing.assert_array_equal(several.array, whole.array)


def test_hounsfield_units_are_the_smallest_integers_that_hold_them(tmp_path, host):
    folder = written(tmp_path, "axial", BitsStored=12, HighBit=11)
    volume = metaprov_volume.read(folder, values="modality", host=host)
    assert (volume.array.dtype, volume.units) == (np.int16, "HU")
    stored = metaprov_volume.read(folder, host=host)
    np.testing.assert_array_equal(volume.array, stored.array.astype(int) - 1024)
    assert {(each.slope, each.intercept) for each in volume.scaling} == {(1, -1024)}
    assert {(each.slope, each.intercept) for each in stored.scaling} == {(None, None)}


def test_16_bits_and_an_intercept_need_int32(tmp_path, host):
    volume = metaprov_volume.read(written(tmp_path, "axial"), values="modality", host=host)
    assert volume.array.dtype == np.int32


def test_a_slope_for_each_slice(tmp_path, host):
    folder = written(
        tmp_path, "axial", RescaleSlope=lambda number: 0.5 + number, RescaleIntercept=3
    )
    volume = metaprov_volume.read(folder, values="modality", host=host)
    stored = metaprov_volume.read(folder, host=host).array
    expected = stored * np.array([each.slope for each in volume.scaling])[:, None, None] + 3
    assert volume.array.dtype == np.float32
    np.testing.assert_allclose(volume.array, expected, rtol=1e-6)


def test_a_type_that_does_not_hold_the_values_is_refused(tmp_path, host):
    folder = written(tmp_path, "axial")
    assert metaprov_volume.read(folder, host=host, dtype="f8").array.dtype == np.float64
    with pytest.raises(VolumeError, match="from 0 to 65535, which int16 does not hold"):
        metaprov_volume.read(folder, host=host, dtype="i2")


def test_padding_is_replaced_by_its_range(tmp_path, host):
    folder = written(tmp_path, "axial")
    for path in folder.iterdir():
        ds = pydicom.dcmread(path)
        ds.add_new("PixelPaddingValue", "US", 0)
        ds.add_new("PixelPaddingRangeLimit", "US", 11)
        ds.save_as(path)
    stored = metaprov_volume.read(folder, host=host).array
    volume = metaprov_volume.read(folder, values="modality", host=host, padding=-2000)
    assert (volume.array[stored <= 11] == -2000).all()
    assert (volume.array[stored > 11] == stored[stored > 11].astype(int) - 1024).all()


class Factors:
    """A factor for each image, and a note."""

    note = Note(code="guessed", severity="assumed", sentence="A guess.", attribute="PatientWeight")

    @hookimpl(types=[SCALING])
    def get_metadata(self, image_id):
        number = int(Path(image_id).stem)
        return ScalingModule(suvbw=1e-4 * (number + 1), notes=(self.note,))


def test_suv_is_of_rescaled_values_and_the_factor_of_each_image(tmp_path, host):
    host.register(Factors())
    folder = written(tmp_path, "axial", Modality="PT", RescaleSlope=lambda number: 2.5 + number / 7)
    volume = metaprov_volume.read(folder, values="suvbw", host=host)
    stored = metaprov_volume.read(folder, host=host).array.astype(np.float64)
    expected = [
        (plane * each.slope + each.intercept) * each.factor
        for plane, each in zip(stored, volume.scaling, strict=True)
    ]
    assert (volume.array.dtype, volume.units) == (np.float32, "{SUVbw}g/ml")
    np.testing.assert_allclose(volume.array, expected, rtol=1e-6)
    assert volume.notes.count(Factors.note) == 1
    (varies,) = [note for note in volume.notes if "factor to suvbw" in note.sentence]
    assert varies.code == "rescaleVaries"
    with pytest.raises(MetadataNotFoundError, match="suvlbm"):
        metaprov_volume.read(folder, values="suvlbm", host=host)


def test_no_factor_is_explained(tmp_path, host):
    with pytest.raises(MetadataNotFoundError) as raised:
        metaprov_volume.read(written(tmp_path, "axial"), values="suvbw", host=host)
    assert raised.value.explanation is not None


def test_values_that_there_are_not_are_named(tmp_path, host):
    with pytest.raises(VolumeError, match="'suv', and there are stored, modality, suvbw"):
        metaprov_volume.read(written(tmp_path, "axial"), values="suv", host=host)


def test_too_many_bytes_are_refused_before_a_pixel_is_read(tmp_path, host):
    source = Watched()
    host.register(source)
    folder = written(tmp_path, "axial")
    size = metaprov_volume.read(folder, host=host, max_bytes=1 << 20).array.nbytes
    source.asked.clear()
    with pytest.raises(VolumeError, match=f"{size} bytes"):
        metaprov_volume.read(folder, host=host, max_bytes=size - 1)
    assert not source.asked


class Watched:
    """Sees which pixels are asked for, slows it down, and fails for some."""

    def __init__(self, fails=None, delay=0.0):
        self.fails = fails or {}
        self.delay = delay
        self.asked = []

    @hookimpl(types=[FRAME_PIXEL_DATA], tryfirst=True)
    def get_metadata(self, image_id):
        self.asked.append(image_id)
        time.sleep(self.delay)
        for name, error in self.fails.items():
            if name in image_id:
                raise error


def threads_of_ours():
    return [each for each in threading.enumerate() if each.name.startswith("metaprov-volume")]


def test_an_error_names_the_image_and_ends_it(tmp_path, host):
    source = Watched({"003.dcm": ValueError("torn")}, delay=0.01)
    host.register(source)
    with pytest.raises(VolumeError, match=r"003\.dcm: .*torn") as raised:
        metaprov_volume.read(written(tmp_path, "axial"), host=host)
    assert isinstance(raised.value.__cause__, ValueError)
    assert not threads_of_ours()


def test_progress_is_told_in_this_thread_and_can_end_it(tmp_path, host):
    told = []

    def progress(done, total):
        told.append((done, total, threading.get_ident()))

    folder = written(tmp_path, "axial")
    metaprov_volume.read(folder, host=host, progress=progress)
    assert told == [(done, 6, threading.get_ident()) for done in range(1, 7)]

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        metaprov_volume.read(folder, host=host, progress=stop)
    assert not threads_of_ours()


def test_read_all_names_what_it_skips(tmp_path, host):
    written(tmp_path, "missing_slice", SeriesInstanceUID="1.2.77")
    written(tmp_path, "axial", SeriesInstanceUID="1.2.78")
    read = metaprov_volume.read_all(tmp_path, on_error="skip", host=host)
    assert [volume.geometry.series_instance_uid for volume in read] == ["1.2.78"]
    ((geometry, error),) = read.errors
    assert geometry.series_instance_uid == "1.2.77"
    assert isinstance(error, IrregularVolumeError)
    with pytest.raises(IrregularVolumeError):
        list(metaprov_volume.read_all(tmp_path, host=host))


def test_an_image_without_a_place_is_read_alone(tmp_path, host):
    folder = written(tmp_path, "no_position")
    with pytest.raises(VolumeError, match="read_image"):
        metaprov_volume.read(folder, host=host)
    image_id = next(iter(host.find_images(str(folder))))
    array = metaprov_volume.read_image(image_id, host=host)
    np.testing.assert_array_equal(array, pixels_of(image_id))


def test_a_modality_lut_is_looked_up(tmp_path, host):
    item = pydicom.Dataset()
    item.LUTDescriptor, item.ModalityLUTType = [4, 10, 16], "US"
    item.add_new("LUTData", "OW", np.array([7, 20, 300, 4000], "<u2").tobytes())
    folder = written(tmp_path, "axial", ModalityLUTSequence=[item])
    image_id = next(iter(host.find_images(str(folder))))
    array = metaprov_volume.read_image(image_id, "modality", host=host)
    stored = pixels_of(image_id).astype(int)
    expected = np.array([7, 20, 300, 4000])[np.clip(stored - 10, 0, 3)]
    assert array.dtype == np.int16
    np.testing.assert_array_equal(array, expected)


def test_numpy_is_imported_where_it_is_used():
    code = "import metaprov_volume, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_numpy_it_says_what_to_install(tmp_path, host, monkeypatch):
    from metaprov_volume.pixels import numpy_needed

    monkeypatch.setattr(numpy_needed, "find_spec", lambda name: None)
    with pytest.raises(VolumeError, match=r"pip install 'metaprov-volume\[read\]'"):
        metaprov_volume.read(tmp_path, host=host)


@pytest.mark.parametrize("option", [{"missing": "zero"}, {"missing": 0}, {"duplicates": "any"}])
def test_a_choice_that_there_is_not_permits_nothing(tmp_path, host, option):
    folder = written(tmp_path, "axial")
    with pytest.raises(VolumeError, match=next(iter(option))):
        metaprov_volume.read(folder, host=host, **option)
