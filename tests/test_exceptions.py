"""What providers raise: passed on with the name of the plugin, or passed over."""

from __future__ import annotations

from contextlib import suppress

import pytest

from metaprov_core import Host, MetadataReadError, ProviderCache, hookimpl

IMAGE = "clinic:7"

RAISING = """\
    from metaprov_core import hookimpl

    @hookimpl
    def get_metadata():
        raise ValueError("no licence")
    """


class OwnError(Exception):
    pass


class Raising:
    def __init__(self, error):
        self.error = error

    @hookimpl
    def get_metadata(self):
        raise self.error


class PassingOn:
    @hookimpl(wrapper=True)
    def get_metadata(self):
        return (yield)


class RaisingBefore:
    @hookimpl(wrapper=True)
    def get_metadata(self):
        raise OwnError
        yield


class RaisingAfter:
    @hookimpl(wrapper=True)
    def get_metadata(self):
        yield
        raise OwnError


class NeverYielding:
    @hookimpl(wrapper=True)
    def get_metadata(self):
        if self is None:
            yield
        return "answer"


class YieldingTwice:
    @hookimpl(wrapper=True)
    def get_metadata(self):
        yield
        return (yield)


@pytest.fixture
def skipping():
    return Host(on_error="skip")


def raised_by(host: Host, type: str = "pixels", image_id: str = IMAGE) -> Exception:
    with pytest.raises(Exception) as caught:
        host.get(type, image_id)
    return caught.value


@pytest.mark.parametrize(
    "error",
    [OwnError("x"), MetadataReadError("a.dcm", "it is empty"), StopIteration(1), KeyError("x")],
    ids=lambda error: type(error).__name__,
)
def test_what_a_provider_raises_is_raised_itself(error):
    host = Host()
    host.register(Raising(error))
    assert raised_by(host) is error


def test_an_exception_names_plugin_distribution_version_type_and_image(site):
    site.install("acme-dicom", RAISING, version="2.1", entry_points={"acme": "acme_dicom"})
    assert raised_by(site.host()).__notes__ == [
        "raised by plugin acme (acme-dicom 2.1) in get_metadata('pixels', 'clinic:7')"
    ]


def test_an_exception_of_a_plugin_registered_by_hand_names_the_plugin():
    host = Host()
    host.register(Raising(OwnError()), "unwilling")
    assert raised_by(host).__notes__ == [
        "raised by plugin unwilling in get_metadata('pixels', 'clinic:7')"
    ]


def test_the_names_are_those_of_the_plugin_that_raised_not_of_those_asked_before():
    host = Host()
    host.register(Raising(OwnError()), "unwilling")
    host.register(lambda: None, "silent")
    assert "plugin unwilling" in raised_by(host).__notes__[0]


@pytest.mark.parametrize("wrapper", [NeverYielding, YieldingTwice])
def test_a_wrapper_that_does_not_yield_once_is_named(wrapper):
    host = Host()
    host.register(lambda: "answer", "below")
    host.register(wrapper(), "careless")
    host.register(PassingOn(), "above")
    assert raised_by(host).__notes__ == [
        "raised by plugin careless in get_metadata('pixels', 'clinic:7')"
    ]


@pytest.mark.parametrize("wrapper", [NeverYielding, YieldingTwice])
@pytest.mark.parametrize(("on_error", "answer"), [("raise", None), ("skip", "answer")])
def test_a_wrapper_that_does_not_yield_once_is_explained(wrapper, on_error, answer):
    host = Host(on_error=on_error)
    host.register(lambda: "answer", "below")
    host.register(wrapper(), "careless")
    explanation = host.explain("pixels", IMAGE)
    assert (explanation.rows[0].outcome, explanation.answer) == ("raised", answer)
    assert "a wrapper yields once" in str(explanation.rows[0].error)


