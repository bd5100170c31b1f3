"""The settings of plugins are a part of the plan: with others, the answers are others."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial

import pytest

import metaprov_dicomweb
import metaprov_scaling
from metaprov_core import Host, hookimpl
from metaprov_scaling import Given
from metaprov_table import TableError, write
from metaprov_table.running.kept.settings import digests_of_settings


@pytest.fixture(autouse=True)
def as_in_the_beginning():
    yield
    metaprov_scaling.configure()
    metaprov_dicomweb.configure()


@pytest.fixture
def make(host, slice_at, tmp_path):
    slice_at(tmp_path / "scan" / "1.dcm")

    def write_it(**options):
        return write(
            tmp_path / "scan", output=tmp_path / "out.csv", types=["Rows"], host=host, **options
        )

    return write_it


def test_other_settings_are_another_plan(make):
    make()
    metaprov_scaling.configure(repairs=False)
    with pytest.raises(TableError, match=r"of another plan, with other settings of suv: --fresh"):
        make()
    metaprov_scaling.configure(repairs=True)
    assert make().up_to_date
    metaprov_scaling.configure(given={"1.2": Given(weight=70)})
    metaprov_dicomweb.configure(retries=9)
    with pytest.raises(TableError, match=r"with other settings of dicomweb, suv: --fresh"):
        make()
    assert not make(fresh=True).up_to_date
    assert make().up_to_date


def test_equal_settings_are_the_same_in_any_order_and_process(host):
    given = {"1.2": Given(weight=70), "1.3": Given(weight=80)}
    metaprov_scaling.configure(given=given)
    here = digests_of_settings(host)
    metaprov_scaling.configure(given=dict(reversed(given.items())))
    assert digests_of_settings(host) == here
    program = (
        "import metaprov_scaling\n"
        "from metaprov_core import Host\n"
        "from metaprov_table.running.kept.settings import digests_of_settings\n"
        "given = {f'1.{n}': metaprov_scaling.Given(weight=50 + 10 * n) for n in (3, 2)}\n"
        "metaprov_scaling.configure(given=given)\n"
        "print(digests_of_settings(Host(discover=True)))\n"
    )
    environment = {name: each for name, each in os.environ.items() if name != "PYTHONHASHSEED"}
    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert there.stdout.strip() == str(here)


def test_credentials_are_no_settings(host):
    base = "https://pacs.example.org/dicom-web"
    digests = []
    for token in ("first", "second"):
        metaprov_dicomweb.configure([metaprov_dicomweb.Server(base, bearer_token=token)])
        digests.append(digests_of_settings(host))
    assert digests[0] == digests[1]
    metaprov_dicomweb.configure([metaprov_dicomweb.Server(f"{base}/2", bearer_token="first")])
    assert digests_of_settings(host)["dicomweb"] != digests[0]["dicomweb"]


class Set:
    """A plugin that has a setting of some type."""

    def __init__(self, setting: object) -> None:
        self.setting = setting

    @hookimpl
    def copy_settings(self) -> partial[str]:
        return partial(repr, self.setting)


class Plain:
    def __init__(self, value: int) -> None:
        self.value = value


@pytest.mark.parametrize("make_setting", [Plain, lambda number: {str(number), "b", "c"}])
def test_a_setting_may_be_of_any_class(make_setting):
    def digests(number):
        with Host() as host:
            host.register(Set(make_setting(number)), "own")
            return digests_of_settings(host)

    assert digests(1) == digests(1) != digests(2)
    assert list(digests(1)) == ["own"]
