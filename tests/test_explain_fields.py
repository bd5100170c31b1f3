"""Where the fields of an explained answer come from, as providers and wrappers tell it."""

from __future__ import annotations

import json

import pytest

from metaprov_core import Host, ProviderCache, hookimpl, note_origins

IMAGE = "clinic:7"


class Keeping:
    """Has a cache."""

    def __init__(self, **options):
        self.cache = ProviderCache(10, **options)


class Patient:
    @hookimpl(types=["patient"])
    def get_metadata(self):
        note_origins(lambda: {"name": ["NAME in the table"], "weight": ["WEIGHT", "rule 3"]})
        return {"name": "Ann", "weight": 70, "size": 1.7}


def host_of(*plugins, **options) -> Host:
    host = Host(**options)
    for plugin in reversed(plugins):
        host.register(plugin, type(plugin).__name__.lower())
    return host


def row_of(explanation, plugin):
    return next(row for row in explanation.rows if row.provider.plugin == plugin)


def test_a_provider_tells_where_they_come_from():
    explanation = host_of(Patient()).explain("patient", IMAGE, fields=True)
    assert explanation.fields == {
        "name": ("NAME in the table",),
        "weight": ("WEIGHT", "rule 3"),
    }


def test_nobody_is_asked_without_need():
    class Patient:
        @hookimpl(types=["patient"])
        def get_metadata(self):
            note_origins(lambda: pytest.fail("it was asked"))
            return {"name": "Ann"}

    host = host_of(Patient())
    assert host.get("patient", IMAGE) == {"name": "Ann"}
    assert host.explain("patient", IMAGE).fields is None


@pytest.mark.parametrize("raises", [True, False])
def test_no_answer_comes_from_nowhere(raises):
    class Patient:
        @hookimpl(types=["patient"])
        def get_metadata(self):
            note_origins(lambda: {"name": ["NAME"]})
            if raises:
                raise ValueError("no licence")

    explanation = host_of(Patient()).explain("patient", IMAGE, fields=True)
    assert (explanation.answer, explanation.fields) == (None, {})
    assert "comes from" not in str(explanation)


def test_an_answer_that_is_lost_to_an_error_comes_from_nowhere():
    class Strict:
        @hookimpl(types=["patient"], wrapper=True)
        def get_metadata(self):
            yield
            raise ValueError("no licence")

    host = host_of(Strict(), Patient())
    assert host.explain("patient", IMAGE, fields=True).fields == {}


def test_a_wrapper_that_is_passed_over_leaves_them():
    class Strict:
        @hookimpl(types=["patient"], wrapper=True)
        def get_metadata(self):
            note_origins(lambda: {"name": ["STRICT"]})
            yield
            raise ValueError("no licence")

    host = host_of(Strict(), Patient(), on_error="skip")
    told = host.explain("patient", IMAGE, fields=True).fields
    assert told["name"] == ("NAME in the table",)


def test_a_field_without_value_comes_from_nowhere():
    class Patient:
        @hookimpl(types=["patient"])
        def get_metadata(self):
            note_origins(lambda: {"name": ["NAME"], "weight": ["WEIGHT"]})
            return {"name": "Ann", "weight": None}

    assert host_of(Patient()).explain("patient", IMAGE, fields=True).fields == {"name": ("NAME",)}


def test_a_wrapper_changes_where_the_fields_that_it_changes_come_from():
    class Anonymous:
        @hookimpl(types=["patient"], wrapper=True)
        def get_metadata(self):
            return {**(yield), "name": "X"}

    explanation = host_of(Anonymous(), Patient()).explain("patient", IMAGE, fields=True)
    assert explanation.fields == {
        "name": ("changed by anonymous",),
        "weight": ("WEIGHT", "rule 3"),
    }


def test_a_field_that_a_wrapper_emptied_is_changed_by_it():
    class Anonymous:
        @hookimpl(types=["patient"], wrapper=True)
        def get_metadata(self):
            return {**(yield), "name": None}

    class Passing:
        @hookimpl(types=["patient"], wrapper=True)
        def get_metadata(self):
            return {**(yield), "weight": 71}

    host = host_of(Passing(), Anonymous(), Patient())
    assert host.explain("patient", IMAGE, fields=True).fields == {
        "name": ("changed by anonymous",),
        "weight": ("changed by passing",),
    }


def test_a_wrapper_may_say_what_it_changes():
    class Anonymous:
        @hookimpl(types=["patient"], wrapper=True)
        def get_metadata(self):
            note_origins(lambda: {"name": ["the list of pseudonyms"]})
            return {**(yield), "name": "X"}

    explanation = host_of(Anonymous(), Patient()).explain("patient", IMAGE, fields=True)
    assert explanation.fields["name"] == ("the list of pseudonyms",)


