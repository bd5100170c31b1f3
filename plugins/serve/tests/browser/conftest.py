"""Tests in a browser: asked for by METAPROV_TEST_VIEWER=1, for they need npm and Chromium."""

from __future__ import annotations

import hashlib
import importlib.util
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

if wanted:
    for name in (
        "made_images",
        "made_series",
        "made_pictures",
        "answering",
        "inspecting",
        "ohif_pages",
    ):
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


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
    """The folder of page.js with Cornerstone in it, and of the stock loader's worker."""
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
    return folder


@pytest.fixture(scope="session")
def address(bundle):
    """Where the page and its API are served."""
    from answering import app_of, running

    from metaprov_core import Host

    with Host(discover=True) as host, running(app_of(host, bundle)) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("chromium is not installed: apt-get install chromium")
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


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Makes a series once: `made("pet")`."""
    import made_pictures
    import made_series

    makers = {**vars(made_series), **vars(made_pictures)}
    kept = {}

    def make(name: str):
        if name not in kept:
            kept[name] = makers[name](tmp_path_factory.mktemp(name))
        return kept[name]

    return make
