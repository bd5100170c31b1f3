"""For the tests of plugins; needs pytest, which nothing else of metaprov does.

`ProviderConformanceTests` is a base class of tests: a plugin inherits it, gives a few image ids
with the answers to expect, and has the whole contract tested. Beside it, pytest has the fixtures
``metaprov_host`` (without discovery), ``metaprov_host_with(plugin)`` and ``metaprov_recorder``
wherever metaprov is installed.
"""

from __future__ import annotations

from .conformance import ProviderConformanceTests
from .recorder import Asked, Recorder

__all__ = ["Asked", "ProviderConformanceTests", "Recorder"]
