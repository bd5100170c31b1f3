"""What arrays come out of `to_suv`, `from_suv` and `to_dose`: dtype, ``out``, masks and memory."""

import tracemalloc

import numpy as np
import pytest

from metaprov_scaling import ScalingModule, from_suv, to_dose, to_suv

MODULE = ScalingModule(suvbw=4e-4, dose_grid_scaling=1e-3)
ALL = pytest.mark.parametrize("convert", [to_suv, from_suv, to_dose])


@ALL
@pytest.mark.parametrize("stored_as", ["u1", "i2", "u4", "i8", "f2", "f4", "f8", ">i2", "?"])
def test_floats_of_64_bits_come_out_of_any_numbers(stored_as, convert):
    result = convert(np.ones((2, 3), stored_as), MODULE)

    assert result.dtype == np.float64
    np.testing.assert_array_equal(result, convert(np.ones((2, 3)), MODULE))


@ALL
@pytest.mark.parametrize("dtype", [np.float32, np.float64, "float16", ">f4", np.longdouble])
@pytest.mark.parametrize("stored_as", ["i2", "u4", "f8"])
def test_a_dtype_of_floats_may_be_asked_for(dtype, stored_as, convert):
    pixels = np.array([[10, 20]], stored_as)

    result = convert(pixels, MODULE, dtype=dtype)

    assert result.dtype == np.dtype(dtype)
    rounding = max(np.finfo(dtype).eps * 4, 1e-15)
    np.testing.assert_allclose(result, convert(pixels, MODULE), rtol=rounding)


@ALL
@pytest.mark.parametrize("dtype", [np.int16, bool, "complex64"])
def test_a_dtype_of_no_floats_is_refused(dtype, convert):
    with pytest.raises(ValueError, match=r"^dtype is \w+, but the result is of floats: "):
        convert(np.ones((2, 3)), MODULE, dtype=dtype)


def test_complex_values_are_refused():
    with pytest.raises(ValueError, match=r"^the values are complex"):
        to_suv(np.ones((2, 3), complex), MODULE)


def test_numbers_in_an_array_of_objects_will_do():
    assert to_suv(np.array([[2500, 5000.0]], object), MODULE).tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize("pixels", [2500, np.float32(2500), np.array(2500)])
def test_one_value_is_an_array_without_axes(pixels):
    suv = to_suv(pixels, MODULE)

    assert isinstance(suv, np.ndarray)
    assert (suv.shape, suv.item()) == ((), 1.0)


def test_float32_loses_nothing_to_an_intercept_that_takes_most_away():
    """Signed values, stored as unsigned ones of 32 bits: float32 has 24 bits for them."""
    stored = np.array([[2**31 + 1, 2**31 + 2]], np.uint32)

    suv = to_suv(stored, {"suvbw": 1.0}, slope=1.0, intercept=-(2.0**31), dtype=np.float32)

    assert suv.tolist() == [[1.0, 2.0]]


def test_float32_does_not_lose_factors_that_it_has_no_room_for():
    pixels = np.array([[1e20]], np.float32)

    np.testing.assert_allclose(
        to_suv(pixels, {"suvbw": 1e-20}, slope=1e-22, dtype=np.float32), [[1e-22]], rtol=1e-6
    )


@ALL
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_result_may_be_written_into_an_array(dtype, convert):
    pixels = np.arange(12, dtype=np.int16).reshape(2, 2, 3)
    out = np.empty((2, 2, 3), dtype)

    assert convert(pixels, [MODULE] * 2, out=out) is out
    np.testing.assert_array_equal(out, convert(pixels, MODULE, dtype=dtype))


@pytest.mark.parametrize("intercept", [0.0, 5.0])
@pytest.mark.parametrize("convert", [to_suv, from_suv])
def test_the_result_may_be_written_over_the_pixels(convert, intercept):
    pixels = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    expected = convert(pixels, MODULE, slope=2.0, intercept=intercept, dtype=np.float32)

    assert convert(pixels, MODULE, slope=2.0, intercept=intercept, out=pixels) is pixels
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("stored_as", [np.float32, np.float64])
def test_the_result_may_be_written_where_some_of_the_pixels_are(stored_as):
    memory = np.arange(40_000, dtype=stored_as).reshape(4, 100, 100)
    expected = to_suv(memory[:3].copy(), MODULE, intercept=5.0)

    to_suv(memory[:3], MODULE, intercept=5.0, out=memory[1:])

    np.testing.assert_allclose(memory[1:], expected, rtol=1e-6)


