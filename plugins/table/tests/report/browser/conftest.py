"""Tests in a browser: asked for by METAPROV_TEST_VIEWER=1, for they need Chromium."""

from __future__ import annotations

import os
import shutil

import pytest

collect_ignore_glob = [] if os.environ.get("METAPROV_TEST_VIEWER") == "1" else ["test_*.py"]


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
