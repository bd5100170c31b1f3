"""A volume in other libraries: each voxel keeps its place and its value."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metaprov_volume import VolumeError

np = pytest.importorskip("numpy")

from made_volumes import AXIAL, CORONAL, SAGITTAL, geometry, group, volume  # noqa: E402

OBLIQUE = ((0.8, 0.6, 0.0), (-0.36, 0.48, 0.8))
MM = 1e-3

axes = st.sampled_from([AXIAL, CORONAL, SAGITTAL, OBLIQUE])
sizes = st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(2, 5))
steps = st.tuples(*[st.floats(0.1, 10)] * 3)
origins = st.tuples(*[st.floats(-500, 500)] * 3)
volumes = st.builds(
    lambda *of: volume(geometry(*of)), sizes, steps, axes, origins, st.sampled_from([0.0])
)
tilted = st.builds(
    lambda *of: volume(geometry(*of)), sizes, steps, axes, origins, st.sampled_from([-20.0, 15.0])
)


def indices(made):
    return np.stack(np.unravel_index(np.arange(made.array.size), made.array.shape), axis=1)


def place(made, index):
    """Where a voxel is, by the geometry, in LPS."""
    return (np.array(made.geometry.affine_lps) @ [*index[::-1], 1])[:3]


@given(volumes | tilted)
def test_affine_for_array_is_of_slice_row_column(made):
    affine = made.affine_for_array()
    assert affine.dtype == np.float64
    for index in indices(made):
        assert (affine @ [*index, 1])[:3] == pytest.approx(place(made, index), abs=MM)


@settings(deadline=None, max_examples=30)
@given(volumes)
def test_simpleitk_has_each_voxel_at_its_place(made):
    pytest.importorskip("SimpleITK")
    image = made.to_sitk()
    for index in indices(made):
        at = [int(each) for each in index[::-1]]
        assert image.TransformIndexToPhysicalPoint(at) == pytest.approx(place(made, index), abs=MM)
        assert image.GetPixel(*at) == made.array[tuple(index)]


@settings(deadline=None, max_examples=30)
@given(volumes | tilted)
def test_nibabel_has_each_voxel_at_its_place(made):
    pytest.importorskip("nibabel")
    image = made.to_nibabel()
    assert image.get_data_dtype() == made.array.dtype
    for index in indices(made):
        at = image.affine @ [*index[::-1], 1]
        assert at[:3] * [-1, -1, 1] == pytest.approx(place(made, index), abs=MM)
        assert np.asarray(image.dataobj)[tuple(index[::-1])] == made.array[tuple(index)]


@settings(deadline=None, max_examples=30)
@given(volumes)
def test_highdicom_has_each_voxel_at_its_place(made):
    pytest.importorskip("highdicom")
    converted = made.to_highdicom()
    places = converted.map_indices_to_reference(indices(made))
    for index, at in zip(indices(made), places, strict=True):
        assert at == pytest.approx(place(made, index), abs=MM)
    assert np.array_equal(converted.array, made.array)


@settings(deadline=None, max_examples=30)
@given(volumes | tilted)
def test_xarray_has_the_matrix_and_where_it_can_the_places(made):
    pytest.importorskip("xarray")
    array = made.to_xarray()
    assert array.dims == ("slice", "row", "column")
    assert np.reshape(array.attrs["affine"], (4, 4)) == pytest.approx(made.affine_for_array())
    if "units" not in array["slice"].attrs:
        assert array["slice"].values.tolist() == list(range(made.array.shape[0]))
        return
    for index in indices(made):
        of_voxel = array[tuple(index)]
        coords = [of_voxel[name] for name in array.dims]
        found = {each.attrs["long_name"]: float(each) for each in coords}
        at = [found[name] for name in ("LPS x", "LPS y", "LPS z")]
        assert at == pytest.approx(place(made, index), abs=MM)


def test_xarray_says_what_the_values_are():
    pytest.importorskip("xarray")
    array = volume().to_xarray()
    assert array.attrs["units"] == "HU"
    assert array.attrs["values"] == array.name == "modality"
    assert "units" not in volume(units=None).to_xarray().attrs


@pytest.mark.parametrize(("method", "library"), [("to_sitk", "ITK"), ("to_highdicom", "highdicom")])
def test_libraries_without_shear_refuse_a_tilt(method, library):
    pytest.importorskip("SimpleITK" if library == "ITK" else library)
    made = volume(geometry(tilt=15))
    with pytest.raises(VolumeError, match=f"^{library} has no shear: tilt 15.0 degrees"):
        getattr(made, method)()


def test_nifti_has_a_rotation_where_that_says_it_all():
    pytest.importorskip("nibabel")
    header = volume(geometry(axes=OBLIQUE)).to_nibabel().header
    assert (header["qform_code"], header["sform_code"]) == (1, 1)
    assert header.get_xyzt_units()[0] == "mm"


@pytest.mark.parametrize("degrees", [15, 0.05])
def test_nifti_has_no_rotation_for_a_tilt_that_moves_voxels(degrees):
    pytest.importorskip("nibabel")
    tilted = geometry((5, 4, 50), tilt=degrees)
    header = volume(tilted).to_nibabel().header
    assert (header["qform_code"], header["sform_code"]) == (0, 1)


METHODS = ["affine_for_array", "to_sitk", "to_nibabel", "to_xarray", "to_highdicom"]
NEEDS = {"to_sitk": "SimpleITK", "to_nibabel": "nibabel", "to_xarray": "xarray"}


@pytest.mark.parametrize("method", METHODS)
def test_a_single_slice_needs_a_spacing(method):
    pytest.importorskip(NEEDS.get(method, "highdicom" if "high" in method else "numpy"))
    made = volume(geometry((3, 2, 1)))
    with pytest.raises(VolumeError, match=r"one slice, which has no spacing.*slice_spacing="):
        getattr(made, method)()
    assert getattr(made, method)(slice_spacing=4) is not None


def test_a_given_spacing_is_along_the_normal():
    made = volume(geometry((3, 2, 1), axes=CORONAL))
    assert made.affine_for_array(slice_spacing=4)[:3, 0].tolist() == [0, 4, 0]


@pytest.mark.parametrize("spacing", [0, -1, float("nan"), float("inf")])
def test_a_given_spacing_is_a_length(spacing):
    with pytest.raises(VolumeError, match="a length in mm above 0"):
        volume(geometry((3, 2, 1))).affine_for_array(slice_spacing=spacing)


def test_slices_with_positions_are_given_no_spacing():
    with pytest.raises(VolumeError, match=r"3 slices of series 1\.2\.3 are 2\.0 mm apart"):
        volume().affine_for_array(slice_spacing=4)


def test_uneven_slices_have_no_matrix():
    uneven = geometry(affine_lps=None, affine_ras=None, slice_indices=None)
    with pytest.raises(VolumeError, match=r"slices of series 1\.2\.3 are not even"):
        volume(uneven).affine_for_array()


COLORS = np.arange(3 * 4 * 5 * 3, dtype=np.uint8).reshape(3, 4, 5, 3)


def test_colors_are_components():
    pytest.importorskip("SimpleITK")
    image = volume(array=COLORS).to_sitk()
    assert image.GetSize() == (5, 4, 3)
    assert image.GetPixel(4, 2, 1) == tuple(COLORS[1, 2, 4])


def test_colors_are_those_of_nifti():
    pytest.importorskip("nibabel")
    image = volume(array=COLORS).to_nibabel()
    assert image.shape == (5, 4, 3)
    assert tuple(np.asarray(image.dataobj)[4, 2, 1]) == tuple(COLORS[1, 2, 4])
    with pytest.raises(VolumeError, match="colors of 8 bits, and no others: these are uint16"):
        volume(array=COLORS.astype(np.uint16)).to_nibabel()


def test_colors_are_a_dimension_and_a_channel():
    pytest.importorskip("xarray")
    assert volume(array=COLORS).to_xarray().dims == ("slice", "row", "column", "color")
    pytest.importorskip("highdicom")
    assert np.array_equal(volume(array=COLORS).to_highdicom().array, COLORS)


def groups(*values, attribute="FrameReferenceTime"):
    found = (group(value, index, len(values), attribute) for index, value in enumerate(values))
    return volume([geometry(group=each) for each in found])


def test_groups_are_the_last_index_of_itk_and_nifti():
    pytest.importorskip("SimpleITK")
    made = groups(0, 2000)
    image = made.to_sitk()
    assert image.GetSize() == (5, 4, 3, 2)
    assert image.GetPixel(4, 2, 1, 1) == made.array[1, 1, 2, 4]
    at = image.TransformIndexToPhysicalPoint((4, 2, 1, 1))
    assert at[:3] == pytest.approx(place(made, (1, 2, 4)))
    pytest.importorskip("nibabel")
    assert np.array_equal(np.asarray(made.to_nibabel().dataobj), made.array.T)


@pytest.mark.parametrize(
    ("made", "units", "step"),
    [
        (groups(0, 2000, 4000), "sec", 2),
        (groups("105958.5", "110000.0", attribute="AcquisitionTime"), "sec", 1.5),
        (groups(0, 2000, 9000), "unknown", 1),
        (groups(1, 2, attribute="EchoTime"), "unknown", 1),
        (groups("235959", "000001", attribute="AcquisitionTime"), "unknown", 1),
    ],
)
def test_times_that_are_even_are_those_of_nifti(made, units, step):
    pytest.importorskip("nibabel")
    header = made.to_nibabel().header
    assert header.get_xyzt_units() == ("mm", units)
    assert header["pixdim"][4] == pytest.approx(step)


def test_groups_are_a_dimension_and_a_channel():
    pytest.importorskip("xarray")
    made = groups(0, 2000)
    array = made.to_xarray()
    assert array.dims == ("group", "slice", "row", "column")
    assert array["group"].values.tolist() == [0, 2000]
    pytest.importorskip("highdicom")
    assert np.array_equal(made.to_highdicom().array, np.moveaxis(made.array, 0, -1))


@pytest.mark.parametrize("dtype", [bool, np.float16, np.int64, np.uint32, np.float32, np.uint8])
def test_values_are_kept_whatever_their_type(dtype):
    array = (np.arange(60).reshape(3, 4, 5) % 7).astype(dtype)
    made = volume(array=array)
    nibabel = pytest.importorskip("nibabel")
    read = nibabel.Nifti1Image.from_bytes(made.to_nibabel().to_bytes())
    assert np.array_equal(np.asarray(read.dataobj).T, array)
    sitk = pytest.importorskip("SimpleITK")
    assert np.array_equal(sitk.GetArrayFromImage(made.to_sitk()), array)


def test_an_array_is_of_its_geometry():
    with pytest.raises(ValueError, match=r"\(3, 4, 6\) is not of 3 slices, 4 rows, 5 columns"):
        volume(array=np.zeros((3, 4, 6)))


def test_what_is_not_installed_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "SimpleITK", None)
    with pytest.raises(VolumeError, match="needs SimpleITK: python -m pip install SimpleITK"):
        volume().to_sitk()
    monkeypatch.setitem(sys.modules, "nibabel", None)
    with pytest.raises(VolumeError, match=r"pip install 'metaprov-volume\[read\]'"):
        volume().to_nibabel()
