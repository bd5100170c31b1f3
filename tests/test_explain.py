"""explain: who was asked, what each said, how long it took."""

from __future__ import annotations

import json
import re
from itertools import count
from types import SimpleNamespace

import pytest

from metaprov_core import Host, MetadataReadError, ProviderCache, hookimpl, note

IMAGE = "clinic:7"


@pytest.fixture
def host_of(make_provider):
    """Make a host with these providers, the first of them asked first."""

    def host_of(*providers: object, **options) -> Host:
        host = Host(**options)
        for place, provider in reversed(list(enumerate(providers, start=1))):
            host.register(
                provider
                if callable(provider) or hasattr(provider, "get_metadata")
                else make_provider(provider),
                f"provider {place}",
            )
        return host

    return host_of


def wrapper(change):
    class Wrapper:
        @hookimpl(wrapper=True)
        def get_metadata(self):
            return change((yield))

    return Wrapper()


def raising():
    raise ValueError("no licence")


def noting():
    note("PatientWeight (0010,1030) is missing")
    note("PatientSize (0010,1020) is missing")


def outcomes(explanation) -> list[str]:
    return [row.outcome for row in explanation.rows]


def test_the_answer_is_that_of_get(host_of):
    host = host_of(None, "answer", "another")
    assert host.explain("anything", IMAGE).answer == host.get("anything", IMAGE)


def test_it_stops_where_get_stops(host_of):
    explanation = host_of(None, "answer", "another").explain("anything", IMAGE)
    assert outcomes(explanation) == ["no answer", "answered", "not asked: answered above"]


def test_each_row_has_what_its_provider_answered(host_of):
    explanation = host_of(None, "answer", "another").explain("anything", IMAGE)
    assert [row.answer for row in explanation.rows] == [None, "answer", None]


def test_a_falsy_answer_is_an_answer(host_of):
    assert outcomes(host_of(0).explain("anything", IMAGE)) == ["answered"]


def test_with_all_the_rest_is_asked_too(host_of):
    explanation = host_of("answer", None, "another").explain("anything", IMAGE, all=True)
    assert outcomes(explanation) == ["answered", "no answer", "answered"]


def test_with_all_the_answer_remains_that_of_get(host_of):
    explanation = host_of("answer", "another").explain("anything", IMAGE, all=True)
    assert explanation.answer == "answer"


def test_with_all_what_the_rest_raises_is_in_its_row_alone(host_of):
    explanation = host_of("answer", raising).explain("anything", IMAGE, all=True)
    assert outcomes(explanation) == ["answered", "raised"]
    assert explanation.error is None


def test_what_a_provider_raises_is_told_and_not_raised(host_of):
    explanation = host_of(raising, "another").explain("anything", IMAGE)
    assert outcomes(explanation) == ["raised", "not asked: raised above"]
    assert repr(explanation.error) == repr(explanation.rows[0].error) == "ValueError('no licence')"


def test_with_skip_the_answer_comes_from_below_who_raised(host_of, caplog):
    explanation = host_of(raising, "answer", on_error="skip").explain("anything", IMAGE)
    assert outcomes(explanation) == ["raised", "answered"]
    assert (explanation.answer, explanation.error) == ("answer", None)
    assert "passed over provider 1" in caplog.text


def test_a_provider_of_other_types_is_listed_as_such(host_of, make_provider):
    explanation = host_of(make_provider("answer", types=["a"])).explain("b", IMAGE)
    assert outcomes(explanation) == ["does not serve this type"]


def test_a_provider_of_other_schemes_is_listed_as_such(host_of, make_provider):
    explanation = host_of(make_provider("answer", schemes=["ward"])).explain("a", IMAGE)
    assert outcomes(explanation) == ["does not serve this scheme"]


def test_the_rows_are_in_call_order(host_of, make_provider):
    late = make_provider("answer", trylast=True)
    early = make_provider(tryfirst=True)
    explanation = host_of(late, None, early).explain("anything", IMAGE)
    assert [row.provider.name for row in explanation.rows] == [
        "provider 3",
        "provider 2",
        "provider 1",
    ]


def test_notes_are_told_of_the_provider_that_gave_them(host_of):
    explanation = host_of(None, noting, "answer").explain("anything", IMAGE)
    assert [row.notes for row in explanation.rows] == [
        (),
        ("PatientWeight (0010,1030) is missing", "PatientSize (0010,1020) is missing"),
        (),
    ]


def test_notes_given_while_a_provider_asks_another_are_its_own(host_of):
    class Asking:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl(types=["factor"])
        def get_metadata(self, image_id):
            return self.host.get("weight", image_id)

    explanation = host_of(Asking(), noting).explain("factor", IMAGE)
    assert explanation.rows[0].notes[0] == "PatientWeight (0010,1030) is missing"


