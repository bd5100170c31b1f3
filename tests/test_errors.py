"""Errors: their bases, what they carry and what they say."""

from __future__ import annotations

import pickle

import pytest

from metaprov_core import (
    Host,
    MetadataCycleError,
    MetadataNotFoundError,
    MetadataReadError,
    MetaprovError,
    PluginFailure,
    PluginLoadError,
    PluginLoadWarning,
)

FAILURES = (
    PluginFailure("acme", "acme-dicom", "2.1", "import", ValueError("no licence")),
    PluginFailure("mine", "", "", "attach", OSError("no network")),
    PluginFailure("", "rotten", "0.9", "find", TypeError("no value")),
)


@pytest.mark.parametrize(
    "kind", [MetadataCycleError, MetadataNotFoundError, MetadataReadError, PluginLoadError]
)
def test_every_error_has_one_base(kind):
    assert issubclass(kind, MetaprovError)


def test_what_is_not_found_is_a_LookupError_too():
    assert issubclass(MetadataNotFoundError, LookupError)


def test_a_warning_is_a_UserWarning():
    assert issubclass(PluginLoadWarning, UserWarning)


def test_an_image_that_cannot_be_read_is_named_with_the_reason():
    error = MetadataReadError("/data/a.dcm", "it is empty")
    assert (error.source, error.reason) == ("/data/a.dcm", "it is empty")
    assert str(error) == "cannot read /data/a.dcm: it is empty"


def test_a_cycle_names_the_chain_of_questions():
    error = MetadataCycleError((("a", "clinic:7"), ("b", "clinic:7"), ("a", "clinic:7")))
    assert str(error) == (
        "the answer depends on itself: a of clinic:7 -> b of clinic:7 -> a of clinic:7"
    )


def test_a_load_error_has_a_line_for_each_failure():
    assert str(PluginLoadError(FAILURES)).splitlines() == [
        "cannot import plugin 'acme' of acme-dicom 2.1: ValueError: no licence",
        "cannot attach plugin 'mine': OSError: no network",
        "cannot find the entry points of rotten 0.9: TypeError: no value",
    ]


@pytest.mark.parametrize(
    "error",
    [
        MetadataReadError("/data/a.dcm", "it is empty"),
        MetadataNotFoundError("no plugin takes pixels for clinic:7"),
        MetadataCycleError((("a", "clinic:7"), ("a", "clinic:7"))),
        PluginLoadError(FAILURES),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_says_the_same_in_another_process(error):
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_an_error_of_require_goes_to_another_process_with_what_it_says(make_provider):
    host = Host()
    host.register(make_provider(None))

    with pytest.raises(MetadataNotFoundError) as raised:
        host.require("anything", "clinic:7")

    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


@pytest.mark.parametrize(
    "kind",
    [
        MetadataCycleError,
        MetadataNotFoundError,
        MetadataReadError,
        MetaprovError,
        PluginLoadError,
        PluginLoadWarning,
    ],
)
def test_an_error_is_named_as_it_is_imported(kind):
    """Tracebacks showed the module in which it happens to be written."""
    assert f"{kind.__module__}.{kind.__qualname__}" == f"metaprov_core.{kind.__name__}"
