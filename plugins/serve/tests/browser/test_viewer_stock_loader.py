"""Cornerstone3D's own loader over this server: without metaprov's answers, and with them."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from made_compressed import COMPRESSED
from playwright.sync_api import expect

import metaprov_dicomweb


def series_of(address, images) -> str:
    """Where a series is in DICOMweb."""
    dataset = header_of(images)
    return (
        f"{address}/dicomweb/studies/{dataset.StudyInstanceUID}/series/{dataset.SeriesInstanceUID}"
    )


def header_of(images, place=0):
    path = images.image_ids[place].removeprefix("dicomfile:").partition("?")[0]
    return pydicom.dcmread(path, stop_before_pixels=True)


@pytest.fixture
def over_dicomweb(page, address):
    """The ids of a series for the stock loader, which has the metadata that the server has."""

    def ids(images):
        return page.evaluate("url => viewer.overDicomweb(url)", series_of(address, images))

    return ids


@pytest.fixture
def alone(page):
    """The stock loader has no answers of metaprov."""
    page.evaluate("viewer.feed(false)")
    yield
    page.evaluate("viewer.feed(true)")


@pytest.fixture(params=["alone", "fed"])
def alone_or_fed(request):
    """The stock loader alone, and with metaprov's answers."""
    if request.param == "alone":
        request.getfixturevalue("alone")


def under(page, images, column, row, slice_=0):
    """What is read, and what is painted, at a pixel."""
    world = images.world_of(column, row, slice_)
    points = page.evaluate("world => viewer.onCanvas([world])", world)
    [read] = page.evaluate("points => viewer.read(points)", points)
    [painted] = page.evaluate("points => viewer.shownAt(points)", points)
    return read["value"], painted


def values_of_slices(page, images, image_ids, places) -> list[float]:
    """What is under one pixel of each of these slices."""
    page.evaluate("ids => viewer.stack(ids)", image_ids)
    values = []
    for place in places:
        page.evaluate("place => viewer.scroll(place)", place)
        values.append(under(page, images, 25, 18, place)[0])
    return values


PLACES = [0, 9, 23]


def test_pt_is_in_suv(page, made, over_dicomweb):
    images = made("pet")
    values = values_of_slices(page, images, over_dicomweb(images), PLACES)
    assert values == pytest.approx(images.values[PLACES, 18, 25], rel=1e-6)


@pytest.mark.usefixtures("alone")
def test_pt_alone_is_in_becquerel(page, made, over_dicomweb):
    from made_series import DOSE, HALF_LIFE, WAITED, WEIGHT

    images = made("pet")
    values = values_of_slices(page, images, over_dicomweb(images), PLACES)
    factor = WEIGHT * 1000 / (DOSE * 0.5 ** (WAITED / HALF_LIFE))
    assert values == pytest.approx(images.values[PLACES, 18, 25] / factor, rel=1e-6)


@pytest.mark.usefixtures("alone_or_fed")
def test_ct_is_in_hounsfield_either_way(page, made, over_dicomweb):
    images = made("ct")
    places = [0, 5, 11]
    values = values_of_slices(page, images, over_dicomweb(images), places)
    assert values == pytest.approx(images.values[places, 18, 25])


def line_of_40_columns(page, draw, images, image_ids):
    """What the tool says of it; a column is 8 pixels of the canvas."""
    options = {"pixelsPerMm": 8 / images.affine[0, 0]}
    page.evaluate("([ids, options]) => viewer.stack(ids, options)", [image_ids, options])
    draw(images, (10, 20), (50, 20))
    return page.locator("#viewport svg.svg-layer")


def test_lengths_of_a_projection_are_of_the_patient(page, made, draw, over_dicomweb):
    images = made("projection")
    said = line_of_40_columns(page, draw, images, over_dicomweb(images))
    expect(said).to_contain_text("6.40 mm ERMF")
    assert page.evaluate("viewer.length()") == pytest.approx(6.4, rel=1e-5)


@pytest.mark.usefixtures("alone")
def test_lengths_of_a_projection_alone_are_in_pixels(page, made, draw, over_dicomweb):
    images = made("projection")._replace(affine=np.identity(4))
    said = line_of_40_columns(page, draw, images, over_dicomweb(images))
    expect(said).to_contain_text("40.0 px")


def test_palette_in_the_header_is_shown(page, made, over_dicomweb):
    images = made("palette")
    page.evaluate("ids => viewer.stack(ids, { pixelsPerMm: 8 })", over_dicomweb(images))
    _, painted = under(page, images, 10, 5)
    assert painted == pytest.approx((40, 212, 128), abs=2)


@pytest.mark.usefixtures("alone")
def test_palette_in_the_header_alone_is_an_error_that_nobody_catches(page, made, over_dicomweb):
    """The image is never there, and its viewer is not told."""
    [image_id] = over_dicomweb(made("palette"))
    first = page.evaluate("id => viewer.settled(id)", image_id)
    assert "does not have a complete color palette" in first


def test_frames_of_a_dose_have_places_of_their_own(page, made, over_dicomweb):
    images = made("dose")
    sixth = page.evaluate("id => viewer.plane(id)", over_dicomweb(images)[5])
    assert sixth["imagePositionPatient"] == pytest.approx(images.world_of(0, 0, 5))


@pytest.mark.usefixtures("alone")
def test_frames_of_a_dose_alone_are_all_where_the_first_is(page, made, over_dicomweb):
    images = made("dose")
    sixth = page.evaluate("id => viewer.plane(id)", over_dicomweb(images)[5])
    assert sixth["imagePositionPatient"] == pytest.approx(images.world_of(0, 0, 0))


@pytest.mark.parametrize("name", COMPRESSED)
@pytest.mark.usefixtures("alone_or_fed")
def test_compressed_frames_are_passed_on_and_decoded_by_the_browser(
    page, made, over_dicomweb, name
):
    images = made(name)
    image_ids = over_dicomweb(images)
    assert len(image_ids) == len(images.values)
    for place in {0, len(image_ids) - 1}:
        found = page.evaluate("id => viewer.decoded(id)", image_ids[place])
        assert found["transferSyntax"] == header_of(images).file_meta.TransferSyntaxUID
        values = np.array(found["values"]).reshape(images.values[place].shape)
        assert values.max() == images.values[place].max()
        # JPEG may be decoded with a rounding more or less.
        np.testing.assert_allclose(values, images.values[place], atol=2 if name == "jpeg" else 0)


@pytest.fixture
def over_wado_uri(address):
    """The ids of files for the stock loader, which reads their headers itself."""
    metaprov_dicomweb.configure([address])

    def ids(images):
        at = f"wadouri:{series_of(address, images)}/instances"
        return [
            f"{at}/{header_of(images, place).SOPInstanceUID}?accept=application/dicom"
            for place in range(len(images.image_ids))
        ]

    yield ids
    metaprov_dicomweb.configure()


def test_pt_of_files_is_in_suv(page, made, over_wado_uri):
    images = made("pet")
    values = values_of_slices(page, images, over_wado_uri(images), PLACES)
    assert values == pytest.approx(images.values[PLACES, 18, 25], rel=1e-6)


def test_palette_in_the_header_of_a_file_is_shown(page, made, over_wado_uri):
    images = made("palette")
    page.evaluate("ids => viewer.stack(ids, { pixelsPerMm: 8 })", over_wado_uri(images))
    _, painted = under(page, images, 10, 5)
    assert painted == pytest.approx((40, 212, 128), abs=2)
