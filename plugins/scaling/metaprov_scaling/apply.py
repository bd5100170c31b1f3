"""Pixel values to SUV, and back, with NumPy (``metaprov-scaling[pixels]``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .scaling_module import ScalingModule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from .scaling_module import SuvKind

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

    ``pixels`` are stored values with RescaleSlope and RescaleIntercept given, or rescaled values
    (in Bq/ml, where Units is BQML) without. Each of ``module``, ``slope`` and ``intercept`` is one
    for all, or a sequence of one for each slice, along the first axis of ``pixels``.

    >>> from metaprov_scaling import ScalingModule, to_suv
    >>> to_suv([[1000, 2000]], ScalingModule(suvbw=0.0004), slope=2.5)
    array([[1., 2.]])

    Raises ValueError where a module has no factor of this kind, or where there are not as many
    modules, slopes or intercepts as slices.
    """
    import numpy as np

    values = np.asarray(pixels, dtype=np.float64)
    rescaled = values * _by_slice(slope, values) + _by_slice(intercept, values)
    return np.asarray(rescaled * _by_slice(_factors(module, kind), values))


def from_suv(
    suv: ArrayLike,
    module: Module | Sequence[Module],
    kind: SuvKind = "suvbw",
    *,
    slope: float | Sequence[float] = 1.0,
    intercept: float | Sequence[float] = 0.0,
) -> NDArray[np.float64]:
    """The inverse of `to_suv`: ``(suv / factor - intercept) / slope``.

    What comes are rescaled values where no slope and intercept are given, else stored values; they
    are not rounded.

    >>> from metaprov_scaling import ScalingModule, from_suv
    >>> from_suv([[1.0, 2.0]], ScalingModule(suvbw=0.0004), slope=2.5)
    array([[1000., 2000.]])

    Raises as `to_suv` does.
    """
    import numpy as np

    values = np.asarray(suv, dtype=np.float64)
    rescaled = values / _by_slice(_factors(module, kind), values)
    return np.asarray((rescaled - _by_slice(intercept, values)) / _by_slice(slope, values))


def _factors(module: Module | Sequence[Module], kind: SuvKind) -> float | list[float]:
    if isinstance(module, ScalingModule | Mapping):
        return _factor(module, kind)
    return [_factor(each, kind) for each in module]


def _factor(module: Module, kind: SuvKind) -> float:
    factor: Any = module.get(kind) if isinstance(module, Mapping) else getattr(module, kind, None)
    if factor is None:
        raise ValueError(f"the module has no factor {kind}: {module}")
    return float(factor)


def _by_slice(numbers: float | Sequence[float], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """One number for all values, or one for each slice, as an array that broadcasts over them."""
    import numpy as np

    array = np.asarray(numbers, dtype=np.float64)
    if array.ndim == 0:
        return array
    if array.ndim > 1 or values.ndim == 0 or len(array) != len(values):
        raise ValueError(f"{array.size} factors for an array of shape {values.shape}")
    return array.reshape(-1, *(1,) * (values.ndim - 1))
