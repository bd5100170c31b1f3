"""Types: which are served, of what class, and whether they rest on the series."""

from __future__ import annotations

import pickle

import pytest

from metaprov_core import Host, MetadataNotFoundError, MetadataType, hookimpl, note


class Plane: ...


PLANE = MetadataType("planeModule", Plane)


class Attributes:
    """Serves every type that begins with a capital letter, and has an answer to one."""

    @hookimpl
    def describe_type(self, type):
        return MetadataType(type, str) if type[:1].isupper() else None

    @hookimpl(trylast=True)
    def get_metadata(self, type):
        return "P7" if type == "PatientID" else None


class Planes:
    @hookimpl(types=[PLANE, "instance"])
    def get_metadata(self): ...


class Factors:
    @hookimpl(types=["scalingModule"], scope="series")
    def get_metadata(self): ...


@pytest.fixture
def host():
    host = Host()
    for plugin in (Attributes(), Planes(), Factors()):
        host.register(plugin)
    return host


def test_a_declared_type_has_its_key(host):
    assert host.type_of("planeModule") is PLANE
    assert host.type_of(PLANE) is PLANE


def test_a_type_that_is_declared_by_name_alone_has_a_key_without_class(host):
    key = host.type_of("instance")
    assert (key, key.answer_class, key.scope) == ("instance", None, "image")


def test_a_type_that_is_described_has_the_key_that_describes_it(host):
    assert host.type_of("PatientName").answer_class is str
    assert "PatientName" not in host.types()


def test_nobody_serves_a_type_that_is_neither_declared_nor_described(host):
    assert host.type_of("planModule") is None


def test_a_wrapper_may_change_what_is_described(host):
    class Wrapper:
        @hookimpl(wrapper=True)
        def describe_type(self, type):
            described = yield
            return None if type == "PatientName" else described

    host.register(Wrapper())
    assert host.type_of("PatientName") is None
    assert host.type_of("PatientID") == "PatientID"


@pytest.mark.parametrize("type", [3, None, ["planeModule"], b"planeModule"])
@pytest.mark.parametrize("ask", ["get", "require", "explain"])
def test_a_type_that_is_no_string_is_a_TypeError(host, ask, type):
    with pytest.raises(TypeError, match="a type is a string, such as 'imagePlaneModule', not"):
        getattr(host, ask)(type, "clinic:7")


def test_a_type_that_is_no_string_is_a_TypeError_whatever_a_provider_does_with_it(host):
    host.register(lambda type, image_id: type.upper() and None)
    with pytest.raises(TypeError, match="a type is a string"):
        host.get(3, "clinic:7")
    for call in (
        lambda: host.get_many(3, ["clinic:7"]),
        lambda: host.add(3, "clinic:7", 1),
        lambda: host.type_of(3),
        lambda: host.prefetch(["clinic:7"], 3),
    ):
        with pytest.raises(TypeError, match="a type is a string"):
            call()


def test_a_misspelt_type_and_an_absent_answer_are_told_apart(host):
    misspelt, absent = host.explain("planModule", "clinic:7"), host.explain("planeModule", "c:7")
    assert (misspelt.is_served, absent.is_served) == (False, True)
    assert misspelt.summary == (
        "planModule of clinic:7: no provider serves 'planModule'; "
        "did you mean planeModule or scalingModule?"
    )
    assert absent.summary == "planeModule of c:7: nobody answers"
    assert host.explain("PatientName", "c:7").summary == "PatientName of c:7: nobody answers"
    with pytest.raises(MetadataNotFoundError, match="no provider serves 'planModule'"):
        host.require("planModule", "clinic:7")


def test_what_somebody_has_a_note_on_is_no_misspelt_type(host):
    host.register(lambda type: note("no weight") if type == "planModule" else None, "undeclared")
    explanation = host.explain("planModule", "clinic:7")
    assert (explanation.is_served, explanation.near_types) == (True, ())


def test_a_description_that_fails_does_not_keep_a_question_from_being_explained(host):
    class Failing:
        @hookimpl
        def describe_type(self):
            raise OSError("no dictionary")

    host.register(Failing(), "failing")
    with pytest.raises(OSError, match="no dictionary"):
        host.type_of("planModule")
    assert host.explain("planModule", "clinic:7").answer is None
    with pytest.raises(MetadataNotFoundError):
        host.require("planModule", "clinic:7")


def test_a_description_that_is_no_key_is_blamed_on_its_plugin(host):
    class Wrong:
        @hookimpl
        def describe_type(self, type):
            return "a string"

    host.register(Wrong(), "wrong")
    with pytest.raises(TypeError, match="a MetadataType, or None; not 'a string'") as caught:
        host.type_of("planModule")
    assert caught.value.__notes__ == ["raised by plugin wrong in describe_type('planModule')"]


@pytest.mark.parametrize("option", ["types", "schemes"])
def test_what_is_declared_is_a_string(option):
    with pytest.raises(TypeError, match=f"{option} is a list of names, and 3 is not a string"):
        hookimpl(**{option: [3]})


def test_a_type_is_one_of_the_series_where_one_of_its_providers_is(host):
    host.register(lambda: None, "every type")
    scopes = {name: key.scope for name, key in host.types().items() if key}
    assert scopes == {"planeModule": "image", "scalingModule": "series"}
    assert [provider.scope for provider in host.providers()].count("series") == 1

    class PlanesOfSeries:
        @hookimpl(types=["planeModule"], scope="series")
        def get_metadata(self): ...

    host.register(PlanesOfSeries())
    key = host.types()["planeModule"]
    assert (key, key.answer_class, key.scope) == ("planeModule", Plane, "series")
    assert PLANE.scope == "image"
    assert host.providers()[1].to_dict()["scope"] in ("image", "series")


def test_a_key_goes_to_another_process_with_its_scope(host):
    received = pickle.loads(pickle.dumps(host.types()["scalingModule"]))
    assert (received, received.scope) == ("scalingModule", "series")


def test_of_several_keys_the_first_with_a_class_counts(host):
    class Nameless:
        @hookimpl(types=[MetadataType("planeModule")])
        def get_metadata(self): ...

    host.register(Nameless())
    assert host.type_of("planeModule").answer_class is Plane


def test_without_a_class_the_first_key_that_says_what_the_answer_is_counts(host):
    told = MetadataType("ward", meaning="Where the patient lies.")
    for key in (MetadataType("ward", meaning="Asked last."), told, MetadataType("ward"), "ward"):
        host.register(
            type("Ward", (), {"get_metadata": hookimpl(types=[key])(lambda self: None)})()
        )

    assert host.type_of("ward") is told


def test_what_an_answer_is_stays_said_where_it_rests_on_the_series(host):
    class Wards:
        @hookimpl(types=[MetadataType("ward", meaning="Where they lie.")], scope="series")
        def get_metadata(self): ...

    host.register(Wards())

    ward = host.type_of("ward")
    assert (ward.scope, ward.meaning) == ("series", "Where they lie.")
    assert pickle.loads(pickle.dumps(ward)).meaning == "Where they lie."


def test_a_scope_that_there_is_not_is_a_ValueError():
    with pytest.raises(ValueError, match="scope is 'study': it is 'image' or 'series'"):
        hookimpl(types=["planeModule"], scope="study")
