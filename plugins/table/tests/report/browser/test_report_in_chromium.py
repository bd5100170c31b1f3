"""The page as a browser shows it: without a request or a script; light, dark and on paper."""

from __future__ import annotations

import pytest

from metaprov_table.checking import FINDINGS
from metaprov_table.checking.database import opened
from metaprov_table.checking.found import found
from metaprov_table.report.page import page as page_of


@pytest.fixture(scope="module")
def report(seeded_table):
    """The file of the page of the seeded table."""
    file = seeded_table.with_name("seen.html")
    with opened(seeded_table) as database:
        seen = list(found(database, FINDINGS))
        file.write_text(
            page_of(seeded_table, database, seen, cases="out.findings.parquet"), "utf-8"
        )
    return file


@pytest.fixture
def shown(chromium, report):
    """The page, opened, and all that the browser asked for and complained of."""
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    requests, messages = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.goto(report.as_uri())
    yield page, requests, messages
    page.close()


def colour_of(page, selector, name="color"):
    return page.eval_on_selector(selector, f"each => getComputedStyle(each).{name}")


def test_it_makes_no_request_and_breaks_no_policy(shown, report):
    _, requests, messages = shown

    assert requests == [report.as_uri()]
    assert messages == []


def test_all_of_it_is_there(shown):
    page, _, _ = shown

    assert page.locator("details").count() == len(FINDINGS)
    assert page.locator("figure svg").count() == 7
    assert page.get_by_role("img", name="Slice step").is_visible()
    page.get_by_role("link", name="truncated").click()
    assert page.locator("details#truncated").is_visible()


def test_figures_have_the_colours_of_the_page(shown):
    page, _, _ = shown
    bar = "figure svg path[fill^='var(--s1)']"

    light = colour_of(page, bar, "fill")
    page.emulate_media(color_scheme="dark")
    dark = colour_of(page, bar, "fill")

    assert light.startswith("rgb(")
    assert dark.startswith("rgb(")
    assert light != dark


def test_it_is_dark_where_one_likes_it_dark_and_light_on_paper(shown):
    page, _, _ = shown

    assert colour_of(page, "body", "backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark")
    assert colour_of(page, "body", "backgroundColor") == "rgb(20, 24, 31)"
    page.emulate_media(color_scheme="dark", media="print")
    assert colour_of(page, "body", "backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [1200, 800, 400])
def test_nothing_stands_out_of_a_window(shown, width):
    page, _, _ = shown
    page.set_viewport_size({"width": width, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_script_runs_whoever_writes_one(shown):
    page, _, messages = shown

    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'x = 1'}))"
    )

    assert page.evaluate("typeof x") == "undefined"
    assert "Content Security Policy" in messages[0]
