"""Questions and answers: what get, require and get_many return, and whom they ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from metaprov_core import Host, MetadataNotFoundError, MetadataType, hookimpl, note

IMAGE = "clinic:7"


@pytest.fixture
def host_of(make_provider):
    """Make a host with one provider, which gives this answer to what it serves."""

    def host_of(answer: object, **marks) -> Host:
        host = Host()
        host.register(make_provider(answer, **marks), "provider")
        return host

    return host_of


def test_the_first_answer_counts(host_of, make_provider):
    host = host_of("asked last")
    host.register(make_provider("asked first"))
    assert host.get("anything", IMAGE) == "asked first"


def test_a_provider_that_returns_None_leaves_the_answer_to_the_next(host_of, make_provider):
    host = host_of("asked last")
    host.register(make_provider(None))
    assert host.get("anything", IMAGE) == "asked last"


def test_after_an_answer_nobody_else_is_asked(host_of):
    asked = []
    host = Host()
    host.register(lambda type, image_id: asked.append((type, image_id)), "asked last")
    host.register(lambda: "answer", "asked first")
    host.get("anything", IMAGE)
    assert asked == []


@pytest.mark.parametrize("answer", [0, 0.0, "", False, b"", (), [], {}], ids=repr)
def test_a_falsy_answer_is_an_answer(host_of, make_provider, answer):
    host = host_of("asked last")
    host.register(make_provider(answer))
    assert host.get("anything", IMAGE, default="default") is answer


def test_without_an_answer_get_is_None(host_of):
    assert host_of(None).get("anything", IMAGE) is None


def test_without_an_answer_get_is_the_default(host_of):
    assert host_of(None).get("anything", IMAGE, "default") == "default"


def test_a_host_without_plugins_answers_with_the_default():
    assert Host().get("anything", IMAGE, "default") == "default"


def test_a_provider_is_asked_for_the_types_that_it_declares(host_of):
    assert host_of("answer", types=["a", "b"]).get("b", IMAGE) == "answer"


def test_a_provider_is_not_asked_for_other_types(host_of):
    assert host_of("answer", types=["a", "b"]).get("c", IMAGE) is None


def test_a_provider_is_asked_for_images_of_the_schemes_that_it_declares(host_of):
    assert host_of("answer", schemes=["clinic"]).get("anything", IMAGE) == "answer"


def test_a_provider_is_not_asked_for_images_of_other_schemes(host_of):
    assert host_of("answer", schemes=["clinic"]).get("anything", "ward:7") is None


def test_of_a_provider_that_declares_both_type_and_scheme_have_to_fit(host_of):
    host = host_of("answer", types=["a"], schemes=["clinic"])
    questions = [("a", IMAGE), ("a", "ward:7"), ("b", IMAGE), ("b", "ward:7")]
    assert [host.get(*question) for question in questions] == ["answer", None, None, None]


@pytest.mark.parametrize("scheme", ["clinic", "wadors", "x-ray+1"])
def test_a_provider_that_declares_nothing_is_asked_for_everything(host_of, scheme):
    host = host_of("answer")
    host.register(lambda: None, "declares nothing either")
    assert host.get("anything", f"{scheme}:7") == "answer"


def test_what_one_plugin_declares_does_not_narrow_another(host_of, make_provider):
    host = host_of("anything")
    host.register(make_provider("special", types=["a"], schemes=["clinic"]))
    questions = [("a", IMAGE), ("a", "ward:7"), ("b", IMAGE)]
    assert [host.get(*question) for question in questions] == ["special", "anything", "anything"]


FILES = [
    "/data/image.dcm",
    "image.dcm",
    "data/image.dcm",
    "image",
    "/data/10:30/image.dcm",
    "1.2.3:4",
    "C:\\data\\image.dcm",
    "c:/data/image.dcm",
    "\\\\server\\share\\image.dcm",
    "file:///data/image.dcm",
    "file:/data/image.dcm",
    "dicomfile:/data/image.dcm",
    "dicomfile:C:\\data\\image.dcm?frame=2",
    "/data/image.dcm?frame=2",
]


@pytest.mark.parametrize("image_id", FILES)
def test_paths_and_file_URLs_go_to_the_providers_of_dicomfile(host_of, image_id):
    assert host_of("answer", schemes=["dicomfile"]).get("anything", image_id) == "answer"


@pytest.mark.parametrize("image_id", FILES)
def test_paths_and_file_URLs_do_not_go_to_the_providers_of_other_schemes(host_of, image_id):
    host = host_of("answer", schemes=["clinic", "data", "name"])
    assert host.get("anything", image_id) is None


@pytest.mark.parametrize("image_id", ["clinic:/data/image.dcm", "wadors:https://host/a.dcm", "xy:"])
def test_other_schemes_do_not_go_to_the_providers_of_dicomfile(host_of, image_id):
    assert host_of("answer", schemes=["dicomfile"]).get("anything", image_id) is None


def test_a_scheme_that_nobody_declares_is_answered_by_who_declares_none(host_of, make_provider):
    host = host_of("answer")
    host.register(make_provider("not this", schemes=["clinic"]))
    assert host.get("anything", "never-heard-of:7") == "answer"


def test_the_same_question_has_the_same_answer_when_asked_again(host_of, make_provider):
    host = host_of("answer", schemes=["dicomfile"])
    for image_id in ("/data/image.dcm", "image", "ward:7"):
        assert host.get("anything", image_id) == host.get("anything", image_id)


def test_random_schemes_do_not_make_the_tables_grow_without_end(host_of):
    host = host_of("answer")
    for number in range(1000):
        host.get("anything", f"scheme{number}:7")
    assert len(host._registry.published.rows) < 100


@pytest.mark.parametrize("question", ["get", "call_order", "explain", "require"])
def test_a_Path_is_a_TypeError_that_tells_to_pass_a_string(host_of, question):
    path = Path("/data/image.dcm")
    with pytest.raises(TypeError, match=r"pass str\(path\), '.*image.dcm'"):
        getattr(host_of("answer"), question)("anything", path)


def test_a_Path_among_the_ids_of_get_many_is_a_TypeError(host_of):
    with pytest.raises(TypeError, match=r"pass str\(path\)"):
        host_of("answer").get_many("anything", [IMAGE, Path("/data/image.dcm")])


@pytest.mark.parametrize("image_id", [None, 7, b"clinic:7", ["clinic:7"], ("clinic:7",)])
def test_an_image_id_that_is_no_string_is_a_TypeError(host_of, image_id):
    host = host_of("answer")
    host.get("anything", IMAGE)
    with pytest.raises(TypeError, match="an image id is a string, not "):
        host.get("anything", image_id)


@pytest.mark.parametrize(
    ("provider", "got"),
    [
        (lambda type, image_id: (type, image_id), ("pixels", IMAGE)),
        (lambda image_id, type: (type, image_id), ("pixels", IMAGE)),
        (lambda type: type, "pixels"),
        (lambda image_id: image_id, IMAGE),
        (lambda: "nothing", "nothing"),
    ],
    ids=["type and image_id", "image_id and type", "type", "image_id", "neither"],
)
def test_a_provider_takes_the_arguments_that_it_names_in_any_order(provider, got):
    host = Host()
    host.register(provider)
    assert host.get("pixels", IMAGE) == got


@pytest.mark.parametrize(
    ("arguments", "got"),
    [("type, image_id", ("pixels", IMAGE)), ("image_id", IMAGE), ("", "nothing")],
)
def test_a_wrapper_takes_the_arguments_that_it_names(arguments, got):
    returned = arguments or "'nothing'"
    namespace = {"hookimpl": hookimpl}
    source = f"@hookimpl(wrapper=True)\ndef wrap({arguments}):\n    yield\n    return {returned}"
    exec(source, namespace)
    host = Host()
    host.register(namespace["wrap"])
    assert host.get("pixels", IMAGE) == got


def test_a_bare_function_is_a_provider_whatever_its_name():
    def pixel_spacing_of_my_clinic(type):
        return type

    host = Host()
    host.register(pixel_spacing_of_my_clinic)
    assert host.get("pixels", IMAGE) == "pixels"


def test_the_marks_of_a_bare_function_count():
    @hookimpl(types=["pixels"])
    def provider():
        return "answer"

    host = Host()
    host.register(provider)
    assert [host.get("pixels", IMAGE), host.get("other", IMAGE)] == ["answer", None]


def test_a_bound_method_is_a_provider():
    class Names:
        def name(self, image_id):
            return f"the name of {image_id}"

    host = Host()
    host.register(Names().name)
    assert host.get("anything", IMAGE) == "the name of clinic:7"


def test_static_and_class_methods_can_be_providers():
    class Methods:
        @hookimpl(specname="get_metadata", types=["static"])
        @staticmethod
        def static(image_id):
            return image_id

        @hookimpl(specname="get_metadata", types=["class"])
        @classmethod
        def of_class(cls):
            return cls.__name__

    host = Host()
    host.register(Methods())
    assert [host.get(type, IMAGE) for type in ("static", "class")] == [IMAGE, "Methods"]


def test_a_wrapper_sees_and_changes_the_answer_of_those_below_it(host_of):
    class Doubling:
        @hookimpl(wrapper=True)
        def get_metadata(self):
            return 2 * (yield)

    host = host_of(21)
    host.register(Doubling())
    assert host.get("anything", IMAGE) == 42


def test_a_wrapper_is_asked_for_what_it_declares_and_nothing_else(host_of):
    class Doubling:
        @hookimpl(wrapper=True, types=["a"], schemes=["clinic"])
        def get_metadata(self):
            return 2 * (yield)

    host = host_of(21)
    host.register(Doubling())
    questions = [("a", IMAGE), ("a", "ward:7"), ("b", IMAGE)]
    assert [host.get(*question) for question in questions] == [42, 21, 21]


def test_get_many_answers_in_the_order_of_the_ids():
    host = Host()
    answers = {"clinic:1": "one", "clinic:3": 0}
    host.register(lambda type, image_id: answers.get(image_id))
    assert host.get_many("anything", ["clinic:3", "clinic:2", "clinic:1"]) == [0, None, "one"]


def test_get_many_takes_any_iterable(host_of):
    assert host_of("answer").get_many("anything", iter([IMAGE, IMAGE])) == ["answer", "answer"]


def test_get_many_of_no_ids_is_no_answers(host_of):
    assert host_of("answer").get_many("anything", []) == []


def test_get_many_asks_those_who_serve_each_id(host_of, make_provider):
    host = host_of("clinic", schemes=["clinic"])
    host.register(make_provider("file", schemes=["dicomfile"]))
    ids = [IMAGE, "/data/image.dcm", "ward:1", "C:\\image.dcm", "clinic:8"]
    assert host.get_many("anything", ids) == ["clinic", "file", None, "file", "clinic"]


def test_require_returns_the_answer(host_of):
    assert host_of(0).require("anything", IMAGE) == 0


def test_require_without_an_answer_is_a_LookupError(host_of):
    with pytest.raises(LookupError):
        host_of(None).require("anything", IMAGE)


def test_require_without_an_answer_tells_who_was_asked_and_what_each_said():
    def silent():
        note("PatientWeight (0010,1030) is missing")

    host = Host()
    host.register(silent, "weights")
    with pytest.raises(MetadataNotFoundError) as caught:
        host.require("suvFactor", IMAGE)
    message = str(caught.value)
    assert "suvFactor of clinic:7" in message
    assert "weights" in message
    assert "PatientWeight (0010,1030) is missing" in message


def test_require_carries_the_explanation(host_of):
    with pytest.raises(MetadataNotFoundError) as caught:
        host_of(None).require("anything", IMAGE)
    assert [row.provider.name for row in caught.value.explanation.rows] == ["provider"]


def test_require_names_the_types_that_are_spelled_like_one_that_nobody_serves(host_of):
    with pytest.raises(MetadataNotFoundError, match="did you mean imagePlaneModule"):
        host_of(None, types=["imagePlaneModule"]).require("imageplanemodul", IMAGE)


def test_a_key_asks_what_its_string_asks(host_of):
    host = host_of("answer", types=["pixels"])
    assert host.get(MetadataType("pixels", str), IMAGE) == "answer"


def test_a_key_declares_what_its_string_declares(host_of):
    assert host_of("answer", types=[MetadataType("pixels", str)]).get("pixels", IMAGE) == "answer"
