"""Values times a number, plus an offset, without a copy of the values: dtype, ``out`` and masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike, NDArray

    Array = NDArray[Any]
    Numbers = float | NDArray[np.float64]

__all__ = ["array_of", "linear"]

_SINGLE: Final = np.dtype(np.float32)
_DOUBLE: Final = np.dtype(np.float64)
#: Between these, float32 has its full precision.
_LEAST, _MOST = float(np.finfo(_SINGLE).tiny), float(np.finfo(_SINGLE).max)

#: Values from which on a second pass waits for memory, and blocks that stay in the cache do not.
_MANY: Final = 2**22
#: Values in a block, of many and of few: buffers of both are a few percent of the result.
_BLOCK_OF_MANY, _BLOCK = 2**15, 2**13


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
    number: Numbers,
    offset: Numbers,
    *,
    dtype: DTypeLike | None,
    out: Array | None,
) -> Array:
    """``operation(values, number) + offset``; the operation is np.multiply or np.divide.

    ``number`` and ``offset`` broadcast over the values. The result has ``dtype``, float64 where it
    is None, or is ``out``; of masked values it is masked, with their mask and fill value.
    """
    target = _target(values.shape, dtype, out)
    result = np.empty_like(values, dtype=target, subok=False) if out is None else out
    if not (np.ma.isMaskedArray(values) or np.ma.isMaskedArray(result)):
        _fill(result, values, operation, number, offset)
        return result
    # What is behind a mask may be anything, and is nobody's concern.
    with np.errstate(all="ignore"):
        _fill(np.ma.getdata(result), np.ma.getdata(values), operation, number, offset)
    return _with_mask(result, values)


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


def _fill(out: Array, values: Array, operation: np.ufunc, number: Numbers, offset: Numbers) -> None:
    shifted = bool(offset if isinstance(offset, float) else offset.any())
    precision = _precision(values.dtype, out.dtype, number, offset, shifted=shifted)
    if shifted and (precision != out.dtype or out.size >= _MANY):
        _fill_by_blocks(out, operation, (values, number, offset), precision)
        return
    operation(values, number, out=out, dtype=precision, casting="same_kind")
    if shifted:
        np.add(out, offset, out=out, dtype=precision, casting="same_kind")


def _precision(
    values: np.dtype[Any], out: np.dtype[Any], number: Numbers, offset: Numbers, *, shifted: bool
) -> np.dtype[Any]:
    """What to calculate in: float32 only where the result, in float32, is as good as in float64.

    A product of an integer that float32 rounds is: it is rounded anyway. A sum is not, where the
    offset takes most of the product away.
    """
    if out.itemsize > _SINGLE.itemsize:
        return np.result_type(np.float64, out)
    exact = np.can_cast(values, _SINGLE) or (values.kind in "iu" and not shifted)
    return _SINGLE if exact and _in_single(number) and _in_single(offset) else _DOUBLE


def _in_single(numbers: Numbers) -> bool:
    """Whether float32 has its full precision for all of them."""
    if isinstance(numbers, float):
        return numbers == 0 or _LEAST <= abs(numbers) <= _MOST
    sizes = np.abs(numbers)
    return bool(((sizes == 0) | ((sizes >= _LEAST) & (sizes <= _MOST))).all())


def _fill_by_blocks(
    out: Array,
    operation: np.ufunc,
    operands: tuple[Array, Numbers, Numbers],
    precision: np.dtype[Any],
) -> None:
    """Both steps for some thousand values at a time.

    So what is between the steps is not rounded to the dtype of the result, and takes no memory.
    """
    if not out.size:
        return
    with np.nditer(
        [*operands, out],
        flags=["external_loop", "buffered", "copy_if_overlap"],
        op_flags=[
            ["readonly", "overlap_assume_elementwise"],
            ["readonly"],
            ["readonly"],
            ["writeonly", "overlap_assume_elementwise"],
        ],
        op_dtypes=[precision] * 4,
        casting="same_kind",
        buffersize=_BLOCK_OF_MANY if out.size >= _MANY else _BLOCK,
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
