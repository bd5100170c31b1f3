"""Windows: which values are black, grey and white (PS3.3 C.11.2.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from metaprov_modules import VoiLutModule

__all__ = ["LINEAR", "Window", "first_window", "windowed"]

LINEAR: Final = "LINEAR"
#: Beyond it the exponential function of a float ends, and a sigmoid is 0 or 1 long before.
_FAR: Final = 700.0


class Window(NamedTuple):
    """A center and a width above 0, in values of the modality."""

    center: float
    width: float
    #: VOILUTFunction (0028,1056).
    function: str = LINEAR


def first_window(voi: VoiLutModule | None) -> Window | None:
    """The first window with a center and a width that is one: widths of 0 are found in files."""
    if voi is None:
        return None
    for center, width in zip(voi.window_center or (), voi.window_width or (), strict=False):
        if center is not None and width is not None and width > 0:
            return Window(center, width, voi.voi_lut_function or LINEAR)
    return None


def windowed(values: NDArray[Any], window: Window) -> NDArray[Any]:
    """Values of the modality as floats from 0, black, to 1, white; NaN stays.

    An unknown function is taken as LINEAR, and LINEAR with a width below 1, which it cannot have
    and images of floats do, as LINEAR_EXACT.
    """
    function = _FUNCTIONS.get(window.function, _linear)
    if function is _linear and window.width < 1:
        function = _linear_exact
    return function(values, window.center, window.width)


def _linear(values: NDArray[Any], center: float, width: float) -> NDArray[Any]:
    """C.11.2.1.2.1: of a width of 256, 256 integers, the first black and the last white."""
    if width == 1:
        step: NDArray[Any] = np.heaviside(values - (center - 0.5), 0.0)
        return step
    grey = values - (center - 0.5)
    grey /= width - 1
    grey += 0.5
    return np.clip(grey, 0, 1, out=grey)


def _linear_exact(values: NDArray[Any], center: float, width: float) -> NDArray[Any]:
    """C.11.2.1.3.2."""
    grey = values - center
    grey /= width
    grey += 0.5
    return np.clip(grey, 0, 1, out=grey)


def _sigmoid(values: NDArray[Any], center: float, width: float) -> NDArray[Any]:
    """C.11.2.1.3.1."""
    grey = values - center
    grey *= -4 / width
    np.clip(grey, -_FAR, _FAR, out=grey)
    np.exp(grey, out=grey)
    grey += 1
    return np.reciprocal(grey, out=grey)


_FUNCTIONS: Final[dict[str, Callable[[NDArray[Any], float, float], NDArray[Any]]]] = {
    LINEAR: _linear,
    "LINEAR_EXACT": _linear_exact,
    "SIGMOID": _sigmoid,
}
