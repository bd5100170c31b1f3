"""The page at /metaprov/ by mouse and keyboard, with Cornerstone and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pydicom
import pytest
from playwright.sync_api import expect
from running import running

import metaprov_serve
from metaprov_core import Host

if TYPE_CHECKING:
    from pathlib import Path

RED = "rgb(255, 122, 118)"
#: Places of the stage, as fractions of its width and height.
POINTS = [(0.5, 0.5), (0.31, 0.42), (0.66, 0.27), (0.58, 0.71)]


class Study(NamedTuple):
    """What the server is over, and what its pixels are worth."""

    folder: Path
    pet: object
    ct: object


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    """PT, PT without a weight, CT, CT without a slice, CT with one twice."""
    import made_series

    folder = tmp_path_factory.mktemp("study")
    made = {}
    for name in ("pet", "ct", "light", "gap", "twice"):
        make = made_series.pet if name in ("pet", "light") else made_series.ct
        made[name] = make(folder / name, SeriesDescription=f"The {name}")
    for path in (folder / "light").iterdir():
        changed(path, PatientWeight=None)
    (folder / "gap" / "ct05.dcm").unlink()
    again = (folder / "twice" / "ct04.dcm").read_bytes()
    (folder / "twice" / "again.dcm").write_bytes(again)
    changed(folder / "twice" / "again.dcm", SOPInstanceUID="1.2.3.6")
    return Study(folder, made["pet"], made["ct"])


def changed(path: Path, **attributes) -> None:
    """Writes a file with other attributes."""
    dataset = pydicom.dcmread(path)
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)


@pytest.fixture(scope="module")
def inspected(study):
    """Where the server is."""
    with (
        Host(discover=True) as host,
        running(metaprov_serve.app([study.folder], token=None, host=host)) as address,
    ):
        yield address


@pytest.fixture(scope="module")
def tab(browser, inspected):
    """A page for all tests, since a new one takes long to start; and what goes wrong on it."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: wrong.append(said.text) if "Security Policy" in said.text else None,
    )
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(inspected) else wrong.append(asked.url),
    )
    yield page, wrong
    page.close()


@pytest.fixture
def visit(tab, inspected):
    """Opens the page; a test fails over an error of it, and over what leaves the server."""
    page, wrong = tab

    def visit(view: str = "cornerstone", *, prepare=lambda page: None):
        if view == "pictures":
            # As from a clone in which the bundle was not built.
            page.route("**/metaprov/vendor/**", lambda route: route.fulfill(status=404))
        prepare(page)
        page.mouse.move(0, 0)
        page.goto(f"{inspected}/metaprov/")
        page.wait_for_selector("html[data-ready]")
        return page

    yield visit
    page.unroute_all()
    failed = wrong.copy()
    wrong.clear()
    assert not failed


def opened(page, name: str):
    """Clicks a series unless it is open, and waits for its image."""
    item = page.get_by_role("treeitem", name=f"The {name}, ")
    if item.get_attribute("aria-selected") == "false":
        item.locator("> .row").click()
    expect(page.locator("#image-title")).to_contain_text(f"The {name}")
    expect(page.locator("#stage")).to_have_class("shown")
    return item


