"""A page of OHIF, what failed on it, and what its viewports show."""

from __future__ import annotations

import time
from io import BytesIO
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CANVAS: Final = "canvas.cornerstone-canvas"
#: Grey levels from which on a viewport shows an image.
LEVELS: Final = 12
SECONDS: Final = 90
#: OHIF shows people around at their first visit, over the image.
NO_TOUR: Final = """localStorage.setItem('shownTours',
    JSON.stringify(['basicViewerTour']))"""


class OhifPages:
    """Pages of one server; ``failures`` are those of all of them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 800})
        self.context.add_init_script(NO_TOUR)
        self.address = address
        self.failures: list[str] = []

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.failures.append(f"page: {error}"))
        page.on("response", self._answered)
        page.on("request", self._asked)
        page.on("console", self._said)
        page.goto(self.address + path)
        return page

    def _answered(self, response) -> None:
        if response.status >= 400:
            self.failures.append(f"{response.status} of {response.url}")

    def _asked(self, request) -> None:
        if not request.url.startswith((self.address, "blob:", "data:")):
            self.failures.append(f"asked elsewhere: {request.url}")

    def _said(self, message) -> None:
        if message.type == "error":
            self.failures.append(f"console: {message.text}")


def shown(page: Page, count: int = 1) -> list[np.ndarray]:
    """The grey of each of so many viewports, once all of them show an image."""
    end = time.monotonic() + SECONDS
    while True:
        canvases = page.locator(CANVAS)
        pictures = [grey_of(canvases.nth(place).screenshot()) for place in range(canvases.count())]
        if len(pictures) >= count and all(has_image(picture) for picture in pictures):
            return pictures
        levels = [len(np.unique(picture)) for picture in pictures]
        assert time.monotonic() < end, f"{count} viewports with images are expected: {levels}"
        page.wait_for_timeout(500)


def grey_of(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)).convert("L"), float)


def has_image(picture: np.ndarray) -> bool:
    """Overlays are along the edges."""
    rows, columns = picture.shape
    middle = picture[rows // 4 : 3 * rows // 4, columns // 4 : 3 * columns // 4]
    return len(np.unique(middle)) > LEVELS


def likeness(picture: np.ndarray, png: bytes) -> float:
    """The correlation of a viewport with a picture that fills it up to its shorter side."""
    image = Image.open(BytesIO(png)).convert("L")
    rows, columns = picture.shape
    scale = min(rows / image.height, columns / image.width)
    width, height = round(image.width * scale), round(image.height * scale)
    left, top = (columns - width) // 2, (rows - height) // 2
    wanted = np.asarray(image.resize((width, height)), float)
    # Corners have text over them.
    inner = (slice(height // 8, -height // 8), slice(width // 8, -width // 8))
    seen = picture[top : top + height, left : left + width][inner]
    return float(np.corrcoef(seen.ravel(), wanted[inner].ravel())[0, 1])
