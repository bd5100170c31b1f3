"""Tests are no package: a module for several of them is loaded by its path."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

if importlib.util.find_spec("numpy") is not None:
    _spec = importlib.util.spec_from_file_location(
        "made_volumes", Path(__file__).with_name("made_volumes.py")
    )
    sys.modules["made_volumes"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["made_volumes"])