def read(page, at) -> dict | None:
    """What is said to be under a place of the stage."""
    box = page.locator("#stage").bounding_box()
    page.mouse.move(box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"])
    pixel = page.locator("#pixel").inner_text()
    if "," not in pixel:
        return None
    world = page.locator("#place data").evaluate_all("all => all.map(each => Number(each.value))")
    values = page.locator("#value data").evaluate_all(
        "all => all.map(each => [Number(each.value), each.dataset.unit])"
    )
    return {"pixel": [int(part) for part in pixel.split(",")], "world": world, "values": values}


def place_of(page) -> int:
    """Which of the images is shown, counted from 0."""
    return int(page.get_by_role("slider").get_attribute("aria-valuenow")) - 1


def test_tree_has_studies_series_and_the_images_of_the_one_that_is_open(visit):
    page = visit()
    tree = page.get_by_role("tree")
    assert tree.locator(".study").count() == 1
    names = tree.locator(".series .called").all_inner_texts()
    assert sorted(names) == ["The ct", "The gap", "The light", "The pet", "The twice"]
    item = opened(page, "gap")
    assert item.locator(".image").count() == 11
    assert item.locator(".image").first.inner_text().split("\n") == ["1", "\u221216.5 mm"]


def test_file_that_cannot_be_read_is_told_with_its_reason(visit, study):
    lost = f"dicomfile:{study.folder}/ct/lost.dcm"

    def losing(page):
        page.route("**/api/images", lambda route: route.fulfill(json=[*study.ct.image_ids, lost]))

    page = visit(prepare=losing)
    failed = page.get_by_role("treeitem", name="1 file could not be read")
    failed.locator("> .row").click()
    expect(failed.get_by_role("treeitem")).to_contain_text("no such file")


@pytest.mark.parametrize("view", ["cornerstone", "pictures"])
@pytest.mark.parametrize("series", ["pet", "ct"])
def test_value_under_the_cursor_is_what_numpy_computes(visit, study, view, series):
    made = getattr(study, series)
    page = visit(view)
    opened(page, series)
    for slice_ in (place_of(page), place_of(page) + 1):
        shown_at(page, made.world_of(0, 0, slice_)[2])
        found = [each for each in (read(page, at) for at in POINTS) if each]
        assert len(found) >= 2
        for each in found:
            column, row = each["pixel"]
            assert made.index_of(each["world"]) == pytest.approx([column, row, slice_], abs=0.51)
            value, unit = each["values"][0]
            assert value == pytest.approx(made.values[slice_, row, column], rel=1e-6)
            assert unit == {"pet": "SUVbw", "ct": "HU"}[series]
        page.keyboard.press("ArrowDown")


def shown_at(page, z: float) -> None:
    """Waits until the image at a position is read."""
    read(page, (0.5, 0.5))
    page.wait_for_function(
        "z => Math.abs(document.querySelector('#place data:last-of-type')?.value - z) < 1e-3",
        arg=z,
    )


def test_value_of_pet_is_told_in_the_unit_of_the_file_too(visit, study):
    page = visit()
    opened(page, "pet")
    (suv, _), (activity, unit) = read(page, (0.5, 0.5))["values"]
    dataset = pydicom.dcmread(study.folder / "pet" / f"pt{place_of(page):02}.dcm")
    column, row = read(page, (0.5, 0.5))["pixel"]
    stored = np.frombuffer(dataset.PixelData, "<u2").reshape(dataset.Rows, dataset.Columns)
    assert unit == "Bq/ml"
    assert activity == pytest.approx(stored[row, column] * dataset.RescaleSlope, rel=1e-6)
    assert suv < activity


def test_arrow_keys_go_through_the_images_and_brackets_through_the_series(visit):
    page = visit()
    opened(page, "ct")
    page.locator("#stage").focus()
    start = place_of(page)
    for key, place in [("ArrowDown", start + 1), ("ArrowUp", start), ("End", 11), ("Home", 0)]:
        page.keyboard.press(key)
        assert place_of(page) == place
    page.keyboard.press("PageDown")
    assert place_of(page) == 10
    page.keyboard.press("]")
    expect(page.locator("#image-title")).not_to_contain_text("The ct")
    page.keyboard.press("[")
    expect(page.locator("#image-title")).to_contain_text("The ct")


def test_tree_is_walked_by_arrow_keys(visit):
    page = visit()
    focus = page.locator("[role=treeitem]:focus")
    page.locator("#tree [tabindex='0']").focus()
    page.keyboard.press("Home")
    expect(focus).to_have_class("study")
    page.keyboard.press("ArrowDown")
    expect(focus).to_have_class("series")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    expect(focus).to_have_attribute("aria-level", "2")
    page.keyboard.press("Enter")
    expect(focus).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(focus).to_have_class("image")
    assert place_of(page) == 0
    page.keyboard.press("ArrowLeft")
    expect(focus).to_have_class("series")


def test_slash_finds_series(visit):
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("pt light")
    shown = page.locator(".series:visible .called")
    assert shown.all_inner_texts() == ["The light"]
    page.keyboard.type(" of nobody")
    expect(page.locator("#catalogue-state")).to_contain_text("No series has that")
    page.keyboard.press("Escape")
    assert shown.count() == 5


def test_tabs_have_roles_and_are_walked_by_keyboard(visit):
    page = visit()
    opened(page, "pet")
    tab = page.get_by_role("tab", selected=True)
    tab.focus()
    for name in ["Who answered", "Header", "SUV", "Modules"]:
        page.keyboard.press("ArrowRight")
        assert tab.inner_text() == name
        expect(tab).to_be_focused()
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
        assert page.get_by_role("tabpanel").count() == 1
    page.locator("#stage").focus()
    page.keyboard.press("3")
    assert tab.inner_text() == "Header"


def test_focus_is_seen(visit):
    page = visit()
    for _ in range(3):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "getComputedStyle(document.activeElement.querySelector(':scope > .row') ??"
            " document.activeElement)['outline-style']"
            " + getComputedStyle(document.activeElement)['border-color']"
        )
        assert "solid" in style or "95, 208, 192" in style


