"""From stored values to those of the modality, SUV and dose, written to where they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metaprov_volume.errors import VolumeError

from .frame_values import stored_dtype, stored_range

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import DTypeLike, NDArray

    from metaprov_modules import ImagePixelModule, Lut

__all__ = ["FrameScaling", "fill", "value_dtype"]

#: The integers of rescaled values, the first that holds them all.
_INTEGERS: Final = ("i2", "i4")


class FrameScaling(NamedTuple):
    """What is done to the stored values of one frame: ``(stored * slope + intercept) * factor``."""

    #: None: not applied, as 1, 0 and 1 are.
    slope: float | None = None
    intercept: float | None = None
    factor: float | None = None
    #: The table of the modality, in place of slope and intercept.
    table: Lut | None = None
    #: The first and the last stored value that is no image.
    padding: tuple[int, int] | None = None

    @property
    def linear(self) -> tuple[float, float]:
        """What stored values are multiplied by, and what is then added."""
        factor = 1.0 if self.factor is None else self.factor
        slope = 1.0 if self.slope is None else self.slope
        return slope * factor, (self.intercept or 0.0) * factor

    @property
    def nothing(self) -> bool:
        """Whether values stay as they are stored."""
        return self.table is None and self.linear == (1.0, 0.0)


def value_dtype(
    images: Iterable[tuple[ImagePixelModule, FrameScaling]],
    *,
    scaled: bool,
    element: str = "PixelData",
    dtype: DTypeLike | None = None,
    padding: float | None = None,
    missing: bool = False,
) -> np.dtype[Any]:
    """The type that holds the values of these frames.

    Stored values, and colours that are not scaled, have that of their bits and sign. Those that
    are scaled are int16 or int32 where every slope and intercept is whole and the bounds fit, by
    BitsStored and sign, and float32 if not. Where slices are missing, or the padding is no whole
    number that fits, it is float32.

    Raises VolumeError where a ``dtype`` of integers is asked for, and values do not fit.
    """
    import numpy as np

    # Most images of a series are alike.
    images = dict.fromkeys((pixels, scaling._replace(padding=None)) for pixels, scaling in images)
    own = {stored_dtype(pixels, element) for pixels, _ in images}
    whole = [_bounds(pixels, scaling, element) for pixels, scaling in images]
    if padding is not None:
        whole.append((int(padding), int(padding)) if float(padding).is_integer() else None)
    if missing:
        whole.append(None)
    bounds = [each for each in whole if each is not None]
    all_whole = len(bounds) == len(whole)
    lowest = min((low for low, _ in bounds), default=0)
    highest = max((high for _, high in bounds), default=0)
    if dtype is not None:
        chosen = np.dtype(dtype)
        if chosen.kind not in "iuf":
            raise VolumeError(f"dtype is {chosen}, and values are integers or floats")
        if chosen.kind != "f" and not (all_whole and _holds(chosen, lowest, highest)):
            what = f"from {lowest} to {highest}" if all_whole else "not whole"
            raise VolumeError(f"values can be {what}, which {chosen} does not hold")
        return chosen
    # Colours that nothing scales are what they are stored as, whatever values are asked for.
    are_colours = all((each.samples_per_pixel or 1) > 1 and by.nothing for each, by in images)
    if (are_colours or not scaled) and not missing:
        common = np.result_type(*own)
        if common.kind == "f" or (all_whole and _holds(common, lowest, highest)):
            return common
        return np.dtype("f4")
    candidates = [np.dtype(each) for each in _INTEGERS] if all_whole else []
    fitting = [each for each in candidates if _holds(each, lowest, highest)]
    double = not fitting and element == "DoubleFloatPixelData"
    return fitting[0] if fitting else np.dtype("f8" if double else "f4")


def _holds(dtype: np.dtype[Any], lowest: int, highest: int) -> bool:
    import numpy as np

    limits = np.iinfo(dtype)
    return int(limits.min) <= lowest and highest <= int(limits.max)


def _bounds(
    pixels: ImagePixelModule, scaling: FrameScaling, element: str
) -> tuple[int, int] | None:
    """The least and the greatest value, if they are all whole."""
    if element != "PixelData":
        return None
    if scaling.table is not None and scaling.factor is None:
        return min(scaling.table.lut), max(scaling.table.lut)
    slope, intercept = scaling.linear
    if scaling.table is not None or not (slope.is_integer() and intercept.is_integer()):
        return None
    ends = [int(slope) * end + int(intercept) for end in stored_range(pixels)]
    return min(ends), max(ends)


def fill(
    out: NDArray[Any],
    stored: NDArray[Any],
    scaling: FrameScaling,
    padding: float | None = None,
) -> None:
    """Writes the values of one frame into ``out``, an array of its shape.

    Integers are computed exactly, and floats as float64, rounded once. ``padding`` is written where
    the stored value is one of the padding of the image.
    """
    values = stored if scaling.table is None else _looked_up(stored, scaling.table)
    _write(out, values, *scaling.linear)
    if padding is not None and scaling.padding is not None:
        first, last = scaling.padding
        # Of colours the three samples together.
        within = (stored >= first) & (stored <= last)
        out[within if out.ndim == 2 else within.all(axis=-1)] = padding


def _write(out: NDArray[Any], values: NDArray[Any], slope: float, intercept: float) -> None:
    import numpy as np

    if (slope, intercept) == (1.0, 0.0):
        np.copyto(out, values, casting="unsafe")
    elif out.dtype.kind != "f":
        # What the result holds, every step modulo its size ends at.
        if slope != 1:
            factor = np.asarray(int(slope)).astype(out.dtype)
            values = np.multiply(values, factor, out=out, dtype=out.dtype, casting="unsafe")
        offset = np.asarray(int(intercept)).astype(out.dtype)
        np.add(values, offset, out=out, dtype=out.dtype, casting="unsafe")
    elif not intercept:
        np.multiply(values, slope, out=out, dtype=np.float64, casting="unsafe")
    else:
        exact = np.multiply(values, slope, dtype=np.float64)
        exact += intercept
        np.copyto(out, exact, casting="unsafe")


def _looked_up(stored: NDArray[Any], table: Lut) -> NDArray[Any]:
    """Values below the table have its first entry, values above its last (PS3.3 C.11.1.1)."""
    import numpy as np

    entries = np.asarray(table.lut, dtype=np.int64)
    places = np.clip(stored.astype(np.int64) - table.first_value_mapped, 0, len(entries) - 1)
    return entries[places]
