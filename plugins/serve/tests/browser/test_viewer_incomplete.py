"""Images without an answer for plane, pixels or series are shown all the same."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def without(page):
    """Lets the server withhold the answers of a type: `without("imagePlaneModule")`."""
    address = "**/metaprov/api/metadata"

    def withhold(type_: str) -> None:
        def answer(route):
            rows = route.fetch().json()
            for row in rows:
                row["metadata"].pop(type_, None)
            route.fulfill(body=json.dumps(rows), content_type="application/json")

        page.route(address, answer)

    yield withhold
    page.unroute(address)


@pytest.mark.parametrize(
    ("number", "type_"),
    list(enumerate(["imagePlaneModule", "imagePixelModule", "generalSeriesModule"])),
)
def test_a_module_that_is_not_answered(page, made, without, number, type_):
    images = made("captures")
    without(type_)
    page.evaluate("id => viewer.stack([id], { pixelsPerMm: 8 })", images.image_ids[number])
    world = images.world_of(10, 60)
    points = page.evaluate("world => viewer.onCanvas([world])", world)
    [under] = page.evaluate("points => viewer.read(points)", points)
    assert under["value"] == images.values[number, 60, 10]
    [[red, _, _]] = page.evaluate("points => viewer.shownAt(points)", points)
    assert red == pytest.approx(255 * images.values[number, 60, 10] / 4095, abs=2)
