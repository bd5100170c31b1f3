"""A server of two studies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Not for those who test without a server's packages.
pytest.importorskip("uvicorn")
pytest.importorskip("httpx")

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="session")
def studies(tmp_path_factory) -> Path:
    """A folder with the two studies."""
    from made_studies import made_studies

    folder = tmp_path_factory.mktemp("studies")
    made_studies(folder)
    return folder


@pytest.fixture(scope="session")
def server(studies):
    """A server that has found all of them."""
    from serving import serving

    with serving([str(studies)]) as server:
        assert server.archive.index.wait(60)
        yield server
