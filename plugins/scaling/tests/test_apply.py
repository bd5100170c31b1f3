import re
from typing import NamedTuple

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file

from metaprov_scaling import Refusal, ScalingModule, from_suv, to_dose, to_suv

MODULE = ScalingModule(suvbw=4e-4, suvbsa=1e-4)


def test_rescaled_values_times_the_factor_are_suv():
    suv = to_suv(np.array([[2500.0, 5000.0]]), MODULE)

    assert suv.dtype == np.float64
    np.testing.assert_allclose(suv, [[1.0, 2.0]])


def test_stored_values_are_rescaled_before():
    stored = np.array([[100, 200]], dtype=np.int16)

    np.testing.assert_allclose(to_suv(stored, MODULE, slope=25.0, intercept=2500), [[2.0, 3.0]])


def test_each_slice_may_have_its_own_module_slope_and_intercept():
    stored = np.full((2, 2, 3), 100)
    modules = [ScalingModule(suvbw=1e-3), ScalingModule(suvbw=2e-3)]

    suv = to_suv(stored, modules, slope=[10.0, 20.0], intercept=[0.0, 500.0])

    np.testing.assert_allclose(suv[0], 1.0)
    np.testing.assert_allclose(suv[1], 5.0)


def test_a_slope_may_be_a_number_of_numpy():
    for slope in (np.array(25), np.float32(25), np.int16(25)):
        np.testing.assert_allclose(to_suv([[100]], MODULE, slope=slope), [[1.0]])


def test_another_kind_has_another_factor():
    np.testing.assert_allclose(to_suv([[10_000.0]], MODULE, "suvbsa"), [[1.0]])


def test_a_module_that_was_added_as_a_mapping_will_do():
    np.testing.assert_allclose(to_suv([[10_000.0]], {"suvbw": 1e-4}), [[1.0]])


def test_a_mapping_may_have_the_names_of_a_front_end():
    front_end = {"suvbw": 1e-4, "suvlbmJames128": 2e-4}

    np.testing.assert_allclose(to_suv([[10_000.0]], front_end, "suvlbm_james128"), [[2.0]])
    np.testing.assert_allclose(from_suv([[2.0]], [front_end], "suvlbm_james128"), [[10_000.0]])


def test_a_struct_of_ones_own_will_do():
    class Scaling:
        suvbw = 1e-4

    np.testing.assert_allclose(to_suv([[10_000.0]], Scaling()), [[1.0]])


def test_a_named_tuple_of_ones_own_is_one_module():
    class Scaling(NamedTuple):
        suvbw: float

    np.testing.assert_allclose(to_suv([[10_000.0], [20_000.0]], Scaling(1e-4)), [[1.0], [2.0]])


BOTH_WAYS = pytest.mark.parametrize("convert", [to_suv, from_suv])


NO_SCALING = "is None: the image has no scaling, and explain('scalingModule', image_id) says why"


@BOTH_WAYS
@pytest.mark.parametrize(
    ("module", "message"),
    [
        (MODULE, "the module has no factor suvlbm; it has suvbw, suvbsa"),
        ({"suvbw": 1.0, "suvbsa": None}, "the module has no factor suvlbm; it has suvbw"),
        ([{}], "module 0 has no factor suvlbm; it has none"),
        (None, f"the module {NO_SCALING}"),
        ([None], f"module 0 {NO_SCALING}"),
        ([[MODULE, None]], "module 0, 0 has no factor suvlbm; it has suvbw, suvbsa"),
        ("suvlbm", "the module has no factor suvlbm; it has none"),
        ({"suvlbm": "?"}, "suvlbm of the module is not a number: '?'"),
        (
            [{"suvlbm": 1.0}, Refusal("Units", "Units is CNTS")],
            "module 1 is a refusal: Units is CNTS",
        ),
    ],
)
def test_a_missing_factor_is_told_in_one_sentence(module, message, convert):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        convert([[1.0]], module, "suvlbm")


def test_no_slope_is_1_and_no_intercept_is_0():
    pixels = np.array([[2500.0]])

    assert to_suv(pixels, MODULE, slope=None, intercept=None) == to_suv(pixels, MODULE)
    assert from_suv(pixels, MODULE, slope=None, intercept=None) == from_suv(pixels, MODULE)


def test_a_slope_or_a_factor_of_0_has_no_inverse():
    suv = np.ones((2, 4, 4))

    with pytest.raises(
        ValueError, match=r"^the factor suvbw is 0, and there is no inverse of that"
    ):
        from_suv(suv, {"suvbw": 0.0})
    with pytest.raises(ValueError, match=r"^the factor suvbw is 0 at 1, "):
        from_suv(suv, [MODULE, {"suvbw": 0}])
    with pytest.raises(ValueError, match=r"^slope is 0, "):
        from_suv(suv, MODULE, slope=-0.0)
    with pytest.raises(ValueError, match=r"^slope is 0 at 0, "):
        from_suv(suv, MODULE, slope=[0.0, 1.0])


def test_a_slope_of_0_is_the_intercept_alone():
    np.testing.assert_allclose(to_suv([[7, 8]], MODULE, slope=0, intercept=2500), [[1.0, 1.0]])