@pytest.mark.parametrize("image_id", ["/data/1", "file:///data/1", "clinic:1"])
def test_of_plugins_made_of_one_function_the_one_that_raised_is_named(image_id):
    def provider(*, raises, **marks):
        @hookimpl(**marks)
        def get_metadata(type, image_id):
            if raises:
                raise ValueError("no")

        return get_metadata

    host = Host()
    host.register(provider(raises=True), "raises")
    host.register(provider(raises=False), "answers nothing")
    host.register(provider(raises=False, types=["else"]), "is not asked")
    with suppress(ValueError):  # once a host was asked, paths are asked in another way
        host.get("else", "clinic:1")

    with pytest.raises(ValueError, match="no") as raised:
        host.get("pixels", image_id)
    assert raised.value.__notes__ == [
        f"raised by plugin raises in get_metadata('pixels', '{image_id}')"
    ]


def test_an_exception_that_passes_through_several_plugins_names_the_first():
    class Asking:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl(types=["derived"])
        def get_metadata(self, image_id):
            return self.host.get("pixels", image_id)

    host = Host()
    host.register(Raising(OwnError()), "unwilling")
    host.register(Asking(), "asking")
    assert raised_by(host, "derived").__notes__ == [
        "raised by plugin unwilling in get_metadata('pixels', 'clinic:7')"
    ]


def test_an_exception_that_passes_through_wrappers_names_the_plugin_below_once():
    host = Host()
    host.register(Raising(OwnError()), "unwilling")
    host.register(PassingOn(), "inner")
    host.register(PassingOn(), "outer")
    assert raised_by(host).__notes__ == [
        "raised by plugin unwilling in get_metadata('pixels', 'clinic:7')"
    ]


@pytest.mark.parametrize("wrapper", [RaisingBefore, RaisingAfter])
def test_an_exception_of_a_wrapper_names_the_wrapper(wrapper):
    host = Host()
    host.register(lambda: "answer", "below")
    host.register(wrapper(), "wrapper")
    assert raised_by(host).__notes__ == [
        "raised by plugin wrapper in get_metadata('pixels', 'clinic:7')"
    ]


def test_a_wrapper_that_yields_twice_is_pluggys_RuntimeError_that_says_where_it_is():
    class YieldingTwice:
        @hookimpl(wrapper=True)
        def get_metadata(self):
            yield
            yield

    host = Host()
    host.register(lambda: "answer", "below")
    host.register(YieldingTwice(), "wrapper")
    message = str(raised_by(host))
    assert message.endswith(" has second yield")
    assert "get_metadata" in message
    assert __file__ in message


def test_an_exception_that_is_raised_again_is_named_once():
    host = Host()
    host.register(Raising(OwnError()), "unwilling")
    raised_by(host)
    assert len(raised_by(host).__notes__) == 1


def test_notes_of_the_plugin_stay():
    error = OwnError()
    error.add_note("ask the vendor for a licence")
    host = Host()
    host.register(Raising(error), "unwilling")
    assert raised_by(host).__notes__[0] == "ask the vendor for a licence"


def test_an_endless_image_id_does_not_make_an_endless_note():
    host = Host()
    host.register(Raising(OwnError()))
    assert len(raised_by(host, image_id="clinic:" + "7" * 100_000).__notes__[0]) < 500


def test_get_many_raises_what_a_provider_raises_with_its_name():
    host = Host()
    host.register(Raising(OwnError()), "unwilling")
    with pytest.raises(OwnError) as caught:
        host.get_many("pixels", ["clinic:1", "clinic:2"])
    assert caught.value.__notes__ == [
        "raised by plugin unwilling in get_metadata('pixels', 'clinic:1')"
    ]


def test_require_raises_what_a_provider_raises():
    host = Host()
    host.register(Raising(OwnError()))
    with pytest.raises(OwnError):
        host.require("pixels", IMAGE)


def test_with_skip_the_next_provider_is_asked(skipping):
    skipping.register(lambda: "answer")
    skipping.register(Raising(OwnError()))
    assert skipping.get("pixels", IMAGE) == "answer"


