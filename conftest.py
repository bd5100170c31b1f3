"""What the tests of all packages share: the command, and what no test may depend on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable

METAPROV = Path(sys.executable).with_name("metaprov")

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

# A shell lets what it runs in the background ignore Ctrl-C, and so does all that is started there.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def metaprov() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run metaprov; what it says is text."""
    pytest.importorskip("typer")

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: each for name, each in os.environ.items() if not name.startswith("METAPROV_")}
        return subprocess.run(  # noqa: S603 - the tests' own arguments
            [METAPROV, *map(str, arguments)],
            env={**kept, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
