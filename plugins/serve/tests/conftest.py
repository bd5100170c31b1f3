"""The server's tests share modules, which stand beside them and are imported by their names."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from metaprov_core import Host

sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def host():
    with Host(discover=True) as made:
        yield made