@ALL
def test_an_out_that_does_not_fit_is_refused_and_nothing_is_written(convert):
    pixels = np.ones((2, 3))

    for out, message in [
        (np.zeros((3, 2)), r"^out has the shape \(3, 2\), but the values have the shape \(2, 3\)"),
        (np.zeros((1, 2, 3)), r"^out has the shape \(1, 2, 3\)"),
        (np.zeros((2, 3), np.int16), "^out has the dtype int16, but the result is of floats"),
        (np.zeros((2, 3), np.float32), "^out has the dtype float32, but dtype is float64"),
        (np.broadcast_to(0.0, (2, 3)), "^out is read-only"),
    ]:
        with pytest.raises(ValueError, match=message):
            convert(pixels, MODULE, dtype=np.float64, out=out)
        assert not out.any()
    with pytest.raises(TypeError, match=r"^out is no NumPy array, but of class list"):
        convert(pixels, MODULE, out=[[0.0] * 3] * 2)


def masked(**options):
    return np.ma.array([[2500, -32768], [5000, 7500]], np.int16, mask=[[0, 1], [0, 0]], **options)


@ALL
def test_a_masked_array_stays_masked(convert):
    pixels = masked(fill_value=-1)

    result = convert(pixels, MODULE)

    np.testing.assert_array_equal(result.mask, [[0, 1], [0, 0]])
    np.testing.assert_array_equal(result.filled(0), convert(pixels.filled(0), MODULE))
    assert result.dtype == np.float64
    assert result.fill_value == -1.0


def test_a_fill_value_that_nobody_chose_is_that_of_floats():
    assert to_suv(masked(), MODULE).fill_value == np.ma.default_fill_value(1.0)


def test_masks_are_not_shared():
    pixels = masked()

    suv = to_suv(pixels, MODULE)
    suv.mask[0, 0] = True

    assert not pixels.mask[0, 0]


def test_a_masked_array_that_masks_nothing_is_one_still():
    suv = to_suv(np.ma.array([[2500.0]]), MODULE)

    assert isinstance(suv, np.ma.MaskedArray)
    assert suv.mask is np.ma.nomask


def test_slices_in_a_list_keep_their_masks():
    suv = to_suv([masked(), masked()], [MODULE, MODULE])

    assert suv.mask.tolist() == [[[False, True], [False, False]]] * 2


@pytest.mark.filterwarnings("error")
def test_what_is_behind_a_mask_warns_nobody():
    pixels = np.ma.array([[np.inf, 1.0]], mask=[[1, 0]])

    assert to_suv(pixels, {"suvbw": 0.0}).tolist() == [[None, 0.0]]


def test_a_masked_out_gets_the_mask():
    out = np.ma.zeros((2, 2))

    assert to_suv(masked(), MODULE, out=out) is out
    assert out.tolist() == [[1.0, None], [2.0, 3.0]]


def test_an_out_without_a_mask_becomes_the_data():
    out = np.zeros((2, 2))

    suv = to_suv(masked(), MODULE, out=out)

    assert suv.tolist() == [[1.0, None], [2.0, 3.0]]
    assert suv.data.base is out


def test_a_masked_out_has_nothing_masked_where_nothing_is():
    out = np.ma.array(np.zeros((1, 2)), mask=[[1, 0]])

    assert to_suv([[2500, 5000]], MODULE, out=out).tolist() == [[1.0, 2.0]]


def test_masked_pixels_may_be_written_over():
    pixels = np.ma.array([[2500.0, 1.0]], mask=[[0, 1]])

    assert to_suv(pixels, MODULE, out=pixels) is pixels
    assert pixels.tolist() == [[1.0, None]]


def test_the_result_lies_in_memory_as_the_pixels_do():
    pixels = np.asfortranarray(np.ones((4, 5, 6)))

    assert to_suv(pixels, [MODULE] * 4).flags.f_contiguous


@pytest.mark.parametrize("slices", [3, 75])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_few_and_many_slices_are_scaled_alike(dtype, order, slices):
    """Many are scaled in blocks, which do not end where slices do."""
    pixels = np.arange(slices * 59_999, dtype=np.uint32).reshape(slices, 59_999, 1)
    pixels = np.asarray(pixels, order=order)
    factors, intercepts = np.arange(1.0, slices + 1), np.arange(slices) - 7.0

    suv = to_suv(pixels, [{"suvbw": each} for each in factors], intercept=intercepts, dtype=dtype)

    expected = (pixels + intercepts.reshape(-1, 1, 1)) * factors.reshape(-1, 1, 1)
    np.testing.assert_array_equal(suv, expected.astype(dtype))


@ALL
@pytest.mark.parametrize("slices", [12, 70])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("stored_as", [np.int16, np.uint32, np.float64])
def test_no_memory_is_needed_but_for_the_result(stored_as, dtype, slices, convert):
    """What one NumPy multiply takes, and 10 % of that."""
    pixels = np.ones((slices, 256, 256), stored_as)
    rescaling = {} if convert is to_dose else {"slope": [2.0] * slices, "intercept": 5.0}
    convert(pixels, [MODULE] * slices, **rescaling, dtype=dtype)  # imports

    tracemalloc.start()
    try:
        result = convert(pixels, [MODULE] * slices, **rescaling, dtype=dtype)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak <= 1.1 * result.nbytes
