"""Tests in a browser: asked for by METAPROV_TEST_VIEWER=1, for they need npm and Chromium."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: No GPU is needed: the pictures are drawn by the processor.
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
#: Parts of Node.js that Cornerstone's codecs and writers name, and no browser has.
OF_NODE = ["buffer", "crypto", "events", "fs", "module", "os", "path", "stream", "url", "util"]

wanted = os.environ.get("METAPROV_TEST_VIEWER") == "1"
collect_ignore_glob = [] if wanted else ["test_*.py"]

# Modules for several tests are imported by their names.
sys.path.append(str(HERE))


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder with the npm packages, installed once for each list of them."""
    listed = (HERE / "package.json").read_bytes()
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = caches / "metaprov-viewer-tests" / hashlib.sha256(listed).hexdigest()[:16]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Aside, then renamed: whole or not there, for other test runs too.
        with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
            installed = Path(aside, "installed")
            installed.mkdir()
            (installed / "package.json").write_bytes(listed)
            npm = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
            subprocess.run(npm, cwd=installed, check=True, timeout=900)
            try:
                installed.rename(folder)
            except OSError:
                if not folder.exists():  # Else another run was faster.
                    raise
    return folder


@pytest.fixture(scope="session")
def bundle(packages, tmp_path_factory) -> Path:
    """The folder of page.js with Cornerstone in it, the stock loader's worker, and its decoders."""
    folder = tmp_path_factory.mktemp("bundle")
    nothing = folder / "nothing.js"
    nothing.write_text("export class EventEmitter {}\nexport default {};\n", encoding="utf-8")
    worker = "node_modules/@cornerstonejs/dicom-image-loader/dist/esm/decodeImageFrameWorker.js"
    programs = [HERE / "page.js", packages / worker]
    esbuild = [packages / "node_modules/.bin/esbuild", *programs, "--bundle"]
    options = ["--format=esm", "--minify", "--log-level=error"]
    options += [f"--outdir={folder}", "--entry-names=[name]"]
    aliases = [f"--alias:{name}={nothing}" for name in OF_NODE]
    environment = {**os.environ, "NODE_PATH": str(packages / "node_modules")}
    subprocess.run([*esbuild, *options, *aliases], env=environment, check=True, timeout=300)
    for codec in packages.glob("node_modules/@cornerstonejs/codec-*/dist/*_decode.wasm"):
        shutil.copy(codec, folder)
    return folder


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """The folder that is served, and the series in it by name."""
    from made_compressed import COMPRESSED
    from made_pictures import PICTURES
    from made_series import SERIES

    folder = tmp_path_factory.mktemp("served")
    makers = {**SERIES, **PICTURES, **COMPRESSED}
    return folder, {name: make(folder / name) for name, make in makers.items()}


@pytest.fixture(scope="session")
def made(served):
    """Gives a series that is served: `made("pet")`."""
    return served[1].__getitem__


@pytest.fixture(scope="session")
def address(served, bundle):
    """Where the page is, and the server."""
    from made_pictures import CALIBRATIONS
    from running import running_with_all_found
    from viewer_page import with_page

    import metaprov_serve
    from metaprov_core import Host

    with Host(discover=True) as host:
        for name, calibration in CALIBRATIONS.items():
            for image_id in served[1][name].image_ids:
                host.add("calibratedPixelSpacing", image_id, calibration)
        app = metaprov_serve.app([served[0]], token=None, host=host)
        with running_with_all_found(with_page(app, bundle)) as address:
            yield address


@pytest.fixture(scope="session")
def browser():
    """Chromium: that of the environment, or of the PATH."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.fail("there is no chromium: run.sh gets it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def opened(browser, address):
    """The page, started; a session has one, since starting it takes long."""
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_function("window.viewer !== undefined")
    page.evaluate("viewer.start()")
    return page, errors


@pytest.fixture
def page(opened):
    """The page; a test during which it has an error, or an image cannot be loaded, fails."""
    page, errors = opened
    yield page
    failed = [*errors, *page.evaluate("loadErrors.splice(0)")]
    errors.clear()
    assert not failed


@pytest.fixture
def draw(page):
    """Draws a line with the mouse: `draw(images, (column, row), (column, row))`."""

    def draw(images, *ends):
        worlds = [images.world_of(*end) for end in ends]
        start, end = page.evaluate("points => viewer.inPage(points)", worlds)
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=4)
        page.mouse.up()

    return draw
