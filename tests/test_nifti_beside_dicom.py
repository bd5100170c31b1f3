"""NIfTI files where DICOM is: found, looked at, read and converted by the same calls."""

from __future__ import annotations

import json
import shutil

import pytest

import metaprov_core

np = pytest.importorskip("numpy")
nibabel = pytest.importorskip("nibabel")
pytest.importorskip("metaprov_nifti.provider")
metaprov_volume = pytest.importorskip("metaprov_volume")

#: Not orthogonal to the patient, and slices against the normal in one of them.
OBLIQUE = np.array(
    [[1.6, 0.9, 0.4, -30], [-1.2, 1.2, 0.3, 12.5], [0.0, 0.1, -3.0, 7], [0, 0, 0, 1]]
)
STRAIGHT = np.diag([2.0, 3.0, 4.0, 1.0])


def write(path, array, affine=STRAIGHT, *, time_units="sec", step=None, **fields):
    header = nibabel.Nifti1Image(array, affine).header
    header.set_xyzt_units("mm", time_units)
    # Without an affine, which would set a code again.
    image = nibabel.Nifti1Image(array, None, header)
    if step is not None:
        image.header["pixdim"][4] = step
    for name, value in fields.items():
        image.header[name] = value
    nibabel.save(image, path)
    return path


def numbers(*shape, dtype=np.int16):
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def colours(*names):
    array = np.zeros((3, 4, 5), [(name, "u1") for name in names])
    for place, name in enumerate(names):
        array[name] = numbers(3, 4, 5) + place
    return array


def voxels(image):
    """What is where: the values by their place in mm, whatever the order of the slices."""
    array = np.asarray(image.dataobj)
    array = array[..., None] if array.ndim == 2 else array
    places = image.affine[:3] @ np.array(
        [(*index, 1) for index in np.ndindex(array.shape[:3])]
    ).T  # fmt: skip
    values = array.reshape(-1, *array.shape[3:])
    return {
        tuple(place): value.tolist() for place, value in zip(places.T.round(2), values, strict=True)
    }


@pytest.mark.parametrize("affine", [STRAIGHT, OBLIQUE, OBLIQUE @ np.diag([1, 1, -1, 1])])
@pytest.mark.parametrize("dtype", ["u1", "i2", "u4", "f4", "f8", ">i2", ">f4"])
@pytest.mark.parametrize("name", ["image.nii", "image.nii.gz"])
def test_every_voxel_that_is_read_is_where_nibabel_has_it(tmp_path, affine, dtype, name):
    path = write(tmp_path / name, numbers(3, 4, 5, dtype=dtype), affine)

    volume = metaprov_volume.read(path)

    assert volume.array.dtype == np.dtype(dtype).newbyteorder("=")
    assert voxels(volume.to_nibabel()) == voxels(nibabel.load(path))


def test_values_of_the_modality_are_those_of_nibabel(tmp_path):
    path = write(tmp_path / "ct.nii", numbers(3, 4, 5), scl_slope=2.5, scl_inter=-3)

    volume = metaprov_volume.read(path, values="modality")

    assert volume.array.dtype == np.float32
    assert voxels(volume.to_nibabel()) == voxels(nibabel.load(path))


@pytest.mark.parametrize("names", [("R", "G", "B"), ("R", "G", "B", "A")])
@pytest.mark.parametrize("values", ["stored", "modality"])
def test_colours_keep_their_type_and_their_alpha(tmp_path, names, values):
    array = colours(*names)
    path = write(tmp_path / "colours.nii", array)

    volume = metaprov_volume.read(path, values=values)

    assert (volume.array.shape, volume.array.dtype) == ((5, 4, 3, len(names)), np.uint8)
    assert volume.has_colors
    assert (np.asarray(volume.to_nibabel().dataobj) == array).all()
    assert volume.preview().mode == "RGB"
    assert metaprov_volume.read_image(volume.geometry.image_ids[0]).shape == (4, 3, len(names))


def test_times_are_a_stack_whose_step_is_written(tmp_path):
    path = write(tmp_path / "bold.nii", numbers(3, 4, 5, 3), step=2.5, toffset=1)

    volume = metaprov_volume.read(path.as_posix(), stack=True)

    assert volume.array.shape == (3, 5, 4, 3)
    image = volume.to_nibabel()
    assert image.header.get_zooms()[3] == 2.5
    assert (np.asarray(image.dataobj) == numbers(3, 4, 5, 3)).all()


