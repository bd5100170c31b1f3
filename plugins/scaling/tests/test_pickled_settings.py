"""What of the settings goes along with a host to another process."""

from __future__ import annotations

import pickle

import pytest

import metaprov_core
import metaprov_scaling
from metaprov_core import Host
from metaprov_modules import SCALING
from metaprov_scaling import Given, settings


@pytest.fixture(autouse=True)
def _as_in_the_beginning():
    # Every host of the process has what was added; what other tests added may still be there.
    metaprov_core.clear(SCALING)
    yield
    metaprov_core.clear(SCALING)
    metaprov_scaling.configure()


def test_repairs_and_what_is_given_go_along():
    given = {"1.2.3": Given(weight=70)}
    metaprov_scaling.configure(repairs=False, given=given)
    pickled = pickle.dumps(Host(discover=True, only=["metaprov-scaling"]))
    metaprov_scaling.configure()

    pickle.loads(pickled)

    assert not settings.repairs_allowed()
    assert settings.given_for("1.2.3") == given["1.2.3"]


def test_factors_that_were_added_stay():
    metaprov_scaling.add("clinic:7", {"suvbw": 0.0004})
    host = Host(discover=True, only=["metaprov-scaling"])

    with pytest.raises(ValueError, match="factors were added in this process"):
        pickle.dumps(host)

    host.clear(SCALING, "clinic:7")
    assert pickle.dumps(host)