def test_gap_is_red_at_its_place(visit):
    page = visit()
    opened(page, "gap")
    expect(page.locator("#slices .bad")).to_have_text("1 slice missing")
    assert page.locator("#slices .bad").evaluate("each => getComputedStyle(each).color") == RED
    gap = page.locator("#slices .gap rect")
    assert gap.evaluate("each => getComputedStyle(each).stroke") == RED
    ticks = page.locator("#slices line.tick").evaluate_all(
        "all => all.map(each => +each.getAttribute('x1'))"
    )
    left, width = (float(gap.get_attribute(name)) for name in ("x", "width"))
    assert len(ticks) == 11
    assert ticks[4] < left < left + width < ticks[5]
    assert ticks[5] - ticks[4] == pytest.approx(2 * (ticks[1] - ticks[0]))


def test_images_at_one_position_are_red(visit):
    page = visit()
    opened(page, "twice")
    expect(page.locator("#slices .bad")).to_have_text("2 images at 1 position")
    marks = page.locator("#slices .repeated line")
    assert marks.count() == 2
    assert marks.first.evaluate("each => getComputedStyle(each).stroke") == RED


def test_series_without_defects_has_nothing_red(visit):
    page = visit()
    opened(page, "ct")
    expect(page.locator("#slices .good")).to_have_text("regular")
    assert page.locator("#slices :is(.bad, .gap, .repeated)").count() == 0


def test_strip_chooses_the_nearest_slice(visit):
    page = visit()
    opened(page, "ct")
    box = page.get_by_role("slider").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 12, box["y"] + 20)
    assert place_of(page) == 11
    page.keyboard.press("ArrowLeft")
    assert place_of(page) == 10


def test_modules_are_told_with_what_the_header_has(visit):
    page = visit()
    opened(page, "ct")
    plane = page.locator("details.module", has=page.get_by_text("imagePlaneModule", exact=True))
    spacing = plane.locator("tr", has=page.get_by_text("sliceThickness"))
    expect(spacing.locator("td")).to_have_text("3mm")
    plane.get_by_role("button", name="Who answered?").click()
    expect(page.get_by_role("tabpanel", name="Who answered")).to_contain_text(
        "Answered by dicom-modules"
    )
    assert page.get_by_label("What is asked for").input_value() == "imagePlaneModule"


def test_who_answered_has_the_notes_of_those_without_an_answer(visit):
    page = visit()
    opened(page, "light")
    page.keyboard.press("2")
    page.get_by_label("What is asked for").select_option("scalingModule")
    panel = page.get_by_role("tabpanel", name="Who answered")
    expect(panel.locator(".verdict")).to_have_text("Nobody answers")
    expect(panel.locator(".said")).to_contain_text("PatientWeight")


