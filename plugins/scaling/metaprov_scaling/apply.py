"""Pixel values to SUV, and back, with NumPy (``metaprov-scaling[pixels]``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from metaprov_modules import KINDS, json_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from metaprov_modules import ScalingModule, SuvKind

    Module = ScalingModule | Mapping[str, float]

__all__ = ["from_suv", "to_suv"]


def to_suv(
    pixels: ArrayLike,
    module: Module | Sequence[Module],
    kind: SuvKind = "suvbw",
    *,
    slope: float | Sequence[float] = 1.0,
    intercept: float | Sequence[float] = 0.0,
) -> NDArray[np.float64]:
    """SUV: ``(pixels * slope + intercept) * factor``, in g/ml, and in cm2/ml for ``"suvbsa"``.

    ``pixels`` are stored values if RescaleSlope and RescaleIntercept are given, and rescaled values
    (in Bq/ml, where Units is BQML) if not. Each of ``module``, ``slope`` and ``intercept`` is one
    for all, or a sequence with one for each slice, along the first axis of ``pixels``. A mapping
    may have the names of JSON, too: ``suvlbmJames128``.

    >>> from metaprov_scaling import ScalingModule, to_suv
    >>> to_suv([[1000, 2000]], ScalingModule(suvbw=0.0004), slope=2.5)
    array([[1., 2.]])

    Raises ValueError where there is no module (None), or none with a factor of this kind, or where
    the modules, slopes or intercepts are not one for each slice.
    """
    import numpy as np

    values = np.asarray(pixels, dtype=np.float64)
    rescaled = values * _by_slice("slope", slope, values)
    rescaled = rescaled + _by_slice("intercept", intercept, values)
    return np.asarray(rescaled * _by_slice("module", _factors(module, kind), values))


def from_suv(
    suv: ArrayLike,
    module: Module | Sequence[Module],
    kind: SuvKind = "suvbw",
    *,
    slope: float | Sequence[float] = 1.0,
    intercept: float | Sequence[float] = 0.0,
) -> NDArray[np.float64]:
    """The inverse of `to_suv`: ``(suv / factor - intercept) / slope``.

    Returns stored values, not rounded, if slope and intercept are given, and rescaled values if
    not.

    >>> from metaprov_scaling import ScalingModule, from_suv
    >>> from_suv([[1.0, 2.0]], ScalingModule(suvbw=0.0004), slope=2.5)
    array([[1000., 2000.]])

    Raises as `to_suv` does.
    """
    import numpy as np

    values = np.asarray(suv, dtype=np.float64)
    rescaled = values / _by_slice("module", _factors(module, kind), values)
    stored = rescaled - _by_slice("intercept", intercept, values)
    return np.asarray(stored / _by_slice("slope", slope, values))


def _factors(module: Module | Sequence[Module], kind: SuvKind) -> float | list[float]:
    if isinstance(module, Iterable) and not isinstance(module, Mapping):
        return [_factor(each, kind, f"module {place}") for place, each in enumerate(module)]
    return _factor(module, kind, "the module")


def _factor(module: Any, kind: SuvKind, called: str) -> float:
    """The factor of one module: a struct, or a mapping with the names of fields or of JSON."""
    if module is None:
        raise ValueError(
            f"{called} is None: the image has no scaling, and explain('scalingModule', image_id) "
            "says why"
        )
    if isinstance(module, Mapping):
        factor = module.get(kind, module.get(json_name(kind)))
    else:
        factor = getattr(module, kind, None)
    if factor is None:
        raise ValueError(f"{called} has no factor {kind}; it has {_names_of_factors(module)}")
    return float(factor)


def _names_of_factors(module: Any) -> str:
    if isinstance(module, Mapping):
        names = [str(name) for name, value in module.items() if value is not None]
    else:
        names = [kind for kind in KINDS if getattr(module, kind, None) is not None]
    return ", ".join(names) or "none"


def _by_slice(
    name: str, numbers: float | Sequence[float], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """One number for all values, or one for each slice, as an array that broadcasts over them."""
    import numpy as np

    try:
        array = np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.asarray(np.nan)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} is not a finite number, or one for each slice: {numbers!r:.60}")
    if array.ndim == 0:
        return array
    if array.ndim > 1:
        raise ValueError(
            f"{name} has the shape {array.shape}; it is one number, or one for each slice"
        )
    if values.ndim == 0 or len(array) != len(values):
        raise ValueError(
            f"{name} has {len(array)} values, one for each slice, but the pixels have the shape "
            f"{values.shape}"
        )
    return array.reshape(-1, *(1,) * (values.ndim - 1))
