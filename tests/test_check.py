"""What `metaprov check` tells an author of a plugin: where, what, and what to do."""

from __future__ import annotations

from textwrap import dedent

import pytest

from metaprov_core import PluginRecord
from metaprov_core.cli.findings import findings


@pytest.fixture
def check(site):
    """The findings about a plugin of this source: where, what, and what to do."""

    def check(source):
        site.install(
            "clinic", "from metaprov_core import MetadataPlugin, hookimpl\n" + dedent(source)
        )
        host = site.host()
        return [
            (each.where.rpartition("/")[2], each.message, each.advice)
            for each in findings(host.plugins(), host.providers())
            if each.plugin == "clinic (clinic 1.0)"
        ]

    return check


def test_a_function_called_as_a_hook_that_is_not_marked_is_found(check):
    found = check("""\
        @hookimpl(types=["patientModule"])
        def get_metadata(image_id): ...

        def add_metadata(type, image_id, value):
            return True
        """)

    assert found == [
        (
            "clinic.py:5",
            "add_metadata is not marked, so it is never called",
            "mark it with @hookimpl, or give it a name that no hook has",
        )
    ]


def test_an_unmarked_override_is_found_and_what_is_inherited_is_not(site):
    site.install(
        "clinic",
        entry_points={"clinic": "clinic:Clinic"},
        source=dedent("""\
            from metaprov_core import MetadataPlugin, hookimpl

            class Clinic(MetadataPlugin):
                @hookimpl(types=["patientModule"])
                def get_metadata(self, image_id): ...

                def clear_metadata(self, type, image_id): ...
            """),
    )
    host = site.host()

    (found,) = findings(host.plugins(), host.providers())

    assert found.where.endswith("clinic.py:7")
    assert found.message == "clear_metadata is not marked, so it is never called"


def test_functions_of_one_plugin_that_serve_the_same_type_are_found(check):
    found = check("""\
        @hookimpl(specname="get_metadata", types=["patientModule", "a"])
        def first(image_id): ...

        @hookimpl(specname="get_metadata", types=["patientModule", "b"])
        def second(image_id): ...
        """)

    assert found == [
        (
            "clinic.py:5",
            "serves patientModule, as does clinic:first, and is asked first because of its name",
            "keep their types apart, or mark one tryfirst=True",
        )
    ]


@pytest.mark.parametrize(
    "options",
    ['types=["b"]', 'types=["a"], schemes=["ward"]', 'types=["a"], tryfirst=True'],
)
def test_functions_that_differ_in_type_scheme_or_group_are_not(check, options):
    found = check(f"""\
        @hookimpl(specname="get_metadata", types=["a"], schemes=["clinic"])
        def first(image_id): ...

        @hookimpl(specname="get_metadata", {options})
        def second(image_id): ...
        """)

    assert found == []


@pytest.mark.parametrize(
    ("import_cpu_ms", "is_found"), [(None, False), (199.0, False), (201.0, True)]
)
def test_a_plugin_that_is_slow_to_import_on_any_machine_is_found(import_cpu_ms, is_found):
    record = PluginRecord("clinic", import_cpu_ms=import_cpu_ms, order=1)

    found = [(each.message, each.advice) for each in findings([record], [])]

    slow = (
        "takes 201 ms of CPU time to import, which the first question of every process waits for",
        "import what is heavy in the function that needs it",
    )
    assert found == [slow] * is_found
