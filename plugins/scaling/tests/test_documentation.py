"""What the pages say is what the code does."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from metaprov_scaling import Note, PetHeader
from metaprov_scaling.suv.headers import header, private
from metaprov_scaling.suv.notes import KINDS

PLUGIN = Path(__file__).parents[1]


def test_every_note_is_in_the_table_with_its_severity_and_its_meaning():
    page = (PLUGIN / "SUV.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", page, re.MULTILINE)

    assert {code: tuple(rest) for code, *rest in rows} == KINDS


def test_the_code_that_the_class_of_a_note_names_is_one():
    named = re.findall(r'A word for programs, such as "(\w+)"', Note.__doc__)

    assert len(named) == 1
    assert set(named) <= set(KINDS)


def test_every_rule_links_a_file_that_is_there():
    links = re.findall(r"\]\((metaprov_scaling/[\w/]+\.py)\)", (PLUGIN / "SUV.md").read_text())

    assert len(links) >= 8
    assert all((PLUGIN / link).is_file() for link in links)


def test_the_comparison_is_written_from_a_run():
    page = (PLUGIN / "SUV.md").read_text()

    assert re.search(r"<!-- comparison: .* -->\n\n\| +\| metaprov-scaling", page)


def test_the_examples_of_the_readme_run():
    pytest.importorskip("numpy")
    results = doctest.testfile(str(PLUGIN / "README.md"), module_relative=False)

    assert results.failed == 0
    assert results.attempted >= 5


@pytest.mark.parametrize("name", ["apply", "suv.given"])
def test_the_examples_of_the_code_run(name):
    import importlib

    pytest.importorskip("numpy")
    results = doctest.testmod(importlib.import_module(f"metaprov_scaling.{name}"))

    assert (results.failed, results.attempted > 0) == (0, True)


def test_the_tables_of_attributes_fill_every_field_of_a_header():
    of_tables = len(header._ROOT) + 1 + len(header._TRACER) + len(private._PRIVATE)

    assert PetHeader._fields[len(header._ROOT)] == "tracers"
    # The others are those of frames.
    assert PetHeader._fields[of_tables:] == (
        "has_functional_groups",
        "frame_reference_datetime",
        "is_gated",
        "is_dose_in_megabecquerel",
    )
