"""The examples in the specification of each hook."""

from __future__ import annotations

import doctest

import pytest

from metaprov_core.hooks import specs


@pytest.mark.parametrize("hook", specs.__all__)
def test_the_example_of_a_hook_runs(hook):
    (example,) = doctest.DocTestFinder().find(getattr(specs, hook), hook, module=specs, globs={})
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0
