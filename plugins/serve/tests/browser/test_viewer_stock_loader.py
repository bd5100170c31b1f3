"""Cornerstone3D's own loader of files, with metaprov's answers beside it."""

from __future__ import annotations

import pytest


@pytest.fixture
def fetched(address):
    """The ids that the stock loader has of files: it fetches and decodes them itself."""

    def ids(image_ids):
        return [each.replace("dicomfile:/", f"wadouri:{address}/files/") for each in image_ids]

    return ids


def under(page, images, column, row, slice_=0):
    """What is read, and what is painted, at a pixel."""
    world = images.world_of(column, row, slice_)
    points = page.evaluate("world => viewer.onCanvas([world])", world)
    [read] = page.evaluate("points => viewer.read(points)", points)
    [painted] = page.evaluate("points => viewer.shownAt(points)", points)
    return read["value"], painted


def test_pt_is_in_suv(page, made, fetched):
    images = made("pet")
    page.evaluate("ids => viewer.stack(ids)", fetched(images.image_ids))
    for place in (0, 9, 23):
        page.evaluate("place => viewer.scroll(place)", place)
        value, _ = under(page, images, 25, 18, place)
        assert value == pytest.approx(images.values[place, 18, 25], rel=1e-6)


def test_palette_in_the_header_is_shown(page, made, fetched):
    images = made("palette")
    page.evaluate("ids => viewer.stack(ids, { pixelsPerMm: 8 })", fetched(images.image_ids))
    _, painted = under(page, images, 10, 5)
    assert painted == pytest.approx((40, 212, 128), abs=2)
