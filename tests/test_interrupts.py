"""Ctrl-C at any moment leaves the host and every cache able to answer, keep and forget.

20,000 real interrupts in all, each followed by a look at everything: `interrupted.py`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="this system has no timers that interrupt"
)

INTERRUPTS = {
    "get": 4_000,
    "get_many": 2_000,
    "explain": 3_000,
    "add": 2_000,
    "changed": 3_000,
    "clear": 2_000,
    "register": 1_500,
    "replace": 1_000,
    "refresh": 500,
    "find_images": 1_000,
}


@pytest.mark.parametrize("call", INTERRUPTS)
def test_everything_works_after_an_interrupt_of(call):
    """With the caches of before, `get` left an id loading for ever, `changed` nothing kept."""
    ran = subprocess.run(
        [sys.executable, Path(__file__).parent / "interrupted.py", call, str(INTERRUPTS[call])],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    # Python itself writes of an interrupt that comes while a generator is thrown away.
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"{INTERRUPTS[call]} interrupts of {call}: everything works\n"
