"""Lengths that are drawn with the mouse, in Cornerstone3D's own tool."""

from __future__ import annotations

import math
from typing import NamedTuple

import pytest
from playwright.sync_api import expect


class Drawn(NamedTuple):
    """A line between two pixels, and what the tool must say of it."""

    series: str
    start: tuple[int, int]
    end: tuple[int, int]
    length: float
    text: str
    #: So many that every pixel's center is a whole place of the canvas.
    pixels_per_mm: float = 8
    size: tuple[int, int] = (512, 512)


MR = {"pixels_per_mm": 10, "size": (1024, 720)}

DRAWN = [
    Drawn("mr", (10, 12), (110, 12), 80.0, "80.0 mm", **MR),
    Drawn("mr", (64, 3), (64, 19), 48.0, "48.0 mm", **MR),
    Drawn("mr", (10, 10), (110, 13), math.hypot(80, 9), "80.5 mm", **MR),
    Drawn("projection", (10, 20), (50, 20), 6.4, "6.40 mm ERMF", pixels_per_mm=50),
    Drawn("calibrated", (10, 20), (50, 20), 8.0, "8.00 mm Calibrated", pixels_per_mm=40),
    Drawn("calibrated", (10, 20), (10, 50), 6.0, "6.00 mm Calibrated", pixels_per_mm=40),
    Drawn("ultrasound", (20, 20), (100, 20), 1.6, "1.60 cm US Region", pixels_per_mm=4),
    Drawn("ultrasound", (20, 20), (20, 120), 3.0, "3.00 cm US Region", pixels_per_mm=4),
    Drawn("capture", (10, 20), (50, 20), 40.0, "40.0 px"),
    Drawn("scaled_capture", (10, 20), (50, 20), 40.0, "40.0 px"),
]


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: f"{drawn.series} {drawn.text}")
def test_length(page, made, draw, drawn):
    images = made(drawn.series)
    options = {"size": drawn.size, "pixelsPerMm": drawn.pixels_per_mm}
    image_ids = images.image_ids[:1]
    page.evaluate("([ids, options]) => viewer.stack(ids, options)", [image_ids, options])
    draw(images, drawn.start, drawn.end)
    expect(page.locator("#viewport svg.svg-layer")).to_contain_text(drawn.text)
    assert page.evaluate("viewer.length()") == pytest.approx(drawn.length, rel=1e-5)
