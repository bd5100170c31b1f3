"""What is known of this project's own packages, where one is missing, disabled or failed."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import pytest

import metaprov_core
from metaprov_core import Host, PluginRecord
from metaprov_core.asking import known
from metaprov_core.asking.known import (
    KNOWN_DISTRIBUTIONS,
    hints_for_command,
    hints_for_question,
    hints_for_source,
)

ROOT = Path(__file__).parents[1]

SUV = "plugin 'suv' of metaprov-scaling, which answers scalingModule, "
ABSENT = "is not installed: python -m pip install "


@pytest.fixture
def nothing_installed(monkeypatch):
    """None of the distributions of this project is there."""

    def distribution(name):
        raise known.importlib_metadata.PackageNotFoundError(name)

    monkeypatch.setattr(known.importlib_metadata, "distribution", distribution)


@pytest.fixture
def suv(site):
    """A stand-in for metaprov-scaling."""

    def install(source):
        site.write("stand_in", source)
        site.install(
            "metaprov-scaling",
            entry_points="[metaprov.providers]\nsuv = stand_in\n"
            "[metaprov.commands]\nsuv = stand_in:command\n",
        )

    return install


NO_LICENCE = "raise OSError('no licence')"


@pytest.mark.parametrize(
    ("type", "image_id", "hints"),
    [
        ("scalingModule", "clinic:1", [f"{SUV}{ABSENT}metaprov-scaling"]),
        (
            "imagePlaneModule",
            "a.dcm",
            [
                (
                    "plugin 'dicom-modules' of metaprov-dicom, which answers imagePlaneModule, "
                    f"{ABSENT}metaprov-dicom"
                )
            ],
        ),
        (
            "instance",
            "wadors:https://x/studies/1/series/2/instances/3",
            [
                (
                    "plugin 'dicomweb' of metaprov-dicomweb, which reads wadors: ids, "
                    f"{ABSENT}metaprov-dicomweb"
                )
            ],
        ),
        (
            "PatientName",
            "clinic:1",
            [
                (
                    "plugin 'dicom-attributes' of metaprov-dicom, which answers attributes by "
                    f"their keywords, {ABSENT}metaprov-dicom"
                )
            ],
        ),
        ("weight", "clinic:1", []),
    ],
)
def test_what_is_not_installed_is_named(nothing_installed, type, image_id, hints):
    explanation = Host(discover=True, only=[]).explain(type, image_id)
    scheme = metaprov_core.parse_image_id(image_id).scheme

    assert list(hints_for_question(type, scheme, [], [])) == hints
    # What tests come with is installed, but not used.
    assert len(explanation.hints) in {0, len(hints)}


@pytest.mark.parametrize(
    ("options", "environment", "reason"),
    [
        ({}, {"METAPROV_DISABLE": "suv"}, "is disabled by METAPROV_DISABLE"),
        ({}, {"METAPROV_DISABLE": "Metaprov_Scaling"}, "is disabled by METAPROV_DISABLE"),
        ({"only": None}, {"METAPROV_ONLY": ""}, "is not in METAPROV_ONLY"),
        ({"disable": ["metaprov-scaling"]}, {}, "is disabled"),
        ({}, {}, "failed: OSError: no licence"),
    ],
)
def test_why_a_plugin_does_not_answer_is_said_before_what_is_spelled_alike(
    site, suv, monkeypatch, options, environment, reason
):
    suv(NO_LICENCE)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    warned = pytest.warns(metaprov_core.PluginLoadWarning)
    with warned if "failed" in reason else nullcontext():
        host = site.host(**options)
        host.load_plugins()
    with pytest.raises(metaprov_core.MetadataNotFoundError) as raised:
        host.require("scalingModule", "clinic:1")

    first, *_ = str(raised.value).splitlines()
    assert first == f"scalingModule of clinic:1: no provider serves 'scalingModule'; {SUV}{reason}"
    assert raised.value.explanation.hints == (f"{SUV}{reason}",)
    assert raised.value.explanation.to_dict()["hints"] == [f"{SUV}{reason}"]


def test_a_plugin_that_answers_is_no_hint(site, suv, answering):
    suv(answering(None, 'types=["scalingModule"]'))

    assert site.host().explain("scalingModule", "clinic:1").hints == ()


def test_a_host_that_does_not_discover_is_not_told_what_to_install(nothing_installed):
    assert Host().explain("scalingModule", "clinic:1").hints == ()


def test_the_hint_is_there_although_another_provider_was_asked(site, suv, answering):
    suv(NO_LICENCE)
    site.install("pet-scaling", answering(None, 'types=["scalingModule"]'))

    explanation = site.host(disable=["suv"]).explain("scalingModule", "clinic:1")

    assert explanation.hints == (f"{SUV}is disabled",)


def test_where_another_provider_says_why_that_counts(site, suv):
    suv(NO_LICENCE)
    source = """\
        from metaprov_core import hookimpl, note

        @hookimpl(types=["scalingModule"])
        def get_metadata():
            note("there is no file beside the image")
    """
    site.install("pet-scaling", source)

    assert site.host(disable=["suv"]).explain("scalingModule", "clinic:1").hints == ()


def test_an_answer_needs_no_hint(site, suv, answering):
    suv(NO_LICENCE)
    site.install("pet-scaling", answering(1, 'types=["scalingModule"]'))

    assert site.host(disable=["suv"]).explain("scalingModule", "clinic:1").hints == ()


@pytest.mark.parametrize(
    ("source", "distribution"),
    [
        ("scans/", "metaprov-dicom"),
        ("https://x/studies/1", "metaprov-dicomweb"),
        ("wadors:https://x/studies/1/series/2/instances/3", "metaprov-dicomweb"),
        ("moon:", None),
    ],
)
def test_who_finds_the_images_of_a_source_is_known(nothing_installed, source, distribution):
    hints = hints_for_source(source, [])

    assert [hint.rpartition(" ")[2] for hint in hints] == [distribution] * bool(distribution)


def test_a_command_that_is_not_there_is_one_line_and_status_2(site, suv, command):
    suv(NO_LICENCE)
    other = command("suv", "scans", METAPROV_ONLY="clinic")
    switched_off = command("suv", "scans", METAPROV_DISABLE_AUTOLOAD="1")

    who = "plugin 'suv' of metaprov-scaling, which has the command 'suv', "
    assert (other.returncode, other.stderr.decode()) == (
        2,
        f"metaprov: no command 'suv': {who}is not in METAPROV_ONLY\n",
    )
    assert switched_off.stderr.decode() == (
        f"metaprov: no command 'suv': {who}is disabled by METAPROV_DISABLE_AUTOLOAD\n"
    )


def test_a_command_that_is_not_installed_is_known(nothing_installed):
    assert hints_for_command("suv", []) == (
        f"plugin 'suv' of metaprov-scaling, which has the command 'suv', {ABSENT}metaprov-scaling",
    )
    assert hints_for_command("nonsense", []) == ()


def test_find_says_who_knows_a_source(site, suv, command):
    suv(NO_LICENCE)
    site.install("metaprov-dicomweb", entry_points={"dicomweb": "metaprov_dicomweb"})

    found = command("find", "https://x/studies/1", METAPROV_DISABLE="dicomweb,suv")

    assert found.returncode == 1
    assert found.stderr.decode().splitlines()[-1] == (
        "metaprov: plugin 'dicomweb' of metaprov-dicomweb, which finds images on DICOMweb servers, "
        "is disabled by METAPROV_DISABLE"
    )


# -- the table is true


def _entry_points(group):
    """Name -> distribution of the entry points that the projects of this repository state."""
    found = {}
    for project in sorted(ROOT.glob("plugins/*/pyproject.toml")):
        text = project.read_text()
        distribution = re.search(r'^name = "(.+)"$', text, re.MULTILINE)[1]
        _, _, rest = text.partition(f'[project.entry-points."{group}"]\n')
        for line in rest.partition("\n\n")[0].splitlines():
            found[line.partition(" = ")[0]] = distribution
    return found


def test_the_table_has_plugins_and_commands_by_their_names():
    plugins = _entry_points("metaprov.providers")
    tables = [known._TYPES, known._SCHEMES_OF_SOURCES]

    assert {(each.name, each.distribution) for table in tables for each in table.values()} <= {
        *plugins.items()
    }
    assert {name: each.distribution for name, each in known._COMMANDS.items()} == _entry_points(
        "metaprov.commands"
    )
    assert set(plugins.values()) >= KNOWN_DISTRIBUTIONS


def test_the_table_has_the_types_and_schemes_that_these_plugins_declare():
    for name in KNOWN_DISTRIBUTIONS:
        pytest.importorskip(name.replace("-", "_"))
    host = Host(discover=True, only=sorted(KNOWN_DISTRIBUTIONS))
    records: dict[str, PluginRecord] = {record.name: record for record in host.plugins()}

    for type in host.types():
        if type not in {"dataset", "framePixelData", "instance", "seriesImageIds"}:
            assert type in records[known._TYPES[type].name].types
    for scheme, each in known._SCHEMES.items():
        assert scheme in records[each.name].schemes
    assert {*known._TYPES} <= {*host.types()}
