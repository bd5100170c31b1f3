"""Values times a number, plus an offset, without a copy of the values: dtype, ``out`` and masks."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike, NDArray

    Array = NDArray[Any]

__all__ = ["array_of", "linear"]

_SINGLE = np.dtype(np.float32)


def array_of(values: ArrayLike) -> Array:
    """The values as an array of real numbers, not copied where it is one, and masked if they are.

    Raises ValueError for complex numbers.
    """
    if isinstance(values, (list, tuple)) and any(map(np.ma.isMaskedArray, values)):
        values = np.ma.array(values)  # NumPy's asarray would forget the masks
    array: Array = np.asanyarray(values) if np.ma.isMaskedArray(values) else np.asarray(values)
    if array.dtype.kind == "c":
        raise ValueError(f"the values are complex ({array.dtype}), not real numbers")
    return array if array.dtype.kind in "biuf" else array.astype(np.float64)


def linear(
    operation: np.ufunc,
    values: Array,
    number: ArrayLike,
    offset: ArrayLike,
    *,
    dtype: DTypeLike | None,
    out: Array | None,
) -> Array:
    """``operation(values, number) + offset``; the operation is np.multiply or np.divide.

    ``number`` and ``offset`` broadcast over the values. The result has ``dtype``, float64 where it
    is None, or is ``out``; of masked values it is masked, with their mask and fill value.
    """
    target = _target(values.shape, dtype, out)
    masked = isinstance(values, np.ma.MaskedArray)
    plain = np.ma.getdata(values, subok=False)
    result = np.empty_like(plain, dtype=target, subok=False) if out is None else out
    steps = operation, np.asarray(number), np.asarray(offset)
    # What is behind a mask may be anything, and is nobody's concern.
    with np.errstate(all="ignore") if masked else nullcontext():
        _fill(np.ma.getdata(result, subok=False), plain, *steps)
    return _with_mask(result, values) if masked or np.ma.isMaskedArray(result) else result


def _target(shape: tuple[int, ...], dtype: DTypeLike | None, out: Array | None) -> np.dtype[Any]:
    """The dtype of the result; ValueError where it is none of floats, or ``out`` does not fit."""
    if out is None:
        return _of_floats("dtype is", np.dtype(dtype))
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out is no NumPy array, but of class {type(out).__name__}")
    target = out.dtype if dtype is None else np.dtype(dtype)
    _of_floats("out has the dtype", out.dtype)
    if out.dtype != target:
        raise ValueError(f"out has the dtype {out.dtype}, but dtype is {target}")
    if out.shape != shape:
        raise ValueError(f"out has the shape {out.shape}, but the values have the shape {shape}")
    if not out.flags.writeable:
        raise ValueError("out is read-only")
    return target


def _of_floats(said: str, dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind != "f":
        raise ValueError(f"{said} {dtype}, but the result is of floats: float64, or float32")
    return dtype


def _fill(out: Array, values: Array, operation: np.ufunc, number: Array, offset: Array) -> None:
    shifted = bool(np.any(offset))
    precision = _precision(values.dtype, out.dtype, number, offset, shifted=shifted)
    # Where they are cast here, a second pass in place needs no buffers.
    number, offset = number.astype(precision), offset.astype(precision)
    if shifted and precision != out.dtype:
        _fill_by_blocks(out, values, operation, number, offset)
        return
    operation(values, number, out=out, dtype=precision, casting="same_kind")
    if shifted:
        np.add(out, offset, out=out)


def _precision(
    values: np.dtype[Any], out: np.dtype[Any], number: Array, offset: Array, *, shifted: bool
) -> np.dtype[Any]:
    """What to calculate in: float32 only where the result, in float32, is as good as in float64.

    A product of an integer that float32 rounds is: it is rounded anyway. A sum is not, where the
    offset takes most of the product away.
    """
    exact = np.can_cast(values, _SINGLE) or (values.kind in "iu" and not shifted)
    if exact and out.itemsize <= _SINGLE.itemsize and _in_single(number) and _in_single(offset):
        return _SINGLE
    return np.result_type(np.float64, out)


def _in_single(numbers: Array) -> bool:
    """Whether float32 has its full precision for all of them."""
    limits, sizes = np.finfo(_SINGLE), np.abs(numbers)
    return bool(((sizes == 0) | ((sizes >= limits.tiny) & (sizes <= limits.max))).all())


def _fill_by_blocks(
    out: Array, values: Array, operation: np.ufunc, number: Array, offset: Array
) -> None:
    """Both steps for a few thousand values at a time, in the dtype of the number.

    So what is between the steps is not rounded to the dtype of the result, and takes no memory.
    """
    if not out.size:
        return
    with np.nditer(
        [values, number, offset, out],
        flags=["external_loop", "buffered", "copy_if_overlap"],
        op_flags=[
            ["readonly", "overlap_assume_elementwise"],
            ["readonly"],
            ["readonly"],
            ["writeonly", "overlap_assume_elementwise"],
        ],
        op_dtypes=[number.dtype] * 4,
        casting="same_kind",
    ) as blocks:
        for some, numbers, offsets, target in blocks:
            operation(some, numbers, out=target)
            np.add(target, offsets, out=target)


def _with_mask(result: Array, values: Array) -> Array:
    """The result, masked as the values are; an ``out`` without a mask becomes the data of one."""
    if result is values:
        return result
    if not isinstance(result, np.ma.MaskedArray):
        result = np.ma.MaskedArray(result)
    result.mask = np.ma.getmask(values)
    # A fill value that nobody chose is another one for integers than for floats.
    if isinstance(values, np.ma.MaskedArray) and (
        values.fill_value != np.ma.default_fill_value(values)
    ):
        result.fill_value = values.fill_value
    return result
