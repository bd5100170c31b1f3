"""What a host tells of its plugins, its providers and their types."""

from __future__ import annotations

import copy
import json
import pickle
import sys

import pytest

from metaprov_core import Host, MetadataType, hookimpl


@pytest.fixture
def host():
    return Host()


@pytest.fixture
def records(site, answering):
    """The records of an active, a disabled and a failed plugin, by name."""
    site.install(
        "acme-dicom",
        answering(1, "types=['b', 'a'], schemes=['clinic']"),
        version="2.1",
        entry_points={"acme": "acme_dicom"},
    )
    site.install("unwanted", answering(2))
    site.install("broken", "raise ValueError('no licence')")
    host = site.host(disable=["unwanted"])
    with pytest.warns(UserWarning, match="broken"):
        host.load_plugins()
    return {record.name: record for record in host.plugins()}


def test_a_record_tells_where_a_plugin_comes_from(records):
    record = records["acme"]
    assert (record.distribution, record.version, record.entry_point) == (
        "acme-dicom",
        "2.1",
        "acme_dicom",
    )


def test_a_record_tells_what_a_plugin_serves(records):
    record = records["acme"]
    assert (record.hooks, record.types, record.schemes) == (
        ("get_metadata",),
        ("a", "b"),
        ("clinic",),
    )


def test_a_record_tells_the_status_of_a_plugin(records):
    assert {name: records[name].status for name in ("acme", "unwanted", "broken")} == {
        "acme": "active",
        "unwanted": "disabled",
        "broken": "failed",
    }


def test_a_record_has_the_plugin_itself_where_it_is_active(records):
    assert records["acme"].plugin is sys.modules["acme_dicom"]
    assert records["unwanted"].plugin is records["broken"].plugin is None


def test_a_record_tells_how_long_the_import_took(records):
    assert records["acme"].import_ms > 0
    assert records["unwanted"].import_ms is None


def test_a_record_has_the_place_of_an_active_plugin(records):
    assert [records[name].order for name in ("acme", "unwanted", "broken")] == [1, None, None]


def test_a_record_has_the_error_of_a_failed_plugin(records):
    assert str(records["broken"].error.failures[0].cause) == "no licence"
    assert records["acme"].error is None


def test_the_successor_of_a_discovered_plugin_does_not_pass_for_its_distribution(
    site, answering, make_provider
):
    site.install("aurora", answering(1))
    host = site.host()
    host.replace("aurora", make_provider(2))
    host.refresh()
    (record,) = [each for each in host.plugins() if each.status == "active"]
    assert (record.name, record.distribution, record.version) == ("aurora", "", "")


def test_a_record_is_ready_for_JSON(records):
    as_dicts = {name: record.to_dict() for name, record in records.items()}
    assert json.loads(json.dumps(as_dicts)) == as_dicts
    assert as_dicts["broken"]["stage"] == "import"


def test_a_plugin_that_declares_nothing_serves_every_type_and_scheme(host, make_provider):
    host.register(make_provider(1))
    (record,) = host.plugins()
    assert (record.types, record.schemes) == (None, None)


def test_a_plugin_one_of_whose_functions_declares_nothing_serves_every_type(host):
    class Mixed:
        @hookimpl(specname="get_metadata", types=["a"])
        def declared(self): ...

        @hookimpl(specname="get_metadata")
        def undeclared(self): ...

    host.register(Mixed())
    assert host.plugins()[0].types is None


def test_a_provider_is_named_by_plugin_and_function_where_a_plugin_has_several(host, make_provider):
    class Mixed:
        @hookimpl(specname="get_metadata", types=["a"])
        def spacing(self): ...

        @hookimpl(specname="get_metadata", types=["b"])
        def position(self): ...

    host.register(Mixed(), "mixed")
    host.register(make_provider(1), "single")
    assert {provider.name for provider in host.providers()} == {
        "single",
        "mixed:spacing",
        "mixed:position",
    }


def test_a_provider_is_ready_for_JSON(host, make_provider):
    host.register(make_provider(1), "mine")
    (provider,) = host.providers()
    assert json.loads(json.dumps(provider.to_dict())) == {
        "name": "mine",
        "plugin": "mine",
        "distribution": "",
        "version": "",
        "types": None,
        "schemes": None,
        "scope": "image",
        "group": "plain",
        "wrapper": False,
    }


def test_call_order_has_those_that_serve_type_and_scheme(host, make_provider):
    host.register(make_provider(types=["a"], schemes=["dicomfile"]), "files")
    host.register(make_provider(types=["a"]), "all schemes")
    host.register(make_provider(schemes=["clinic"]), "all types")
    host.register(make_provider(types=["b"]), "other type")
    called = [provider.name for provider in host.call_order("a", "C:\\image.dcm")]
    assert called == ["all schemes", "files"]


def test_types_are_all_those_that_are_declared_sorted(host, make_provider):
    host.register(make_provider(types=["b", "c"]))
    host.register(make_provider(types=["a", "b"]))
    assert list(host.types()) == ["a", "b", "c"]


def test_types_have_the_key_that_any_provider_declares(host, make_provider):
    pixels = MetadataType("pixels", bytes)
    host.register(make_provider(types=["pixels", "plain"]))
    host.register(make_provider(types=[pixels]))
    host.register(make_provider(types=["pixels"]))
    assert host.types()["pixels"] is pixels
    assert host.types()["plain"] is None


def test_the_tables_hold_plain_strings(host, make_provider):
    host.register(make_provider(types=[MetadataType("pixels", bytes)]))
    (record,), (provider,) = host.plugins(), host.providers()
    assert [type(each) for each in (*record.types, *provider.types)] == [str, str]


# -- elsewhere


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_of_records_are_the_records(records, host, make_provider, copied):
    host.register(make_provider("answer"))
    provider = host.providers()[0]
    assert copied(provider) is provider
    assert copied(records["acme"]) is records["acme"]


def test_a_record_in_another_process_tells_the_same(records):
    for record in records.values():
        received = pickle.loads(pickle.dumps(record))
        assert received.to_dict() == record.to_dict()
        assert received.plugin is None


def test_a_provider_in_another_process_tells_the_same_and_says_why_it_cannot_be_asked(
    host, make_provider
):
    host.register(make_provider("answer", types=[MetadataType("planes", str)], schemes=["clinic"]))
    provider = host.providers()[0]
    received = pickle.loads(pickle.dumps(provider))
    assert received.to_dict() == provider.to_dict()
    assert received.serves("planes", "clinic")
    with pytest.raises(TypeError, match="another process"):
        received.ask("planes", "clinic:7")


def test_an_explanation_in_another_process_reads_the_same(host, make_provider):
    host.register(make_provider("answer", types=["planes"]))
    explanation = host.explain("planes", "clinic:7")
    received = pickle.loads(pickle.dumps(explanation))
    assert str(received) == str(explanation)
    assert copy.deepcopy(explanation) == explanation
