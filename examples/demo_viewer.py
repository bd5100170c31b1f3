"""A folder in the inspector and in OHIF, as `make demo-viewer` runs it: pictures of both pages."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pydicom
from playwright.sync_api import Browser, Page, sync_playwright
from pydicom.data import get_testdata_file

import phantom

FOLDER = Path("demo-viewer")
IMAGES = FOLDER / "images"
#: Chromium without a GPU.
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
#: Of pydicom: CT, MR, US in color, a palette, CT in JPEG 2000, a dose.
OTHERS = ("CT_small", "MR_small", "examples_rgb_color", "examples_palette", "693_J2KI", "rtdose")
#: OHIF shows people around at their first visit.
NO_TOUR = "localStorage.setItem('shownTours', JSON.stringify(['basicViewerTour']))"
CANVAS = "canvas.cornerstone-canvas"


def main() -> None:
    if not IMAGES.exists():
        write_images(IMAGES)
    command = ["metaprov", "serve", str(IMAGES), "--ohif", "npm"]
    with served([*command, "--port", "0", "--json"]) as pages, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        pictures = [picture_of_inspector(browser, pages["inspector"])]
        pictures += pictures_of_ohif(browser, pages["ohif"])
        browser.close()
    print("pictures:", *pictures)
    print("to look at it yourself:", *command, "--open")


def write_images(folder: Path) -> None:
    """A PET/CT study, and single images of others."""
    phantom.write_phantom(folder)
    for name in OTHERS:
        shutil.copy(get_testdata_file(f"{name}.dcm", download=False), folder)


@contextmanager
def served(command: list[str]) -> Iterator[dict[str, str]]:
    """The URL of each page, while the server runs."""
    program = Path(sys.executable).with_name(command[0])
    with subprocess.Popen([program, *command[1:]], stdout=subprocess.PIPE, text=True) as server:
        try:
            yield json.loads(server.stdout.readline() or sys.exit(server.wait()))
        finally:
            server.terminate()


def picture_of_inspector(browser: Browser, url: str) -> Path:
    """The PT series, its SUV under the cursor, and the factors with what they rest on."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(url)
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("treeitem", name="Thorax, attenuation corrected").locator("> .row").click()
    page.wait_for_selector("#stage.shown")
    page.locator("#stage").focus()
    for key in ["Home", *["PageDown"] * 2, *["ArrowDown"] * 6]:
        page.keyboard.press(key)
    page.locator("#tab-suv").click()
    page.wait_for_selector("#panel-suv table")
    stage = page.locator("#stage").bounding_box()
    page.mouse.move(stage["x"] + 0.348 * stage["width"], stage["y"] + 0.456 * stage["height"])
    return picture(page, "inspector.png")


def pictures_of_ohif(browser: Browser, url: str) -> list[Path]:
    """The study list, and PET and CT fused, in the middle of the thorax."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(NO_TOUR)
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("text=Phantom")
    pictures = [picture(page, "ohif-list.png")]
    study = pydicom.dcmread(IMAGES / "ct" / "001.dcm", stop_before_pixels=True).StudyInstanceUID
    page.goto(f"{url.partition('?')[0]}tmtv?StudyInstanceUIDs={study}")
    page.wait_for_selector(CANVAS)
    page.wait_for_load_state("networkidle")
    page.locator(CANVAS).nth(6).hover()
    for _ in range(20):
        page.mouse.wheel(0, 100)
    return [*pictures, picture(page, "ohif-fusion.png")]


def picture(page: Page, name: str) -> Path:
    """A picture of a page that has come to rest."""
    before, now = b"", page.screenshot()
    while now != before:
        page.wait_for_timeout(1000)
        before, now = now, page.screenshot()
    path = FOLDER / name
    path.write_bytes(now)
    return path


if __name__ == "__main__":
    main()