@BOTH_WAYS
@pytest.mark.parametrize("name", ["module", "slope", "intercept"])
def test_as_many_are_needed_as_there_are_slices(name, convert):
    three = {"module": [MODULE] * 3, "slope": [1.0] * 3, "intercept": [0.0] * 3}[name]

    for shape in ((2, 4, 4), ()):
        message = f"{name} has 3 values, one for each slice, but the pixels have the shape {shape}"
        with pytest.raises(ValueError, match=re.escape(message)):
            convert(np.zeros(shape), **{"module": MODULE, name: three})


@BOTH_WAYS
@pytest.mark.parametrize("name", ["slope", "intercept"])
def test_a_slope_of_several_dimensions_is_refused(name, convert):
    with pytest.raises(ValueError, match=rf"^{name} has the shape \(2, 1\)"):
        convert(np.zeros((2, 4)), MODULE, **{name: [[1.0], [2.0]]})


@BOTH_WAYS
@pytest.mark.parametrize("name", ["slope", "intercept"])
@pytest.mark.parametrize("value", ["?", [1.0, None], [[1.0], [1.0, 2.0]], float("nan"), {"a": 1}])
def test_what_is_not_a_number_is_refused_and_named(value, name, convert):
    with pytest.raises(ValueError, match=f"^{name} is not a finite number"):
        convert(np.zeros((2, 4)), MODULE, **{name: value})


def test_nothing_that_was_given_is_changed():
    stored = np.array([[1.0, 2.0]])
    to_suv(stored, MODULE, slope=2.0, intercept=1.0)

    np.testing.assert_array_equal(stored, [[1.0, 2.0]])


def test_the_dose_grid_of_a_real_file():
    file = pydicom.dcmread(get_testdata_file("rtdose.dcm"))
    stored = file.pixel_array
    scaling = float(file.DoseGridScaling)

    dose = to_dose(stored, ScalingModule(dose_grid_scaling=scaling, dose_units="GY"))

    assert (stored.ndim, dose.dtype) == (3, np.float64)
    np.testing.assert_allclose(dose, stored * scaling, rtol=1e-15)


@pytest.mark.parametrize("name", ["dose_grid_scaling", "doseGridScaling"])
def test_the_scaling_of_a_dose_may_be_a_mapping_by_either_name(name):
    np.testing.assert_allclose(to_dose([[[1000]]], {name: 1e-3}), [[[1.0]]])


def test_several_dose_grids_may_have_a_scaling_each():
    stored = np.full((2, 3, 4, 4), 1000, np.uint32)

    dose = to_dose(stored, [{"doseGridScaling": 1e-3}, {"doseGridScaling": 2e-3}])

    np.testing.assert_allclose(dose[0], 1.0)
    np.testing.assert_allclose(dose[1], 2.0)


def test_the_module_of_a_pet_image_scales_no_dose():
    with pytest.raises(ValueError, match=r"^the module has no dose_grid_scaling; it has suvbw, "):
        to_dose([[1]], MODULE)
    with pytest.raises(ValueError, match=r"^the module has no factor suvbw; it has dose_grid"):
        to_suv([[1]], ScalingModule(dose_grid_scaling=1e-3))
    with pytest.raises(ValueError, match=r"^the module is None: the image has no scaling"):
        to_dose([[1]], None)


FACTORS = st.lists(st.floats(1e-6, 2), min_size=2, max_size=2)
SLOPE = st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3)
INTERCEPT = st.just(0.0) | st.floats(-10, 10)


@settings(deadline=None)
@given(
    stored=st.lists(st.integers(-(2**15), 2**15 - 1), min_size=2, max_size=2),
    factors=FACTORS,
    slope=SLOPE,
    intercept=INTERCEPT,
    stored_as=st.sampled_from([np.int16, np.int32, np.float32, np.float64]),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_it_is_the_formula(stored, factors, slope, intercept, stored_as, dtype):
    modules = [ScalingModule(suvbw=factor) for factor in factors]
    pixels = np.array(stored, stored_as).reshape(2, 1, 1)

    suv = to_suv(pixels, modules, slope=slope, intercept=intercept, dtype=dtype)

    products = np.array(stored) * slope
    expected = (products + intercept) * factors
    # What rounding there is, is that of the larger addend; what is less than tiny may be 0.
    limits = np.finfo(dtype)
    rounding = 4 * limits.eps * (abs(products) + abs(intercept)) * factors + limits.tiny
    assert suv.dtype == dtype
    assert (abs(suv.ravel() - expected) <= rounding).all()


@settings(deadline=None)
@given(
    suv=st.lists(st.floats(0, 100), min_size=2, max_size=2),
    factors=FACTORS,
    slope=SLOPE,
    intercept=INTERCEPT,
)
def test_the_inverse_gives_back_what_there_was(suv, factors, slope, intercept):
    modules = [ScalingModule(suvbw=factor) for factor in factors]
    rescaling = {"slope": slope, "intercept": intercept}

    stored = from_suv(np.array(suv), modules, **rescaling)

    np.testing.assert_allclose(to_suv(stored, modules, **rescaling), suv, rtol=1e-6, atol=1e-6)