def test_a_question_explained_within_a_question_keeps_its_notes_to_itself():
    class Explaining:
        @hookimpl
        def attach(self, host):
            self.host = host

        @hookimpl(types=["factor"])
        def get_metadata(self, image_id):
            self.host.explain("weight", image_id)
            note("my own")

    host = Host()
    host.register(Explaining())
    host.register(noting)
    (_, row) = host.explain("factor", IMAGE).rows
    assert row.notes == ("my own",)


def test_a_note_outside_of_an_explanation_does_nothing(host_of):
    host = host_of(noting)
    host.get("anything", IMAGE)
    assert host.explain("anything", IMAGE).rows[0].notes == (
        "PatientWeight (0010,1030) is missing",
        "PatientSize (0010,1020) is missing",
    )


def test_it_asks_through_the_caches_that_get_asks_through():
    class Counting:
        def __init__(self):
            self.cache = ProviderCache(10)
            self.loads = count(1)

        @hookimpl
        def get_metadata(self, image_id):
            return self.cache.get(image_id, lambda _: next(self.loads))

    host = Host()
    host.register(Counting())
    answers = [
        host.get("a", IMAGE),
        host.explain("a", IMAGE).answer,
        host.explain("a", IMAGE, all=True).answer,
        host.get("a", IMAGE),
    ]
    assert answers == [1, 1, 1, 1]


def test_the_time_of_each_provider_that_was_asked_is_told(host_of):
    rows = host_of("answer", "another").explain("anything", IMAGE).rows
    assert rows[0].seconds >= 0
    assert rows[1].seconds is None


@pytest.mark.parametrize(
    ("change", "outcome", "answer"),
    [
        (lambda answer: answer, "passed the answer on", "below"),
        (lambda answer: answer.upper(), "changed the answer", "BELOW"),
        (lambda answer: None, "withheld the answer", None),
    ],
    ids=["passes on", "changes", "withholds"],
)
def test_what_a_wrapper_does_with_the_answer_is_told(host_of, change, outcome, answer):
    explanation = host_of(wrapper(change), "below").explain("anything", IMAGE)
    assert outcomes(explanation) == [outcome, "answered"]
    assert explanation.answer == answer


def test_a_wrapper_may_answer_what_nobody_below_it_does(host_of):
    explanation = host_of(wrapper(lambda _: "mine"), None).explain("anything", IMAGE)
    assert explanation.answer == "mine"
    assert explanation.rows[0].outcome in {"answered", "changed the answer"}


def test_a_wrapper_above_an_answer_of_none_has_none_either(host_of):
    explanation = host_of(wrapper(lambda answer: answer), None).explain("anything", IMAGE)
    assert outcomes(explanation) == ["no answer", "no answer"]


def test_a_wrapper_above_a_wrapper_is_told_by_what_it_did_itself(host_of):
    explanation = host_of(
        wrapper(lambda answer: answer), wrapper(lambda answer: answer.upper()), "below"
    ).explain("anything", IMAGE)
    assert outcomes(explanation) == ["passed the answer on", "changed the answer", "answered"]


def test_a_wrapper_that_swallows_an_exception_is_told_to_answer(host_of):
    class Swallowing:
        @hookimpl(wrapper=True)
        def get_metadata(self):
            try:
                return (yield)
            except ValueError:
                return "instead"

    explanation = host_of(Swallowing(), raising).explain("anything", IMAGE)
    assert [row.outcome for row in explanation.rows][1] == "raised"
    assert (explanation.answer, explanation.error) == ("instead", None)


def test_a_wrapper_through_which_an_exception_passes_is_told_to_raise(host_of):
    explanation = host_of(wrapper(lambda answer: answer), raising).explain("anything", IMAGE)
    assert outcomes(explanation) == ["raised", "raised"]


def test_with_all_providers_below_a_wrapper_are_asked_for_themselves(host_of):
    explanation = host_of(wrapper(str.upper), "answer", "another").explain("a", IMAGE, all=True)
    assert explanation.answer == "ANSWER"
    assert [row.answer for row in explanation.rows] == ["ANSWER", "answer", "another"]


def test_as_text_it_is_a_table_with_a_line_for_each_provider(site, answering):
    site.install(
        "acme-dicom", answering("answer"), version="2.1", entry_points={"acme": "acme_dicom"}
    )
    site.install("beta", answering(None))
    text = str(site.host().explain("pixels", IMAGE))
    summary, _, *rows = text.splitlines()
    assert summary == "pixels of clinic:7: answered by acme (acme-dicom 2.1)"
    assert re.match(r" *acme +acme-dicom 2\.1 +answered +[0-9.]+$", rows[0])
    assert re.match(r" *beta +beta 1\.0 +not asked: answered above +-$", rows[1])


