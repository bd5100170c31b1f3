"""What Cornerstone3D paints: palettes, colours, and low values that are bright."""

from __future__ import annotations

import pytest

PLACES = [(10, 5), (50, 60)]

PAINTED = {
    # A palette of 16 bits: red grows by 4 an index of 8 bits, green falls.
    "palette": [(40, 212, 128), (200, 52, 128)],
    "colours": [(40, 20, 128), (200, 240, 128)],
    # The window is from the lowest to the highest value.
    "negative": [(255 * 53 // 63,) * 3, (255 * 13 // 63,) * 3],
}


@pytest.mark.parametrize("image", PAINTED)
def test_colours(page, made, image):
    images = made(image)
    page.evaluate("ids => viewer.stack(ids, { pixelsPerMm: 8 })", images.image_ids)
    worlds = [images.world_of(*place) for place in PLACES]
    points = page.evaluate("worlds => viewer.onCanvas(worlds)", worlds)
    shown = page.evaluate("points => viewer.shownAt(points)", points)
    assert shown == [pytest.approx(colour, abs=2) for colour in PAINTED[image]]