def test_with_skip_nobody_answers_where_all_raise(skipping):
    skipping.register(Raising(OwnError()))
    assert skipping.get("pixels", IMAGE, "default") == "default"


def test_with_skip_a_warning_in_the_log_names_the_plugin_and_has_the_exception(skipping, caplog):
    error = OwnError("no licence")
    skipping.register(Raising(error), "unwilling")
    skipping.get("pixels", IMAGE)
    (record,) = caplog.records
    assert (record.levelname, record.name) == ("WARNING", "metaprov_core")
    assert "unwilling" in record.getMessage()
    assert record.exc_info[1] is error


@pytest.mark.parametrize("wrapper", [RaisingBefore, RaisingAfter])
def test_with_skip_the_answer_passes_by_a_wrapper_that_raises(skipping, wrapper):
    skipping.register(lambda: "answer")
    skipping.register(wrapper())
    assert skipping.get("pixels", IMAGE) == "answer"


def test_with_skip_a_wrapper_sees_the_answer_from_below_who_raised(skipping):
    class Upper:
        @hookimpl(wrapper=True)
        def get_metadata(self):
            return (yield).upper()

    skipping.register(lambda: "answer")
    skipping.register(Raising(OwnError()))
    skipping.register(Upper())
    assert skipping.get("pixels", IMAGE) == "ANSWER"


def test_with_skip_get_many_answers_for_the_other_images(skipping):
    def picky(image_id):
        if image_id == "clinic:2":
            raise OwnError
        return image_id

    skipping.register(picky)
    assert skipping.get_many("pixels", ["clinic:1", "clinic:2"]) == ["clinic:1", None]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_with_skip_what_is_no_Exception_is_raised(skipping, error):
    skipping.register(lambda: "answer")
    skipping.register(Raising(error()))
    with pytest.raises(error):
        skipping.get("pixels", IMAGE)


def test_on_error_is_raise_or_skip():
    with pytest.raises(ValueError, match="on_error is 'ignore': it is 'raise' or 'skip'"):
        Host(on_error="ignore")


# -- exceptions that misbehave


class TextlessError(Exception):
    def __str__(self):
        raise ValueError("no text")

    __repr__ = __str__


class UnnotableError(Exception):
    def add_note(self, note):
        raise ValueError(note)


class NumberForNotesError(Exception):
    __notes__ = 5


class OddNotesError(Exception):
    def __init__(self):
        self.__notes__ = [1, None]


class FrozenError(Exception):
    def __setattr__(self, name, value):
        raise AttributeError(name)


ODD = [
    TextlessError,
    UnnotableError,
    NumberForNotesError,
    OddNotesError,
    FrozenError,
]


@pytest.mark.parametrize("kind", ODD)
def test_an_exception_that_misbehaves_is_raised_itself(kind):
    """With its notes looked at as those of any other, what that raised took its place."""
    error = kind()
    host = Host()
    host.register(Raising(error))
    for ask in (lambda: host.get("any", IMAGE), lambda: host.get_many("any", [IMAGE])):
        with pytest.raises(kind) as raised:
            ask()
        assert raised.value is error
    explanation = host.explain("any", IMAGE)
    assert explanation.error is error
    assert kind.__name__ in str(explanation)
    assert explanation.to_dict()["error"].startswith(kind.__name__)


@pytest.mark.parametrize("kind", ODD)
def test_an_exception_that_misbehaves_is_passed_over(kind):
    host = Host(on_error="skip")
    host.register(lambda: "below", "below")
    host.register(Raising(kind()))
    assert host.get("any", IMAGE) == "below"
    assert "below" in str(host.explain("any", IMAGE))


def test_an_answer_that_hides_its_class_is_kept():
    class Hidden:
        @property
        def __class__(self):
            raise ValueError("no class")

    hidden = Hidden()
    assert ProviderCache(1).get(IMAGE, lambda _: hidden) is hidden
