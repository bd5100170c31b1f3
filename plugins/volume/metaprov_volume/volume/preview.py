"""A picture of a volume: three planes through its middle, as a radiologist sees them."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .affine import affine_for_array
from .needed import needed

if TYPE_CHECKING:
    from .voxels import Voxels

__all__ = ["preview"]

#: Pixels of the longest side of a plane, between planes, and from its edge to a letter.
_LONGEST: Final = 320
_BETWEEN: Final = 8
_MARGIN: Final = 3
#: What is seen of values without a window: from the first percentile to the second.
_PERCENTILES: Final = (0.5, 99.5)
#: How many voxels of a volume are looked at to find these.
_LOOKED_AT: Final = 1_000_000
#: What is no number: a slice that is missing.
_NO_NUMBER: Final = (70, 30, 40)
_LETTERS: Final = (255, 200, 80)


class _Plane(NamedTuple):
    """A plane across an axis of the patient; its axes are 0: L, 1: P, 2: S."""

    across: int
    right: int
    down: int
    #: Whether what goes down is along its axis, or against it.
    sign: int
    left_letter: str
    top_letter: str


#: Axial, coronal, sagittal: the patient's right is on the left, anterior and superior are up.
_PLANES: Final = (
    _Plane(across=2, right=0, down=1, sign=1, left_letter="R", top_letter="A"),
    _Plane(across=1, right=0, down=2, sign=-1, left_letter="R", top_letter="S"),
    _Plane(across=0, right=1, down=2, sign=-1, left_letter="A", top_letter="S"),
)


def preview(volume: Voxels) -> Any:
    """An image of Pillow: axial, coronal and sagittal planes, in mm; of one slice, its plane.

    Oblique planes are shown as they were taken, in the place of the patient's plane that they are
    nearest to. It is for looking only. Of several groups, the middle one is shown.
    """
    numpy = needed("numpy")
    array = volume.array[volume.array.shape[0] // 2] if volume.has_groups else volume.array
    is_single = volume.geometry.affine_lps is None
    # The thickness of one slice is not seen.
    steps = affine_for_array(volume.geometry, 1 if is_single else None)[:3, :3]
    axes = _axes_of_patient(steps)
    low, high = _range(volume.window, array)
    panels = []
    planes = [plane for plane in _PLANES if not is_single or axes[plane.across] == 0]
    sides = numpy.linalg.norm(steps, axis=0) * array.shape[:3]
    longest = max(sides[axes[axis]] for plane in planes for axis in (plane.right, plane.down))
    for plane in planes:
        right_axis, down_axis = axes[plane.right], axes[plane.down]
        across = axes[plane.across]
        cut = array.take(array.shape[across] // 2, axis=across)
        if right_axis < down_axis:
            cut = cut.swapaxes(0, 1)
        right, below = steps[:, right_axis], steps[:, down_axis]
        if right[plane.right] < 0:
            right, cut = -right, cut[:, ::-1]
        if below[plane.down] * plane.sign < 0:
            below, cut = -below, cut[::-1]
        colors = _seen(cut, low, high, has_colors=volume.has_colors)
        straight = _straight(right, below, is_right_of_slices=right_axis == 0)
        panel = _drawn(colors, straight * (_LONGEST / longest))
        _label(panel, plane)
        panels.append(panel)
    return _side_by_side(panels)


def _axes_of_patient(steps: Any) -> tuple[int, ...]:
    """The axis of the array that is nearest to each axis of the patient."""
    numpy = needed("numpy")
    cosines = numpy.abs(steps / numpy.linalg.norm(steps, axis=0))
    return max(
        permutations(range(3)),
        key=lambda axes: sum(cosines[at, axis] for at, axis in enumerate(axes)),
    )


def _range(window: tuple[float, float] | None, array: Any) -> tuple[float, float]:
    """The values that are black and white."""
    if window is not None and window[1] > 0:
        return window[0] - window[1] / 2, window[0] + window[1] / 2
    numpy = needed("numpy")
    every = max(1, int((array.size / _LOOKED_AT) ** (1 / 3)))
    some = numpy.asarray(array[::every, ::every, ::every], dtype=numpy.float64)
    some = some[numpy.isfinite(some)]
    if not some.size:
        return 0.0, 1.0
    low, high = numpy.percentile(some, _PERCENTILES)
    if low == high:
        low, high = some.min(), some.max()
    return float(low), float(high) if high > low else float(low) + 1


def _seen(cut: Any, low: float, high: float, *, has_colors: bool) -> Any:
    """Values as colors of 8 bits."""
    numpy = needed("numpy")
    if has_colors and cut.dtype == numpy.uint8:
        return cut[..., :3]
    values = cut.astype(numpy.float64)
    is_no_number = numpy.isnan(values)
    values[is_no_number] = low
    grey = (numpy.clip((values - low) / (high - low), 0, 1) * 255).round().astype(numpy.uint8)
    if has_colors:
        return grey
    colors = numpy.stack([grey] * 3, axis=-1)
    colors[is_no_number] = _NO_NUMBER
    return colors


def _straight(right: Any, below: Any, *, is_right_of_slices: bool) -> Any:
    """Two steps within their plane, as columns of a matrix: x goes right, y down.

    The rows and columns of slices are those of the picture: a tilt is a slant of the others.
    """
    numpy = needed("numpy")
    of_slice, other = (below, right) if is_right_of_slices else (right, below)
    length = numpy.linalg.norm(of_slice)
    along = other @ of_slice / length
    beside = numpy.sqrt(max(other @ other - along**2, 0))
    if is_right_of_slices:
        return numpy.array([[beside, 0], [along, length]])
    return numpy.array([[length, along], [0, beside]])


def _drawn(colors: Any, matrix: Any) -> Any:
    """An image of some pixels, where the matrix has the steps from one to the next."""
    numpy, pillow = needed("numpy"), needed("PIL.Image")
    rows, columns = colors.shape[:2]
    corners = matrix @ numpy.array([[0, columns, 0, columns], [0, 0, rows, rows]])
    first = corners.min(axis=1)
    size = numpy.maximum(1, numpy.rint(corners.max(axis=1) - first)).astype(int)
    back = numpy.linalg.inv(matrix)
    coefficients = numpy.column_stack([back, back @ first]).ravel().tolist()
    image = pillow.fromarray(numpy.ascontiguousarray(colors))
    return image.transform(
        tuple(size.tolist()),
        pillow.Transform.AFFINE,
        coefficients,
        resample=pillow.Resampling.BILINEAR,
    )


def _label(panel: Any, plane: _Plane) -> None:
    draw = needed("PIL.ImageDraw").Draw(panel)
    draw.text((_MARGIN, panel.height // 2), plane.left_letter, fill=_LETTERS, anchor="lm")
    draw.text((panel.width // 2, _MARGIN), plane.top_letter, fill=_LETTERS, anchor="ma")


def _side_by_side(panels: list[Any]) -> Any:
    width = sum(panel.width for panel in panels) + _BETWEEN * (len(panels) - 1)
    height = max(panel.height for panel in panels)
    picture = needed("PIL.Image").new("RGB", (width, height))
    left = 0
    for panel in panels:
        picture.paste(panel, (left, (height - panel.height) // 2))
        left += panel.width + _BETWEEN
    return picture
