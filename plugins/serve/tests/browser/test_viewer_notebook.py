"""Images in a real JupyterLab: shown, gone through and read out, over its kernel alone."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

TOKEN = "the-token-of-the-tests"
#: JupyterLab and its kernel begin within this many seconds, on a busy machine too.
PATIENCE = 120
#: Places of the stage, as fractions of its width and height.
POINTS = [(0.5, 0.5), (0.41, 0.42), (0.56, 0.27), (0.58, 0.71)]
#: Nothing is to be fetched from elsewhere.
SETTINGS = {"fetchNews": "false", "checkForUpdates": False}


@pytest.fixture(scope="module")
def series(made):
    """PT and CT, each in a folder below one."""
    pet, ct = made("pet"), made("ct")
    return {"pet": pet, "ct": ct}


def folder_of(made) -> str:
    return str(Path(made.image_ids[0].removeprefix("dicomfile:")).parent)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab with nothing in it: its address, and the folder of its notebooks."""
    folder = tmp_path_factory.mktemp("lab")
    names = ("config", "data", "runtime")
    environment = os.environ | {f"JUPYTER_{name.upper()}_DIR": str(folder / name) for name in names}
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(SETTINGS))
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(folder / "settings")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    options = {
        "ServerApp.port": address.rpartition(":")[2],
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": notebooks,
        "IdentityProvider.token": TOKEN,
    }
    told = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *told]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            answers(f"{address}/api", server, folder / "log")
            yield address, notebooks
        finally:
            server.terminate()
            server.wait(PATIENCE)


