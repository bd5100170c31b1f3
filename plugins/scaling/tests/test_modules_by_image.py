"""Which slice or frame of an array each module, slope or intercept of a sequence is for."""

import numpy as np
import pytest

from metaprov_scaling import ScalingModule, from_suv, to_suv

BOTH_WAYS = pytest.mark.parametrize("convert", [to_suv, from_suv])


def modules(*factors):
    return [ScalingModule(suvbw=factor) for factor in factors]


def ones(*shape):
    return np.ones((*shape, 2, 5))


def factors_used(suv):
    """The factor of each slice of ones, which is all that is there."""
    assert (suv == suv[..., :1, :1]).all()
    return suv[..., 0, 0].tolist()


def test_slices_have_a_module_each():
    assert factors_used(to_suv(ones(3), modules(1, 2, 3))) == [1, 2, 3]


def test_time_frames_have_a_module_each():
    assert factors_used(to_suv(ones(2, 3), modules(1, 2))) == [[1, 1, 1], [2, 2, 2]]


def test_the_slices_of_every_time_frame_have_a_module_each():
    assert factors_used(to_suv(ones(2, 3), modules(1, 2, 3))) == [[1, 2, 3], [1, 2, 3]]


def test_the_slices_of_each_time_frame_have_a_module_each_one_frame_after_the_other():
    flat = modules(1, 2, 3, 4, 5, 6)

    assert factors_used(to_suv(ones(2, 3), flat)) == [[1, 2, 3], [4, 5, 6]]
    assert factors_used(to_suv(ones(2, 3), [flat[:3], flat[3:]])) == [[1, 2, 3], [4, 5, 6]]


def test_as_many_time_frames_as_slices_need_nested_modules():
    with pytest.raises(ValueError, match=r"nest .* \(2, 1\), one for each frame, or \(1, 2\), one"):
        to_suv(ones(2, 2), modules(1, 2))

    assert factors_used(to_suv(ones(2, 2), [modules(1, 2)])) == [[1, 2], [1, 2]]
    assert factors_used(to_suv(ones(2, 2), [modules(1), modules(2)])) == [[1, 1], [2, 2]]
    assert factors_used(to_suv(ones(2, 2), modules(1, 2, 3, 4))) == [[1, 2], [3, 4]]


@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (1, 1, 3)])
def test_an_axis_of_length_one_leaves_no_doubt(shape):
    suv = to_suv(ones(*shape), modules(1, 2, 3))

    assert np.ravel(factors_used(suv)).tolist() == [1, 2, 3]


def test_slopes_may_be_by_slice_and_modules_by_time_frame():
    suv = to_suv(ones(2, 3), modules(1, 10), slope=[1, 2, 3], intercept=[[0], [1]])

    assert factors_used(suv) == [[1, 2, 3], [20, 30, 40]]


def test_slopes_may_be_an_array():
    slope = np.arange(6, dtype=np.float32).reshape(2, 3)

    assert factors_used(to_suv(ones(2, 3), modules(1)[0], slope=slope)) == slope.tolist()


@BOTH_WAYS
@pytest.mark.parametrize("name", ["module", "slope", "intercept"])
def test_the_rows_of_one_slice_are_no_slices(name, convert):
    two = {"module": modules(1, 2), "slope": [1.0, 2.0], "intercept": [0.0, 1.0]}[name]

    message = rf"^{name} has 2 values, .* but the pixels have the shape \(2, 5\), which is one sl"
    with pytest.raises(ValueError, match=message):
        convert(ones(), **{"module": modules(1)[0], name: two})


def test_one_slice_may_have_its_module_in_a_list():
    assert to_suv(ones(), modules(3)).tolist() == [[3.0] * 5] * 2


def test_values_without_rows_and_columns_may_have_a_module_each():
    assert to_suv([1.0, 1.0], modules(1, 2)).tolist() == [1.0, 2.0]


@BOTH_WAYS
@pytest.mark.parametrize("count", [1, 4, 5, 7])
def test_other_numbers_of_modules_are_refused(count, convert):
    with pytest.raises(ValueError, match=rf"^module has {count} values, one for each slice, but"):
        convert(ones(2, 3), modules(*[1.0] * count))


@pytest.mark.parametrize("nested", [[[1, 2]], [[1], [2], [3]], [[[1, 2, 3], [4, 5, 6]]]])
def test_numbers_nested_to_another_shape_are_refused(nested):
    with pytest.raises(
        ValueError, match=r"or one for each slice, or nested to the shape \(2, 3\)$"
    ):
        to_suv(ones(2, 3), modules(1)[0], slope=nested)


def test_no_pixels_at_all_need_no_module():
    assert to_suv(np.empty((0, 4, 4)), []).shape == (0, 4, 4)
    assert to_suv(np.empty((0, 0, 4, 4)), []).shape == (0, 0, 4, 4)
    offset = {"intercept": 1.0, "dtype": np.float32}
    assert to_suv(np.empty((0, 4, 4)), modules(1)[0], **offset).shape == (0, 4, 4)
