"""A page of OHIF, what failed on it, and what its viewports show."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CANVAS: Final = "canvas.cornerstone-canvas"
#: Levels of red from which on a viewport shows an image.
LEVELS: Final = 12
ALL_SHOW_IMAGES: Final = """([selector, count, levels]) => {
  const canvases = [...document.querySelectorAll(selector)];
  const middleOf = ({ width, height }) => [width / 4, height / 4, width / 2, height / 2];
  const showsImage = (canvas) => {
    if (!canvas.width || !canvas.height) return false;
    const { data } = canvas.getContext("2d").getImageData(...middleOf(canvas));
    return new Set(data.filter((_, place) => place % 4 === 0)).size > levels;
  };
  return canvases.length >= count && canvases.every(showsImage);
}"""
SECONDS: Final = 90
#: OHIF shows people around at their first visit, over the image.
NO_TOUR: Final = """localStorage.setItem('shownTours',
    JSON.stringify(['basicViewerTour']))"""


class OhifPage:
    """A page of a server, opened at one path after the other; ``failures`` are those since then.

    A page for each would fetch and compile OHIF for each.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self._context = browser.new_context(viewport={"width": 1280, "height": 800})
        self._context.add_init_script(NO_TOUR)
        self._page = self._context.new_page()
        self._page.on("pageerror", lambda error: self.failures.append(f"page: {error}"))
        self._page.on("response", self._answered)
        self._page.on("request", self._asked)
        self._page.on("console", self._said)
        self._address = address
        self.failures: list[str] = []

    def open(self, path: str) -> Page:
        # What is still under way fails by being left.
        self._page.goto("about:blank")
        self.failures.clear()
        self._page.goto(self._address + path)
        return self._page

    def close(self) -> None:
        self._context.close()

    def _answered(self, response) -> None:
        if response.status >= 400:
            self.failures.append(f"{response.status} of {response.url}")

    def _asked(self, request) -> None:
        if not request.url.startswith((self._address, "about:", "blob:", "data:")):
            self.failures.append(f"asked elsewhere: {request.url}")

    def _said(self, message) -> None:
        if message.type == "error":
            self.failures.append(f"console: {message.text}")


def shown(page: Page, count: int = 1) -> list[np.ndarray]:
    """The grey of each of so many viewports, once all of them show an image."""
    wanted = [CANVAS, count, LEVELS]
    page.wait_for_function(ALL_SHOW_IMAGES, arg=wanted, polling=200, timeout=SECONDS * 1000)
    urls = page.locator(CANVAS).evaluate_all("all => all.map((each) => each.toDataURL())")
    return [grey_of(b64decode(url.partition(",")[2])) for url in urls]


def grey_of(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("L"), float)


def likeness(picture: np.ndarray, png: bytes) -> float:
    """The correlation of a viewport with a picture that fills it up to its shorter side."""
    image = Image.open(BytesIO(png)).convert("L")
    rows, columns = picture.shape
    scale = min(rows / image.height, columns / image.width)
    width, height = round(image.width * scale), round(image.height * scale)
    left, top = (columns - width) // 2, (rows - height) // 2
    wanted = np.asarray(image.resize((width, height)), float)
    seen = picture[top : top + height, left : left + width]
    return float(np.corrcoef(seen.ravel(), wanted.ravel())[0, 1])
