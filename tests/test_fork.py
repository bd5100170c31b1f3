"""A forked child, such as a worker of a data loader, goes on with what its parent knew.

Whatever the other threads of the parent did at that moment: `forked.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@pytest.mark.parametrize(
    "scene", ["loading", "waiting", "changing", "registering", "at_any_moment"]
)
def test_a_child_forked_while_another_thread_is(scene):
    """With the locks and the loads of the parent it hung, or answered half of a change."""
    ran = subprocess.run(
        [sys.executable, Path(__file__).parent / "forked.py", scene],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout == f"{scene}: the child goes on\n"