def test_several_times_are_refused_where_one_volume_is_wanted(tmp_path):
    path = write(tmp_path / "bold.nii", numbers(3, 4, 5, 2), step=1)

    with pytest.raises(metaprov_volume.SeveralVolumesError, match=r"dim4 1000\.0 \(2 of 2\)"):
        metaprov_volume.read(path)


@pytest.fixture
def folder(tmp_path):
    """A CT image in DICOM, and NIfTI beside it."""
    pytest.importorskip("metaprov_dicom")
    from pydicom.data import get_testdata_file

    shutil.copy(get_testdata_file("CT_small.dcm", download=False), tmp_path / "ct.dcm")
    write(tmp_path / "brain.nii.gz", numbers(3, 4, 5))
    write(tmp_path / "slice.nii", numbers(3, 4))
    write(tmp_path / "colours.nii", colours("R", "G", "B"))
    return tmp_path


def test_one_folder_has_both(folder):
    found = list(metaprov_core.find_images(str(folder)))

    assert f"dicomfile:{folder}/ct.dcm" in found
    assert [each for each in found if "brain" in each] == [
        f"nifti:{folder}/brain.nii.gz?frame={number}" for number in range(1, 6)
    ]
    planes = metaprov_core.get_many("imagePlaneModule", found)
    assert len(planes) == 12
    assert all(plane.pixel_spacing for plane in planes)


def test_what_a_file_of_nifti_holds_is_shown_with_its_name(folder, metaprov):
    looked = metaprov("look", folder).stdout
    listed = metaprov("volumes", folder).stdout

    assert "5 images  3x4x5" in looked
    assert looked.count("brain.nii.gz") == listed.count("[brain.nii.gz]") == 1
    rows = [line.split() for line in listed.splitlines()]
    assert ["-", "-", "3x4x5", "2x3x4", "yes", "-", "[brain.nii.gz]"] in rows


def test_a_series_without_a_uid_is_converted_under_the_name_of_its_file(folder, metaprov, tmp_path):
    out = tmp_path / "out"

    converted = metaprov("convert", folder / "brain.nii.gz", folder / "slice.nii",
                         folder / "colours.nii", "-o", out)  # fmt: skip

    assert converted.returncode == 0, converted.stderr
    assert {each.name for each in out.glob("*.nii.gz")} == {
        "brain.nii.gz",
        "colours.nii.gz",
        "slice.nii.gz",
    }
    for name in ("brain.nii.gz", "slice.nii"):
        written = nibabel.load(out / f"{name.partition('.')[0]}.nii.gz")
        assert voxels(written) == voxels(nibabel.load(folder / name))
    about = json.loads((out / "brain.json").read_text())
    assert about["geometries"][0]["seriesInstanceUID"] is None


def test_a_volume_that_is_saved_lies_where_its_images_lie(tmp_path):
    array = numbers(3, 4, 5)
    path = write(tmp_path / "first.nii", array, OBLIQUE)
    first = metaprov_volume.read(path)

    first.save(tmp_path / "second.nii.gz")
    second = metaprov_volume.read(tmp_path / "second.nii.gz")

    assert np.allclose(first.geometry.affine_lps, second.geometry.affine_lps, atol=1e-4)
    assert (first.array == second.array).all()


def test_pet_of_bids_is_read_in_suv(tmp_path):
    path = write(tmp_path / "sub-01_pet.nii.gz", numbers(3, 4, 5), scl_slope=2.0, scl_inter=0)
    sidecar = {
        "Units": "Bq/mL",
        "TracerRadionuclide": "F18",
        "InjectedRadioactivity": 350,
        "InjectedRadioactivityUnits": "MBq",
        "InjectionStart": 0,
        "ImageDecayCorrected": True,
        "ImageDecayCorrectionTime": 0,
        "AttenuationCorrection": "CT",
        "PatientWeight": 70,
    }
    (tmp_path / "sub-01_pet.json").write_text(json.dumps(sidecar))

    volume = metaprov_volume.read(path, values="suvbw")

    assert volume.units == "{SUVbw}g/ml"
    assert volume.to_nibabel().get_fdata() == pytest.approx(numbers(3, 4, 5) * 2.0 * 2e-4)


def test_the_place_that_no_form_states_is_missing_everywhere(tmp_path, metaprov):
    path = write(tmp_path / "a.nii", numbers(3, 4, 5), sform_code=0, qform_code=0)

    with pytest.raises(metaprov_volume.VolumeError, match="none of its images is a slice"):
        metaprov_volume.read(path)
    assert metaprov_volume.read_image(f"nifti:{path}?frame=2").shape == (4, 3)
    assert "sform_code and qform_code are 0" in metaprov("volumes", path).stdout
