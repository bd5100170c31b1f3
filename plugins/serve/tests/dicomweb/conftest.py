"""A server of two studies; modules for several tests are loaded by their paths."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

# Not for those who test without a server's packages.
pytest.importorskip("uvicorn")
pytest.importorskip("httpx")

for _name in ("made_studies", "serving"):
    _spec = importlib.util.spec_from_file_location(_name, Path(__file__).with_name(f"{_name}.py"))
    sys.modules[_name] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules[_name])


@pytest.fixture(scope="session")
def studies(tmp_path_factory) -> Path:
    """A folder with the two studies."""
    folder = tmp_path_factory.mktemp("studies")
    sys.modules["made_studies"].made_studies(folder)
    return folder


@pytest.fixture(scope="session")
def server(studies):
    """A server that has found all of them."""
    with sys.modules["serving"].serving([str(studies)]) as server:
        assert server.archive.index.wait(60)
        yield server