def test_those_of_answers_below_the_first_are_not_those_of_the_answer():
    class Other:
        @hookimpl(types=["patient"])
        def get_metadata(self):
            note_origins(lambda: {"name": ["another table"]})
            return {"name": "Bob"}

    explanation = host_of(Patient(), Other()).explain("patient", IMAGE, all=True, fields=True)
    assert explanation.fields["name"] == ("NAME in the table",)


def test_a_kept_answer_has_them_as_well_where_its_cache_retraces():
    class Patient(Keeping):
        @hookimpl(types=["patient"])
        def get_metadata(self, image_id):
            return self.cache.get(image_id, self.load)

        def load(self, image_id):
            note_origins(lambda: {"name": ["NAME"]})
            return {"name": "Ann"}

    host = host_of(Patient(retrace=True))
    host.get("patient", IMAGE)
    assert host.explain("patient", IMAGE, fields=True).fields == {"name": ("NAME",)}


@pytest.mark.parametrize("before", [True, False])
def test_without_retrace_it_has_what_is_said_before_the_cache_is_asked(before):
    class Patient(Keeping):
        @hookimpl(types=["patient"])
        def get_metadata(self, image_id):
            if before:
                note_origins(lambda: {"name": ["NAME"]})
            return self.cache.get(image_id, self.load)

        def load(self, image_id):
            if not before:
                note_origins(lambda: {"name": ["NAME"]})
            return {"name": "Ann"}

    host = host_of(Patient())
    first, second = [host.explain("patient", IMAGE, fields=True).fields for _ in range(2)]
    assert first == {"name": ("NAME",)}
    assert second == (first if before else {})


def test_who_cannot_tell_is_a_note():
    class Patient:
        @hookimpl(types=["patient"])
        def get_metadata(self):
            note_origins(lambda: {}["name"])
            return {"name": "Ann"}

    explanation = host_of(Patient()).explain("patient", IMAGE, fields=True)
    assert (explanation.answer, explanation.fields) == ({"name": "Ann"}, {})
    assert "KeyError: 'name'" in explanation.rows[0].notes[0]


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        (None, {}),
        ([("name", "NAME")], {}),
        ({"name": [1]}, {}),
        ({"name": 1}, {}),
        ({"name": None}, {}),
        ({"name": ""}, {}),
        ({1: ["NAME"]}, {}),
        ({"name": "NAME"}, {"name": ("NAME",)}),
        ({"name": ["NAME\nin the table"]}, {"name": ("NAME in the table",)}),
        ({"name": [1, "NAME"], 2: 3}, {"name": ("NAME",)}),
    ],
)
def test_what_is_no_phrase_of_a_field_is_not_told(told, fields):
    class Patient:
        @hookimpl(types=["patient"])
        def get_metadata(self):
            note_origins(lambda: told)
            return {"name": "Ann"}

    explanation = host_of(Patient()).explain("patient", IMAGE, fields=True)
    assert (explanation.answer, explanation.error) == ({"name": "Ann"}, None)
    assert explanation.fields == fields
    assert str(explanation)
    assert json.dumps(explanation.to_dict())


def test_an_answer_whose_fields_cannot_be_read_is_explained():
    class Odd(tuple):
        __slots__ = ()
        _fields = ("name",)

        @property
        def name(self):
            raise ValueError("it is odd")

    class Patient:
        @hookimpl(types=["patient"])
        def get_metadata(self):
            note_origins(lambda: {"name": ["NAME"]})
            return Odd()

    class Other:
        @hookimpl(types=["patient"], wrapper=True)
        def get_metadata(self):
            yield
            return Odd()

    for plugins in ((Patient(),), (Other(), Patient())):
        explanation = host_of(*plugins).explain("patient", IMAGE, fields=True)
        assert (type(explanation.answer), explanation.error) == (Odd, None)
        assert explanation.fields == {}


def test_as_text_they_are_a_table():
    text = str(host_of(Patient()).explain("patient", IMAGE, fields=True))
    assert text.endswith(
        "  field   comes from\n  name    NAME in the table\n  weight  WEIGHT\n          rule 3"
    )


def test_as_text_it_is_told_where_nobody_tells():
    text = str(host_of(lambda: "an answer").explain("patient", IMAGE, fields=True))
    assert text.endswith("  no provider tells where this comes from")


def test_a_notebook_shows_them():
    html = host_of(Patient()).explain("patient", IMAGE, fields=True)._repr_html_()
    assert "<td>WEIGHT<br>rule 3</td>" in html


def test_a_dictionary_has_them():
    told = host_of(Patient()).explain("patient", IMAGE, fields=True).to_dict()
    assert told["fields"]["weight"] == ["WEIGHT", "rule 3"]
