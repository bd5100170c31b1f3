"""The server's tests share what they ask."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from metaprov_core import Host

if "asked_server" not in sys.modules:
    _spec = importlib.util.spec_from_file_location(
        "asked_server", Path(__file__).with_name("asked_server.py")
    )
    sys.modules["asked_server"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["asked_server"])


@pytest.fixture
def host():
    with Host(discover=True) as made:
        yield made
