"""What is under the cursor of Cornerstone3D is what NumPy computes from the file."""

from __future__ import annotations

import numpy as np
import pytest

SERIES = ["pet", "ct", "dose", "mr", "oblique", "enhanced"]
#: Points of a canvas of 512 x 512, some of them beside the image.
POINTS = [[x, y] for x in range(21, 512, 59) for y in range(33, 512, 67)]


def agree(found, made, slice_=None) -> int:
    """How many points were compared; each has the value that its place has in NumPy."""
    compared = 0
    for each in filter(None, found):
        index = made.index_of(each["world"])
        if slice_ is not None:
            assert index[2] == pytest.approx(slice_, abs=1e-3)
        if np.abs(np.abs(index - np.floor(index)) - 0.5).min() < 0.02:
            continue  # Between two pixels: either is right.
        compared += 1
        column, row, place = np.rint(index).astype(int)
        assert each["value"] == pytest.approx(made.values[place, row, column], rel=1e-6)
    return compared


@pytest.mark.parametrize("series", SERIES)
def test_stack(page, made, series):
    images = made(series)
    page.evaluate("ids => viewer.stack(ids)", images.image_ids)
    for place in range(len(images.image_ids)):
        page.evaluate("place => viewer.scroll(place)", place)
        found = page.evaluate("points => viewer.read(points)", POINTS)
        assert agree(found, images, place) > 10


@pytest.mark.parametrize("orientation", ["AXIAL", "SAGITTAL", "CORONAL"])
@pytest.mark.parametrize("series", SERIES)
def test_volume(page, made, series, orientation):
    from made_series import BALL

    images = made(series)
    options = {"orientation": orientation}
    page.evaluate("([ids, options]) => viewer.volume(ids, options)", [images.image_ids, options])
    # None of these planes is a border of pixels.
    for offset in (0.7, 5.3, -7.3):
        page.evaluate("point => viewer.through(point)", (BALL + offset).tolist())
        found = page.evaluate("points => viewer.read(points)", POINTS)
        assert agree(found, images) > 10


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("orientation", ["AXIAL", "CORONAL"])
def test_ball_is_shown_in_its_place_and_the_bar_on_the_right(page, made, series, orientation):
    from made_series import BALL, RADIUS

    images = made(series)
    options = {"orientation": orientation}
    page.evaluate("([ids, options]) => viewer.volume(ids, options)", [images.image_ids, options])
    # In the ball, and on no border of two pixels.
    inside = np.add(BALL, [1.1, 0.9, 0.7])
    page.evaluate("point => viewer.through(point)", inside.tolist())
    beside = np.array([RADIUS + 3.2, 0, 0])
    points = [inside, BALL + beside, BALL - beside]
    ball, bar, opposite = page.evaluate(
        "points => viewer.onCanvas(points)", [each.tolist() for each in points]
    )
    assert agree(page.evaluate("point => viewer.read([point])", ball), images) == 1
    assert bar[0] > ball[0] > opposite[0]
    shown = page.evaluate("points => viewer.shownAt(points)", [ball, bar, opposite])
    of_ball, of_bar, of_other = (red for red, _, _ in shown)
    assert of_ball >= of_bar > of_other + 60
