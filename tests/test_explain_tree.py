"""What an explained answer rests on: the questions that providers ask, and who answers those."""

from __future__ import annotations

import copy
import json
import pickle
from itertools import count
from threading import Thread, get_ident
from time import sleep

import pytest

from metaprov_core import Host, MetadataReadError, ProviderCache, hookimpl, note, note_origins
from metaprov_core.hooks.trace import Trace, traces

IMAGE = "clinic:7"


class Attached:
    """A plugin that may ask the host that it is in."""

    @hookimpl
    def attach(self, host):
        self.host = host


class Plane(Attached):
    """Derives a plane from the header, and keeps it."""

    def __init__(self, **options):
        self.cache = ProviderCache(10, **options)

    @hookimpl(types=["plane"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.load)

    def load(self, image_id):
        header = self.host.get("header", image_id)
        return None if header is None else {"of": header}


class Header:
    def __init__(self, answer="header"):
        self.answer = answer
        self.asked = 0

    @hookimpl(types=["header"])
    def get_metadata(self, image_id):
        self.asked += 1
        note("it is short")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def host_of(*plugins, **options) -> Host:
    host = Host(**options)
    for plugin in reversed(plugins):
        host.register(plugin, type(plugin).__name__.lower())
    return host


def row_of(explanation, plugin):
    return next(row for row in explanation.rows if row.provider.plugin == plugin)


def asked_by(explanation, plugin):
    questions = row_of(explanation, plugin).questions
    return [(each.type, each.plugin, each.outcome, each.times) for each in questions]


def test_a_question_of_a_provider_is_below_it():
    explanation = host_of(Plane(), Header()).explain("plane", IMAGE)
    assert asked_by(explanation, "plane") == [("header", "header", "answered", 1)]
    assert row_of(explanation, "plane").questions[0].image_id == IMAGE


def test_its_time_is_within_that_of_the_provider():
    row = row_of(host_of(Plane(), Header()).explain("plane", IMAGE), "plane")
    assert 0 < row.questions[0].seconds < row.seconds


def test_questions_of_questions_are_below_them():
    class Spacing(Attached):
        @hookimpl(types=["spacing"])
        def get_metadata(self, image_id):
            return self.host.get("plane", image_id)

    explanation = host_of(Spacing(), Plane(), Header()).explain("spacing", IMAGE)
    (plane,) = row_of(explanation, "spacing").questions
    assert (plane.type, plane.plugin) == ("plane", "plane")
    assert [(each.type, each.plugin) for each in plane.questions] == [("header", "header")]


def test_a_question_that_nobody_answers_is_told():
    explanation = host_of(Plane(), Header(None)).explain("plane", IMAGE)
    assert asked_by(explanation, "plane") == [("header", "", "no answer", 1)]


def test_a_question_that_raises_is_told_and_raised_to_the_provider():
    error = MetadataReadError(IMAGE, "it is a folder")
    explanation = host_of(Plane(), Header(error)).explain("plane", IMAGE)
    assert explanation.error is error
    (question,) = row_of(explanation, "plane").questions
    assert question.outcome.startswith("raised MetadataReadError: ")


def test_a_StopIteration_stays_one():
    error = StopIteration("no more")
    assert host_of(Header(error)).explain("header", IMAGE).error is error


def test_a_raised_error_names_the_plugin_that_raised_it():
    host = host_of(Plane(), Header(ValueError("no licence")))
    with pytest.raises(ValueError, match="no licence") as raised:
        host.get("plane", IMAGE)
    explained = host.explain("plane", IMAGE).error
    assert [each.split(" in ")[0] for each in explained.__notes__] == [
        each.split(" in ")[0] for each in raised.value.__notes__
    ]


class TestWrappersOfAQuestion:
    def wrapper(self, answer):
        class Wrapper:
            @hookimpl(types=["header"], wrapper=True)
            def get_metadata(self):
                below = yield
                return below if answer == "below" else answer

        return Wrapper()

    def line(self, *plugins):
        explanation = host_of(Plane(), *plugins).explain("plane", IMAGE)
        (line,) = (each for each in str(explanation).splitlines() if "    header" in each)
        (question,) = row_of(explanation, "plane").questions
        assert question.to_dict()["changed_by"] == list(question.changed_by)
        return line.rsplit(maxsplit=1)[0].strip()

    def test_one_that_changed_the_answer_is_named(self):
        line = self.line(self.wrapper("other"), Header())
        assert line == "header <- header, changed by wrapper"

    def test_one_that_passed_it_on_is_not(self):
        assert self.line(self.wrapper("below"), Header()) == "header <- header"

    def test_one_that_alone_answers_is_the_plugin_that_answers(self):
        assert self.line(self.wrapper("other"), Header(None)) == "header <- wrapper"
        assert self.line(self.wrapper("other")) == "header <- wrapper"

    def test_one_that_withheld_it_is_named(self):
        line = self.line(self.wrapper(None), Header())
        assert line == "header: no answer, changed by wrapper"

    def test_several_are_named_in_the_order_in_which_they_changed_it(self):
        class Outer:
            @hookimpl(types=["header"], wrapper=True)
            def get_metadata(self):
                return f"more than {yield}"

        line = self.line(Outer(), self.wrapper("other"), Header())
        assert line == "header <- header, changed by wrapper, outer"


def test_questions_alike_are_counted():
    class Series(Attached):
        @hookimpl(types=["series"])
        def get_metadata(self):
            return [self.host.get("header", f"clinic:{number}") for number in range(50)]

    explanation = host_of(Series(), Header()).explain("series", IMAGE)
    assert asked_by(explanation, "series") == [("header", "header", "answered", 50)]
    assert "header (50 times) <- header" in str(explanation)


def test_those_of_get_many_are_counted_too():
    class Series(Attached):
        @hookimpl(types=["series"])
        def get_metadata(self):
            return self.host.get_many("header", ["clinic:1", "/a.dcm", "clinic:2"])

    explanation = host_of(Series(), Header()).explain("series", IMAGE)
    assert explanation.answer == ["header"] * 3
    assert asked_by(explanation, "series") == [("header", "header", "answered", 3)]


def test_a_wrapper_asks_as_well():
    class Changing(Attached):
        @hookimpl(types=["header"], wrapper=True)
        def get_metadata(self, image_id):
            answer = yield
            return f"{answer} of {self.host.get('patient', image_id)}"

    class Patient:
        @hookimpl(types=["patient"])
        def get_metadata(self):
            return "Ann"

    explanation = host_of(Changing(), Patient(), Header()).explain("header", IMAGE)
    assert explanation.answer == "header of Ann"
    assert asked_by(explanation, "changing") == [("patient", "patient", "answered", 1)]
    assert asked_by(explanation, "header") == []


def test_a_question_is_answered_through_wrappers():
    class Upper:
        @hookimpl(types=["header"], wrapper=True)
        def get_metadata(self):
            return (yield).upper()

    host = host_of(Plane(), Upper(), Header())
    explanation = host.explain("plane", IMAGE)
    assert explanation.answer == {"of": "HEADER"} == host.get("plane", IMAGE)
    assert asked_by(explanation, "plane") == [("header", "header", "answered", 1)]


def test_a_provider_that_is_passed_over_is_passed_over_below_as_well(caplog):
    class Other(Header):
        @hookimpl(types=["header"])
        def get_metadata(self):
            return "other"

    host = host_of(Plane(), Header(ValueError("no licence")), Other(), on_error="skip")
    explanation = host.explain("plane", IMAGE)
    assert explanation.answer == {"of": "other"}
    assert asked_by(explanation, "plane") == [("header", "other", "answered", 1)]


def test_notes_are_those_that_were_given_without_questions_being_written_down():
    explanation = host_of(Plane(), Header(None)).explain("plane", IMAGE)
    assert row_of(explanation, "plane").notes == ("it is short",)


def test_questions_of_other_threads_are_not_those_of_the_provider():
    class Elsewhere(Attached):
        @hookimpl(types=["elsewhere"])
        def get_metadata(self, image_id):
            found = []
            thread = Thread(target=lambda: found.append(self.host.get("header", image_id)))
            thread.start()
            thread.join()
            return found[0]

    explanation = host_of(Elsewhere(), Header()).explain("elsewhere", IMAGE)
    assert explanation.answer == "header"
    assert asked_by(explanation, "elsewhere") == []


def test_a_provider_may_register_another_meanwhile():
    class Registering(Attached):
        @hookimpl(types=["late"])
        def get_metadata(self, image_id):
            self.host.register(Header(), "header")
            return self.host.get("header", image_id)

    host = host_of(Registering())
    assert asked_by(host.explain("late", IMAGE), "registering") == [
        ("header", "header", "answered", 1)
    ]
    assert host.get("header", IMAGE) == "header"


def test_afterwards_questions_take_the_short_way_again():
    host = host_of(Plane(), Header())
    host.get("plane", IMAGE)
    published = host._registry.published
    rows = published.rows
    assert rows
    host.explain("plane", IMAGE)
    assert published.rows is rows


def test_an_explanation_within_an_explanation_has_its_own_questions():
    class Explaining(Attached):
        @hookimpl(types=["why"])
        def get_metadata(self, image_id):
            return self.host.explain("plane", image_id)

    host = host_of(Explaining(), Plane(), Header())
    explanation = host.explain("why", IMAGE)
    assert asked_by(explanation, "explaining") == []
    assert asked_by(explanation.answer, "plane") == [("header", "header", "answered", 1)]
    assert host._registry.published.rows


class TestKept:
    def test_an_answer_from_a_cache_is_said_to_be_kept(self):
        host = host_of(Plane(), Header())
        assert not row_of(host.explain("plane", IMAGE), "plane").kept
        assert row_of(host.explain("plane", IMAGE), "plane").kept

    def test_an_answer_that_is_made_of_something_kept_is_not(self):
        class Half(Plane):
            @hookimpl(types=["half"])
            def get_metadata(self, image_id):
                return ProviderCache(1).get(image_id, lambda each: self.cache.get(each, str.upper))

        host = host_of(Half())
        host.get("half", IMAGE)
        assert not row_of(host.explain("half", IMAGE), "half").kept

    def test_what_it_rests_on_is_not_asked_again(self):
        host = host_of(Plane(), header := Header())
        host.get("plane", IMAGE)
        assert asked_by(host.explain("plane", IMAGE), "plane") == []
        assert header.asked == 1

    def test_a_cache_that_retraces_shows_it(self):
        host = host_of(Plane(retrace=True), Header())
        host.get("plane", IMAGE)
        explanation = host.explain("plane", IMAGE)
        assert row_of(explanation, "plane").kept
        assert asked_by(explanation, "plane") == [("header", "header", "answered", 1)]

    def test_retracing_changes_neither_the_answer_nor_what_is_kept(self):
        host = host_of(plane := Plane(retrace=True), header := Header())
        kept = host.get("plane", IMAGE)
        info = plane.cache.info()
        header.answer = "another"
        assert host.explain("plane", IMAGE).answer is kept
        assert host.get("plane", IMAGE) is kept
        assert plane.cache.info() == info

    def test_retracing_does_not_raise(self):
        host = host_of(Plane(retrace=True), header := Header())
        kept = host.get("plane", IMAGE)
        header.answer = OSError("it was deleted")
        explanation = host.explain("plane", IMAGE)
        assert (explanation.answer, explanation.error) == (kept, None)
        assert asked_by(explanation, "plane") == [
            ("header", "", "raised OSError: it was deleted", 1)
        ]

    def test_what_came_to_rest_on_itself_is_not_retraced_without_end(self):
        class Spacing(Plane):
            @hookimpl(types=["spacing"])
            def get_metadata(self, image_id):
                return self.cache.get(image_id, self.load)

            def load(self, image_id):
                for _ in range(3):
                    self.host.get("plane", image_id)
                return "spacing"

        host = host_of(Spacing(retrace=True), Plane(retrace=True), Header())
        host.get("spacing", IMAGE)

        class Circular(Attached):
            @hookimpl(types=["header"], tryfirst=True)
            def get_metadata(self, image_id):
                return self.host.get("spacing", image_id)

        # Nobody is told, so that both answers are kept.
        host._registry.register(Circular(), "circular")
        explanation = host.explain("plane", IMAGE)
        assert explanation.answer == {"of": "header"}
        (header,) = row_of(explanation, "plane").questions
        (spacing,) = header.questions
        (plane,) = spacing.questions
        assert (spacing.plugin, plane.plugin, plane.times) == ("spacing", "plane", 3)
        assert plane.questions == ()

    def test_notes_are_those_of_the_load_that_is_kept(self):
        host = host_of(Plane(retrace=True), Header())
        host.get("plane", IMAGE)
        assert row_of(host.explain("plane", IMAGE), "plane").notes == ("it is short",)

    def test_times_are_those_of_what_is_kept_and_not_of_the_retrace(self):
        class Slow(Header):
            @hookimpl(types=["header"])
            def get_metadata(self):
                sleep(0.02)
                return "header"

        class Spacing(Plane):
            @hookimpl(types=["spacing"])
            def get_metadata(self, image_id):
                return self.host.get("plane", image_id)

        class Passing:
            @hookimpl(types=["spacing"], wrapper=True)
            def get_metadata(self):
                return (yield)

        host = host_of(Passing(), Spacing(), Plane(retrace=True), Slow())
        host.get("plane", IMAGE)
        explanation = host.explain("spacing", IMAGE)
        (plane,) = row_of(explanation, "spacing").questions
        (header,) = plane.questions
        for row in explanation.rows:
            if row.seconds is not None:
                assert 0 < row.seconds < header.seconds
        assert plane.kept
        assert 0 < plane.seconds < header.seconds

    def test_what_an_interrupt_leaves_behind_ends_with_the_explanation(self):
        class Interrupted:
            @hookimpl(wrapper=True)
            def get_metadata(self):
                yield
                # As where Ctrl-C comes between the end of a wrapper and that of its trace.
                traces[get_ident()] = Trace([])
                raise KeyboardInterrupt

        host = host_of(Interrupted(), Header())
        with pytest.raises(KeyboardInterrupt):
            host.explain("header", IMAGE)
        assert get_ident() not in traces

    def test_get_does_not_retrace(self):
        host = host_of(Plane(retrace=True), header := Header())
        for _ in range(3):
            host.get("plane", IMAGE)
        assert header.asked == 1


class TestAsText:
    def test_it_is_a_tree_below_the_table(self):
        lines = str(host_of(Plane(), Header()).explain("plane", IMAGE)).splitlines()
        assert [line.rsplit(maxsplit=1)[0].rstrip() for line in lines[-3:]] == [
            "  rests on",
            "  plane <- plane",
            "    header <- header",
        ]

    def test_there_is_none_where_nobody_asked(self):
        assert "rests on" not in str(host_of(Header()).explain("header", IMAGE))

    def test_another_image_is_named_without_secrets(self):
        class First(Attached):
            @hookimpl(types=["first"])
            def get_metadata(self):
                return self.host.get("header", "wadors:http://me:word@pacs/1")

        explanation = host_of(First(), Header()).explain("first", IMAGE)
        assert "header of wadors:http://...@pacs/1 <- header" in str(explanation)
        assert "word" not in json.dumps(explanation.to_dict())

    @pytest.mark.parametrize("image_id", [IMAGE, "https://me:word@pacs/1?token=word"])
    @pytest.mark.parametrize("raises", [True, False])
    def test_what_providers_say_is_shown_without_secrets(self, image_id, raises):
        class Talkative:
            @hookimpl(types=["header"])
            def get_metadata(self, image_id):
                note(f"no header of '{image_id}'")
                note_origins(lambda: {"header": [f"column 1 of {image_id}"]})
                if raises:
                    raise ValueError(f"{image_id}: no such file")
                return "header"

        class Other(Plane):
            def load(self, image_id):
                return super().load("https://me:word@pacs/2?signature=word")

        for type, plugin in (("plane", Other()), ("header", Plane())):
            explanation = host_of(plugin, Talkative()).explain(type, image_id, fields=True)
            told = explanation.to_dict()
            del told["image_id"]
            assert "pacs" in str(explanation) or image_id == IMAGE
            for text in (str(explanation), explanation._repr_html_(), json.dumps(told)):
                assert "word" not in text

    def test_a_notebook_shows_it(self):
        html = host_of(Plane(), Header()).explain("plane", IMAGE)._repr_html_()
        assert "<pre>rests on" in html
        assert "plane &lt;- plane" in html

    def test_a_dictionary_has_it(self):
        told = host_of(Plane(), Header()).explain("plane", IMAGE).to_dict()
        (question,) = json.loads(json.dumps(told))["rows"][0]["questions"]
        assert question["ms"] > 0
        assert {name: question[name] for name in ("type", "plugin", "times", "kept")} == {
            "type": "header",
            "plugin": "header",
            "times": 1,
            "kept": False,
        }
        assert question["questions"] == []


def test_an_explanation_with_all_of_it_can_be_copied():
    explanation = host_of(Plane(), Header()).explain("plane", IMAGE, fields=True)
    assert copy.deepcopy(explanation.rows[0].questions) == explanation.rows[0].questions
    assert pickle.loads(pickle.dumps(explanation.rows[0].questions))


def test_explanations_in_many_threads_keep_apart():
    host = host_of(Plane(), Header())
    numbers = count()
    wrong = []

    def explain():
        for _ in range(50):
            image_id = f"clinic:{next(numbers)}"
            host.get("plane", image_id)
            explanation = host.explain("plane", f"{image_id}00")
            if asked_by(explanation, "plane") not in ([], [("header", "header", "answered", 1)]):
                wrong.append(explanation)

    threads = [Thread(target=explain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert host.get("plane", IMAGE) == {"of": "header"}
    assert host._registry.published.rows
