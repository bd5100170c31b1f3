"""get_many is get for each image id, whatever the ids, the providers and the order they come in."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metaprov_core import Host, MetadataCycleError, PluginLoadError, hookimpl

HEADS = [
    "wadors:https://h/studies/1/series/2/instances/",
    "wadouri:https://h/w?objectUID=",
    "/data/",
    "data/",
    "file:///data/",
    "dicomfile:/data/",
    "C:\\data\\",
    "clinic:",
    "w",
    "",
    ":",
]
IDS = st.builds("{}{}".format, st.sampled_from(HEADS), st.integers(0, 12))
RUNS = st.lists(st.lists(IDS, max_size=3) | IDS.map(lambda head: [f"{head}{n}" for n in range(4)]))
MARKS = st.fixed_dictionaries(
    {},
    optional={
        "types": st.sampled_from([["a"], ["b"], ["a", "b"]]),
        "schemes": st.sampled_from([["wadors"], ["dicomfile"], ["clinic", "wadouri"]]),
        "tryfirst": st.just(True),
        "wrapper": st.just(True),
    },
)


def provider(number, marks, log):
    """A provider that answers, does not, or raises, as its number and the image id have it."""

    def outcome(type, image_id):
        log.append((number, type, image_id))
        what = (len(image_id) + number) % 5
        if what == 4:
            raise ValueError(image_id)
        return None if what > 1 else (number, type, image_id)

    if marks.get("wrapper"):

        @hookimpl(**marks)
        def get_metadata(type, image_id):
            answer = yield
            return answer if number % 2 else outcome(type, image_id)
    else:

        @hookimpl(**marks)
        def get_metadata(type, image_id):
            return outcome(type, image_id)

    return get_metadata


def outcome_of(ask, log):
    """What was answered or raised, with its notes, and who was asked."""
    log.clear()
    try:
        said = ask()
    except (ValueError, TypeError) as error:
        said = (type(error), str(error), getattr(error, "__notes__", None))
    return said, list(log)


@settings(max_examples=300, deadline=None)
@given(
    marks=st.lists(MARKS, max_size=5),
    runs=RUNS,
    wrong=st.none() | st.sampled_from([Path("/data/1"), 5, b"clinic:1", None]),
    asked=st.sampled_from(["a", "b", "c"]),
    on_error=st.sampled_from(["raise", "skip"]),
)
def test_it_is_get_for_each(marks, runs, wrong, asked, on_error):
    host, log = Host(on_error=on_error), []
    for number, each in enumerate(marks):
        host.register(provider(number, each, log), f"plugin{number}")
    ids = [image_id for run in runs for image_id in run]
    if wrong is not None:
        ids.append(wrong)
    one_by_one = outcome_of(lambda: [host.get(asked, image_id) for image_id in ids], log)
    assert outcome_of(lambda: host.get_many(asked, ids), log) == one_by_one
    assert outcome_of(lambda: host.get_many(asked, iter(ids)), log) == one_by_one


@settings(max_examples=300, deadline=None)
@given(marks=st.lists(MARKS, max_size=5), runs=RUNS, asked=st.sampled_from(["a", "b", "c"]))
def test_with_return_exceptions_each_image_has_its_answer_or_its_exception(marks, runs, asked):
    host, log = Host(), []
    for number, each in enumerate(marks):
        host.register(provider(number, each, log), f"plugin{number}")
    ids = [image_id for run in runs for image_id in run]

    def comparable(said):
        if not isinstance(said, Exception):
            return said
        assert said.__traceback__ is said.__context__ is None
        return type(said), str(said), said.__notes__

    expected = [outcome_of(lambda: host.get(asked, image_id), log)[0] for image_id in ids]  # noqa: B023
    log.clear()
    answers = host.get_many(asked, ids, return_exceptions=True)
    assert list(map(comparable, answers)) == expected


@pytest.mark.parametrize("wrong", [Path("/data/1"), 5, b"clinic:1", None])
def test_with_return_exceptions_what_is_no_string_is_raised_all_the_same(wrong):
    host = Host()
    host.register(lambda image_id: image_id)
    with pytest.raises(TypeError, match="an image id is a string"):
        host.get_many("a", ["clinic:1", wrong], return_exceptions=True)


def test_with_return_exceptions_a_strict_host_raises_what_failed(site):
    site.install("broken", "raise ImportError('no driver')")
    host = site.host(strict=True)
    with pytest.warns(UserWarning, match="no driver"), pytest.raises(PluginLoadError):
        host.get_many("a", ["clinic:1"], return_exceptions=True)


def test_an_exception_in_the_place_of_an_answer_holds_no_frames():
    def fail(image_id):
        try:
            return int(image_id)
        except ValueError as error:
            raise KeyError(image_id) from error

    host = Host()
    host.register(fail)
    (error,) = host.get_many("a", ["clinic:1"], return_exceptions=True)
    assert error.__traceback__ is error.__cause__.__traceback__ is None
    assert error.__notes__ == ["raised by plugin fail in get_metadata('a', 'clinic:1')"]


def test_with_return_exceptions_an_interrupt_is_raised():
    def interrupt():
        raise KeyboardInterrupt

    host = Host()
    host.register(interrupt)
    with pytest.raises(KeyboardInterrupt):
        host.get_many("a", ["clinic:1"], return_exceptions=True)


@pytest.mark.parametrize("count", [0, 1, 1023, 1024, 1025, 5000])
def test_as_many_answers_as_image_ids(count):
    host = Host()
    host.register(lambda type, image_id: image_id)
    ids = [f"clinic:{number}" for number in range(count)]
    assert host.get_many("type", ids) == ids
    assert host.get_many("type", (each for each in ids)) == ids


def test_an_id_of_another_scheme_deep_among_others_is_put_to_its_own_provider():
    host = Host()
    host.register(hookimpl(schemes=["clinic"])(lambda type, image_id: "clinic"), "clinic")
    host.register(hookimpl(schemes=["wadors"])(lambda type, image_id: "wadors"), "wadors")
    ids = [f"clinic:{number}" for number in range(3000)]
    ids[1700] = "wadors:1"
    ids[1701] = "/data/a.dcm"
    answers = host.get_many("type", ids)
    assert answers[1699:1703] == ["clinic", "wadors", None, "clinic"]
    assert answers.count("clinic") == 2998


def test_one_image_id_is_not_taken_for_many():
    with pytest.raises(TypeError, match=r"a list of image ids: \['clinic:7'\]"):
        Host().get_many("pixels", "clinic:7")


def test_no_image_ids_are_no_question():
    host = Host()
    assert host.get_many("type", []) == []


def test_what_a_generator_of_ids_raises_is_not_blamed_on_a_plugin():
    host = Host()
    host.register(lambda type, image_id: 1)

    def ids():
        yield "clinic:1"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more") as raised:
        host.get_many("type", ids())
    assert not hasattr(raised.value, "__notes__")


def test_ids_may_come_from_questions():
    host = Host()
    host.register(lambda type, image_id: f"{image_id}{type}")
    assert host.get_many("b", (host.get("a", each) for each in ("x:1", "x:2"))) == [
        "x:1ab",
        "x:2ab",
    ]


def test_a_cycle_through_get_many_alone_is_named():
    host = Host()
    host.register(lambda type, image_id: host.get_many(type, ["clinic:1", image_id]), "asking")
    with pytest.raises(MetadataCycleError) as raised:
        host.get_many("type", ["clinic:7"])
    assert raised.value.chain == (("type", "clinic:1"), ("type", "clinic:1"))
