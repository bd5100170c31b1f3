"""Pixel values to SUV, and back, and to dose, with NumPy (``metaprov-scaling[pixels]``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from metaprov_modules import KINDS, json_name

from .suv.notes import Refusal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from metaprov_modules import ScalingModule, SuvKind

    Module = ScalingModule | Mapping[str, Any]
    Numbers = float | NDArray[np.float64]
    Modules = Module | Sequence[Module] | Sequence[Sequence[Module]]

__all__ = ["from_suv", "to_dose", "to_suv"]

_DOSE: Final = "dose_grid_scaling"


def to_suv(
    pixels: ArrayLike,
    module: Modules,
    kind: SuvKind = "suvbw",
    *,
    slope: ArrayLike | None = 1.0,
    intercept: ArrayLike | None = 0.0,
    dtype: DTypeLike | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """SUV: ``(pixels * slope + intercept) * factor``, in g/ml, and in cm2/ml for ``"suvbsa"``.

    ``pixels`` are stored values if RescaleSlope and RescaleIntercept are given, and rescaled values
    (in Bq/ml, where Units is BQML) if not; None stands for 1 and 0. A mapping may have the names of
    JSON, too: ``suvlbmJames128``.

    >>> from metaprov_scaling import ScalingModule, to_suv
    >>> to_suv([[1000, 2000]], ScalingModule(suvbw=0.0004), slope=2.5)
    array([[1., 2.]])

    Each of ``module``, ``slope`` and ``intercept`` is one for all, or a sequence by the shape of
    ``pixels``; the last two axes are always rows and columns:

    - slices, rows, columns: one for each slice
    - time frames, slices, rows, columns: one for each time frame, or for each slice of a frame, or
      for each slice of each frame, one frame after the other. Nested sequences tell which, with the
      shape (frames, 1), (1, slices) or (frames, slices); they are needed where there are as many
      frames as slices.
    - rows, columns: none but one, for there is one slice
    - values alone: one for each value

    The result is a new array of ``dtype``, float64 if not given, or ``out``, an array of floats of
    the shape of ``pixels``, which may be ``pixels`` itself. Of a masked array it is a masked array
    with the same mask and fill value; its data are ``out``, if that has no mask.

    Raises ValueError where there is no module (None), or none with a factor of this kind; where
    the modules, slopes or intercepts are not as many as said above; and where ``dtype`` or ``out``
    does not fit.
    """
    import numpy as np

    from .linear import array_of, linear

    values = array_of(pixels)
    factors, slopes, intercepts = _by_image(values.shape, module, kind, slope, intercept)
    offset = intercepts * factors
    return linear(np.multiply, values, slopes * factors, offset, dtype=dtype, out=out)


def from_suv(
    suv: ArrayLike,
    module: Modules,
    kind: SuvKind = "suvbw",
    *,
    slope: ArrayLike | None = 1.0,
    intercept: ArrayLike | None = 0.0,
    dtype: DTypeLike | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """The inverse of `to_suv`: ``(suv / factor - intercept) / slope``.

    Returns stored values, not rounded, if slope and intercept are given, and rescaled values if
    not.

    >>> from metaprov_scaling import ScalingModule, from_suv
    >>> from_suv([[1.0, 2.0]], ScalingModule(suvbw=0.0004), slope=2.5)
    array([[1000., 2000.]])

    Takes the same as `to_suv`, and raises as it does; ValueError also where a factor or a slope
    is 0.
    """
    import numpy as np

    from .linear import array_of, linear

    values = array_of(suv)
    factors, slopes, intercepts = _by_image(values.shape, module, kind, slope, intercept)
    _refuse_0(f"the factor {kind}", factors)
    _refuse_0("slope", slopes)
    offset = -intercepts / slopes
    return linear(np.divide, values, slopes * factors, offset, dtype=dtype, out=out)


def to_dose(
    pixels: ArrayLike,
    module: Modules,
    *,
    dtype: DTypeLike | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Dose: ``pixels * dose_grid_scaling``, in the ``dose_units`` of the module: Gy, or relative.

    ``pixels`` are the stored values of an RTDOSE image (PS3.3 C.8.8.3), which has no RescaleSlope:
    a dose grid of the shape (frames, rows, columns), one frame, or several grids. A mapping may
    have the name of JSON, too: ``doseGridScaling``.

    >>> from metaprov_scaling import to_dose
    >>> to_dose([[[1000, 2000]]], {"doseGridScaling": 1e-3})
    array([[[1., 2.]]])

    ``module``, ``dtype``, ``out`` and masks are as with `to_suv`, and so is what it raises.
    """
    import numpy as np

    from .by_image import by_image
    from .linear import array_of, linear

    values = array_of(pixels)
    scaling = by_image("module", _numbers(module, _DOSE), values.shape)
    return linear(np.multiply, values, scaling, 0.0, dtype=dtype, out=out)


def _by_image(
    shape: tuple[int, ...],
    module: Any,
    kind: SuvKind,
    slope: ArrayLike | None,
    intercept: ArrayLike | None,
) -> tuple[Numbers, Numbers, Numbers]:
    """Factors, slopes and intercepts, each to be broadcast over pixels of this shape."""
    from .by_image import by_image

    return (
        by_image("module", _numbers(module, kind), shape),
        by_image("slope", 1.0 if slope is None else slope, shape),
        by_image("intercept", 0.0 if intercept is None else intercept, shape),
    )


def _refuse_0(name: str, numbers: Numbers) -> None:
    import numpy as np

    if not np.all(numbers):
        where = "" if isinstance(numbers, float) else f" at {abs(numbers).argmin()}"
        raise ValueError(f"{name} is 0{where}, and there is no inverse of that")


def _numbers(module: Any, field: str, place: str = "") -> Any:
    """The number of one module, or a list of those of a sequence, which may be nested."""
    if _are_several(module, field):
        of = f"{place}, " if place else ""
        return [_numbers(each, field, f"{of}{index}") for index, each in enumerate(module)]
    return _number(module, field, f"module {place}" if place else "the module")


def _are_several(module: Any, field: str) -> bool:
    """Whether it is a sequence of modules, and no mapping or tuple that is one module."""
    one = isinstance(module, (Mapping, Refusal, str)) or hasattr(module, field)
    return isinstance(module, Iterable) and not one


def _number(module: Any, field: str, called: str) -> float:
    """The factor of one module: a struct, or a mapping with the names of fields or of JSON."""
    if module is None or isinstance(module, Refusal):
        raise ValueError(f"{called} is {_why_no_scaling(module)}")
    if isinstance(module, Mapping):
        number = module.get(field, module.get(json_name(field)))
    else:
        number = getattr(module, field, None)
    if number is None:
        what = field if field == _DOSE else f"factor {field}"
        raise ValueError(f"{called} has no {what}; it has {_names_of_numbers(module)}")
    try:
        return float(number)
    except (TypeError, ValueError):
        raise ValueError(f"{field} of {called} is not a number: {number!r:.60}") from None


def _why_no_scaling(module: Refusal | None) -> str:
    if module is None:
        return "None: the image has no scaling, and explain('scalingModule', image_id) says why"
    return f"a refusal: {module.sentence}"


def _names_of_numbers(module: Any) -> str:
    if isinstance(module, Mapping):
        names = [str(name) for name, value in module.items() if value is not None]
    else:
        names = [name for name in (*KINDS, _DOSE) if getattr(module, name, None) is not None]
    return ", ".join(names) or "none"