def answers(address: str, server: subprocess.Popen, log: Path) -> None:
    """Waits until a server does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            return urlopen(address).close()
        except URLError:
            time.sleep(0.1)
    pytest.fail(f"JupyterLab does not answer: {log.read_text()}")


@pytest.fixture
def run(browser, lab, request):
    """Runs the cells of a notebook; a test fails over an error of the page, and of a cell.

    A test fails too over what a page asks of anybody but JupyterLab.
    """
    address, notebooks = lab
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    wrong: list[str] = []

    def run(*cells: str):
        name = f"{request.node.name}.ipynb"
        (notebooks / name).write_text(json.dumps(notebook_of(cells)))
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        ours = (address, address.replace("http", "ws"), "blob:", "data:")
        page.on("request", lambda asked: asked.url.startswith(ours) or wrong.append(asked.url))
        page.goto(f"{address}/lab/tree/{name}?token={TOKEN}&reset")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
        run_all_cells(page)
        return page

    yield run
    expect.set_options(timeout=None)
    for kernel in context.request.get(f"{address}/api/kernels?token={TOKEN}").json():
        context.request.delete(f"{address}/api/kernels/{kernel['id']}?token={TOKEN}")
    context.close()
    assert not wrong


def run_all_cells(page) -> None:
    """By the menu; JupyterLab forgets it where the kernel is not quite there yet."""
    has_begun = page.locator(".jp-InputArea-prompt").first
    for _ in range(PATIENCE // 10):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            return expect(has_begun).to_have_text(re.compile(r"\[(\*|\d+)\]"), timeout=10_000)
        except AssertionError:
            pass
    pytest.fail("JupyterLab does not run the cells")


def notebook_of(cells) -> dict:
    """As a file has it (nbformat 4.5)."""
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": [{**cell, "id": f"cell{at}", "source": cells[at]} for at in range(len(cells))],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def showing(what: object) -> str:
    return f"import metaprov_serve\nmetaprov_serve.show({what!r})"


def types(page, source: str) -> None:
    """Runs something in the last cell."""
    page.locator(".jp-CodeCell").last.get_by_role("textbox").fill(source)
    page.keyboard.press("Shift+Enter")


def shown(page, number: int = 0):
    """The widget of an output, once it has its image."""
    widget = page.locator("#image").nth(number)
    expect(widget.locator("#stage")).to_have_class("shown")
    return widget


def read(page, widget, at) -> dict | None:
    """What is said to be under a place of the stage; None beside the image."""
    box = widget.locator("#stage").bounding_box()
    page.mouse.move(box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"])
    pixel = widget.locator("#pixel").inner_text()
    if "," not in pixel:
        return None
    world = widget.locator("#place data").evaluate_all("all => all.map(each => +each.value)")
    values = widget.locator("#value data").evaluate_all(
        "all => all.map(each => [+each.value, each.dataset.unit])"
    )
    return {"pixel": [int(part) for part in pixel.split(",")], "world": world, "values": values}


def slice_of(widget) -> int:
    """Which image is chosen, counted from 0."""
    return int(widget.get_by_role("slider").get_attribute("aria-valuenow")) - 1


def reads(page, widget, made, place: int, unit: str) -> None:
    """Waits for an image, and compares values under the cursor with those of NumPy."""
    height = made.world_of(0, 0, place)[2]
    told = f"{height:.1f}mm".replace("-", "\u2212")
    # Where the cursor was before the image came, it is told of when it moves again.
    for at in islice(cycle(POINTS), 300):
        read(page, widget, at)
        if told in widget.locator("#place").text_content():
            break
        page.wait_for_timeout(200)
    expect(widget.locator("#place")).to_contain_text(told)
    found = [each for each in (read(page, widget, at) for at in POINTS) if each]
    assert len(found) >= 2
    for each in found:
        column, row = each["pixel"]
        assert made.index_of(each["world"]) == pytest.approx([column, row, place], abs=0.51)
        value, told = each["values"][0]
        assert value == pytest.approx(made.values[place, row, column], rel=1e-6)
        assert told == unit


def test_value_under_the_cursor_is_what_numpy_computes(run, series):
    page = run(showing(folder_of(series["pet"])))
    widget = shown(page)
    for key in ("ArrowDown", "PageDown", "Home"):
        reads(page, widget, series["pet"], slice_of(widget), "SUVbw")
        widget.locator("#stage").press(key)
    _, (activity, unit) = read(page, widget, POINTS[0])["values"]
    assert unit == "Bq/ml"
    assert activity > 100


def test_series_is_gone_through_by_wheel_keys_and_slider(run, series):
    page = run(showing(series["ct"].image_ids))
    widget = shown(page)
    stage, slider = widget.locator("#stage"), widget.get_by_role("slider")
    start = slice_of(widget)
    read(page, widget, POINTS[0])
    page.mouse.wheel(0, 120)
    expect(slider).to_have_attribute("aria-valuenow", str(start + 2))
    stage.press("End")
    assert slice_of(widget) == 11
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 10, box["y"] + box["height"] / 2)
    assert slice_of(widget) == 0
    slider.press("ArrowRight")
    reads(page, widget, series["ct"], 1, "HU")


def test_keys_of_the_image_are_none_of_the_notebook(run, series):
    page = run("first = 1", showing(series["ct"].image_ids), "last = 1")
    widget = shown(page)
    cell = page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    widget.locator("#stage").click()
    active = cell.get_attribute("data-windowed-list-index")
    for key in ("ArrowDown", "ArrowUp", "d", "d", "x", "l"):
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-CodeCell").count() == 3
    assert cell.get_attribute("data-windowed-list-index") == active
    expect(widget.get_by_role("radio", name="Length")).to_have_attribute("aria-checked", "true")


def test_several_series_are_chosen_from_a_list(run, series):
    page = run(showing([*series["pet"].image_ids, *series["ct"].image_ids]))
    widget = shown(page)
    select, slider = widget.get_by_label("Series", exact=True), widget.get_by_role("slider")
    for modality, name, unit in [("CT", "ct", "HU"), ("PT", "pet", "SUVbw")]:
        (label,) = select.locator("option", has_text=modality).all_inner_texts()
        select.select_option(label=label)
        expect(widget.locator("#image-title")).to_contain_text(modality)
        count = len(series[name].image_ids)
        expect(slider).to_have_attribute("aria-valuemax", str(count))
        reads(page, widget, series[name], (count - 1) // 2, unit)


def test_widgets_of_the_same_images_live_and_end_apart(run, series):
    show = f"metaprov_serve.show({series['pet'].image_ids!r})"
    page = run(f"import metaprov_serve\nfirst = {show}\nfirst", show, "")
    one, other = shown(page, 0), shown(page, 1)
    one.locator("#stage").press("Home")
    other.locator("#stage").press("End")
    reads(page, one, series["pet"], 0, "SUVbw")
    reads(page, other, series["pet"], 23, "SUVbw")
    types(page, "first.close()")
    expect(page.locator("#image")).to_have_count(1)
    reads(page, shown(page), series["pet"], 23, "SUVbw")
    shown(page).locator("#stage").press("ArrowUp")
    reads(page, shown(page), series["pet"], 22, "SUVbw")


def test_images_are_read_while_a_cell_runs(run, series, tmp_path):
    page = run(showing(series["pet"].image_ids), "")
    widget = shown(page)
    types(page, f"import os, time\nwhile not os.path.exists('{tmp_path}/go'): time.sleep(0.05)")
    expect(page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(1)
    widget.locator("#stage").press("End")
    reads(page, widget, series["pet"], 23, "SUVbw")
    expect(page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(1)
    (tmp_path / "go").touch()


def test_image_that_cannot_be_read_is_told(run, tmp_path):
    page = run(showing([f"dicomfile:{tmp_path}/lost.dcm"]))
    expect(page.locator("#image .state.failed")).to_contain_text("no such file")


def test_without_the_bundle_pictures_are_shown_and_it_is_said_what_is_missing(
    run, series, tmp_path
):
    without = f"""
import shutil
from metaprov_serve.inspector import routes
ignored = shutil.ignore_patterns("vendor")
routes.PAGE = shutil.copytree(routes.PAGE, {str(tmp_path / "page")!r}, ignore=ignored)
"""
    page = run(without + showing(series["pet"].image_ids))
    widget = shown(page)
    expect(widget.get_by_role("note")).to_contain_text("make serve-assets")
    assert widget.locator("canvas.picture").evaluate("each => each.width") == 48
    widget.locator("#stage").press("Home")
    reads(page, widget, series["pet"], 0, "SUVbw")