def test_header_is_searched_by_keyword_tag_and_value_at_any_depth(visit):
    page = visit()
    opened(page, "pet")
    page.keyboard.press("3")
    field = page.get_by_label("Find in the header")
    for text in ["totaldose", "(0018,1074)", "350000000"]:
        field.fill(text)
        hit = page.locator(".element.hit")
        expect(hit).to_have_count(1)
        expect(hit).to_contain_text("RadionuclideTotalDose")
        expect(hit).to_contain_text("in RadiopharmaceuticalInformationSequence 1")
    field.fill("")
    sequence = page.locator(
        "#panel-header details", has_text="RadiopharmaceuticalInformationSequence"
    )
    sequence.locator("summary").click()
    expect(sequence.locator("li")).to_contain_text("RadionuclideHalfLife")


def test_suv_factors_are_told_with_their_inputs(visit, study):
    from made_series import DOSE, HALF_LIFE, WAITED, WEIGHT

    page = visit()
    opened(page, "pet")
    page.keyboard.press("4")
    panel = page.get_by_role("tabpanel", name="SUV")
    row = panel.locator("tr", has_text="Body weight").locator("td")
    factor = WEIGHT * 1000 / (DOSE * 0.5 ** (WAITED / HALF_LIFE))
    expect(row).to_be_visible()
    assert float(row.inner_text()) == pytest.approx(factor, rel=1e-7)
    for label, value in [("Weight", "70"), ("Half-life", "6586.2"), ("Decay since", "60")]:
        expect(panel.locator("tr", has_text=label).last).to_contain_text(value)


def test_without_factors_the_reason_is_told(visit):
    page = visit()
    opened(page, "light")
    page.keyboard.press("4")
    panel = page.get_by_role("tabpanel", name="SUV")
    expect(panel.locator(".failed")).to_contain_text("PatientWeight")
    opened(page, "ct")
    expect(panel).to_contain_text("Modality (0008,0060) is CT")


def test_length_is_drawn_within_the_policy(visit):
    page = visit()
    opened(page, "ct")
    page.keyboard.press("l")
    expect(page.get_by_role("radio", name="Length")).to_be_checked()
    box = page.locator("#stage").bounding_box()
    for at, move in [((0.4, 0.4), page.mouse.down), ((0.6, 0.4), page.mouse.up)]:
        page.mouse.move(box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"])
        move()
    expect(page.locator("#stage svg text")).to_contain_text("mm")


def test_without_the_bundle_the_page_says_what_is_missing(visit):
    page = visit("pictures")
    opened(page, "ct")
    expect(page.get_by_role("note")).to_contain_text("make serve-assets")
    assert page.locator("canvas.picture").evaluate("each => each.width") == 80
    assert page.get_by_role("radiogroup").count() == 0


def test_with_the_bundle_nothing_is_missing(visit):
    assert visit().get_by_role("note").count() == 0


def test_server_that_fails_is_told(visit):
    def failing(page):
        answer = {"status": 503, "json": {"error": "64 questions are being answered"}}
        page.route("**/api/images", lambda route: route.fulfill(**answer))

    page = visit(prepare=failing)
    expect(page.locator("#catalogue-state")).to_contain_text("64 questions are being answered")


def test_frame_that_fails_is_told_in_its_place(visit):
    def failing(page):
        answer = {"status": 422, "json": {"error": "its pixel data are too short"}}
        page.route("**/api/frame?*", lambda route: route.fulfill(**answer))

    page = visit(prepare=failing)
    expect(page.locator("#stage-state")).to_contain_text("its pixel data are too short")
    assert "frame?" not in page.locator("#stage-state").inner_text()


def test_server_without_images_says_so(visit):
    page = visit(
        prepare=lambda page: page.route("**/api/images", lambda route: route.fulfill(json=[]))
    )
    expect(page.locator("#catalogue-state")).to_contain_text("No images")
    expect(page.get_by_role("tabpanel")).to_contain_text("Nothing is chosen yet")