def test_as_text_it_has_the_notes_below_their_provider(host_of):
    lines = str(host_of(noting, "answer").explain("a", IMAGE)).splitlines()
    at = next(place for place, line in enumerate(lines) if "provider 1" in line)
    assert "PatientWeight (0010,1030) is missing" in lines[at + 1]


def test_as_text_it_tells_what_was_raised(host_of):
    assert "ValueError: no licence" in str(host_of(raising).explain("a", IMAGE))


def test_as_text_it_tells_which_plugins_could_not_be_asked(site, answering):
    site.install("broken", "raise ValueError('no licence')")
    site.install("unwanted", answering("answer"))
    host = site.host(disable=["unwanted"])
    with pytest.warns(UserWarning, match="broken"):
        text = str(host.explain("a", IMAGE))
    assert "cannot import plugin 'broken' of broken 1.0: ValueError: no licence" in text
    assert "disabled: unwanted (unwanted 1.0)" in text


def test_a_type_that_nobody_serves_has_the_near_ones(host_of, make_provider):
    host = host_of(make_provider("answer", types=["imagePlaneModule", "generalSeriesModule"]))
    assert host.explain("ImagePlaneModul", IMAGE).near_types == ("imagePlaneModule",)


def test_a_type_that_is_served_has_no_near_ones(host_of, make_provider):
    host = host_of(make_provider(None, types=["imagePlaneModule", "imagePixelModule"]))
    assert host.explain("imagePlaneModule", IMAGE).near_types == ()


def test_its_dictionary_is_ready_for_JSON(host_of, make_provider):
    host = host_of(noting, raising, object(), make_provider(object(), types=["b"]))
    as_dict = host.explain("a", IMAGE, all=True).to_dict()
    assert json.loads(json.dumps(as_dict)) == as_dict


def test_its_dictionary_has_a_row_for_each_provider(host_of):
    as_dict = host_of(noting, "answer").explain("a", IMAGE).to_dict()
    assert [(row["provider"], row["outcome"], row["answer"]) for row in as_dict["rows"]] == [
        ("provider 1", "no answer", None),
        ("provider 2", "answered", "'answer'"),
    ]


def test_in_its_dictionary_answers_are_cut_to_200_characters(host_of):
    as_dict = host_of("x" * 1000).explain("a", IMAGE).to_dict()
    assert len(as_dict["answer"]) == len(as_dict["rows"][0]["answer"]) == 200


def test_an_answer_whose_repr_raises_is_told_by_its_class(make_provider):
    class Mute:
        def __repr__(self):
            raise OSError

    host = Host()
    host.register(make_provider(Mute()))

    answer = host.explain("anything", "clinic:7").to_dict()["answer"]

    assert answer == "<Mute, whose repr raises OSError>"


def test_near_types_are_told_beside_providers_that_declare_none(make_provider):
    host = Host()
    host.register(make_provider(None))
    host.register(make_provider("answer", types=["imagePlaneModule"]), "plane")

    assert host.explain("imagePlaneModul", "clinic:7").near_types == ("imagePlaneModule",)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?token=SESAME&frame=2", "?token=...&frame=2"),
        ("?objectUID=1.2&access_token=SESAME", "?objectUID=1.2&access_token=..."),
        (
            "?X-Amz-Credential=SESAME&X-Amz-Signature=SESAME",
            "?X-Amz-Credential=...&X-Amz-Signature=...",
        ),
        ("?sv=1&sig=SESAME", "?sv=1&sig=..."),
        ("?imageSetId=7", "?imageSetId=7"),
        (f"?x={'1' * 300}&token={'SESAME' * 60}", "token=..."),
    ],
)
def test_tokens_of_an_image_id_are_in_no_explanation_and_no_note_of_an_error(query, shown):
    host = Host()

    @hookimpl
    def get_metadata(type, image_id):
        raise MetadataReadError("a server", "it is down")

    host.register(SimpleNamespace(get_metadata=get_metadata), "remote")
    image_id = f"wadouri:https://pacs/wado{query}"

    explanation = host.explain("instance", image_id)
    with pytest.raises(MetadataReadError) as raised:
        host.get("instance", image_id)

    assert explanation.image_id == image_id
    assert shown in str(explanation)
    for text in (str(explanation), *raised.value.__notes__):
        assert "SESAME" not in text
