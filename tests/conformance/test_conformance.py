"""The tests that plugins inherit find every mistake, and nothing in correct plugins."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from metaprov_core.testing import ProviderConformanceTests

HERE = Path(__file__).parent


class Found(NamedTuple):
    """By which test a mistake is found, and a part of what it says."""

    test: str
    says: str


#: The mistakes of each module, which say in their docstrings what is wrong.
MISTAKES = {
    "answers": {
        "AnswersEverything": Found("it_has_no_answer_to_what_is_not_its_own", "with ()"),
        "RaisesForOthersImages": Found(
            "it_has_no_answer_to_what_is_not_its_own", "raised KeyError"
        ),
        "AnswersEveryType": Found(
            "it_has_no_answer_to_what_is_not_its_own", "answers noSuchModuleOfConformance of"
        ),
        "AnswersNothingOfItsOwn": Found("it_answers_what_is_its_own", "has no answer, for None"),
        "CountsTheQuestions": Found("the_same_question_has_the_same_answer", "at question 2"),
        "AnswersTheFirstForAll": Found("many_images_are_answered_as_each_alone", "asked together"),
        "OneTornPageStopsAll": Found("many_images_are_answered_as_each_alone", "asked together"),
        "RaisesOnce": Found(
            "an_image_that_cannot_be_read_raises_every_time_and_names_the_plugin",
            "answers None for patientModule of clinic:torn",
        ),
        "AnswersHalf": Found(
            "an_image_that_cannot_be_read_raises_every_time_and_names_the_plugin",
            "answers (None, 0) for patientModule of clinic:torn",
        ),
        "RaisesWhatItMeets": Found(
            "an_image_that_cannot_be_read_raises_every_time_and_names_the_plugin",
            "raised FileNotFoundError: page 9",
        ),
        "DeclaresAnotherName": Found(
            "the_types_it_answers_are_those_it_declares", "declares ['patinetModule']"
        ),
    },
    "values": {
        "LendsItsList": Found("an_answer_cannot_be_changed_by_its_caller", "frozen struct"),
        "LendsItsBytes": Found("an_answer_cannot_be_changed_by_its_caller", "bytearray"),
        "LendsAListInAStruct": Found(
            "an_answer_cannot_be_changed_by_its_caller", "after its caller changed it"
        ),
        "AnswersWithNumPy": Found("numbers_are_those_of_python", "answer[1]"),
        "HasNumPyInASet": Found("numbers_are_those_of_python", "numpy.Float64"),
        "CannotBeSent": Found("answers_can_be_sent_to_another_process", "pickle raised"),
        "BreaksItsPromise": Found(
            "an_answer_is_of_the_class_that_its_key_promises", "the key promises Patient"
        ),
        "KeepsAMapping": Found(
            "an_answer_is_of_the_class_that_its_key_promises", "the key promises Patient"
        ),
        "DescribesEveryType": Found(
            "it_describes_no_type_that_it_does_not_serve", "which nobody serves"
        ),
    },
    "adding": {
        "StillAnswersTheFirst": Found(
            "the_last_value_that_was_added_is_the_answer", "'Dora' was added"
        ),
        "RaisesForAnotherType": Found("a_value_of_another_type_is_not_taken", "raised KeyError"),
        "TakesEverything": Found("a_value_of_another_type_is_not_taken", "never answers with"),
        "SaysTrueAndKeepsNothing": Found(
            "what_was_added_is_the_answer_until_it_is_cleared", "with None after add"
        ),
        "ClearIgnoresItsType": Found(
            "what_was_added_stays_when_others_are_cleared_and_sources_change",
            "after clear('noSuchModuleOfConformance', 'any:1')",
        ),
        "ClearIgnoresItsImage": Found(
            "what_was_added_stays_when_others_are_cleared_and_sources_change",
            "after clear(None, 'conformance:no-such-image')",
        ),
        "ClearForgetsNothing": Found(
            "what_was_added_is_the_answer_until_it_is_cleared",
            "after clear('patientModule', 'any:1')",
        ),
        "ClearForgetsOneFrame": Found(
            "what_was_added_goes_when_another_frame_of_its_image_is_cleared",
            "after clear of any:1?frame=977",
        ),
        "ClearForgetsTheFirstFrame": Found(
            "what_was_added_for_a_frame_goes_with_its_image", "after clear of any:1"
        ),
        "RaisesWhenAllIsCleared": Found(
            "what_was_added_is_the_answer_until_it_is_cleared", "in clear()"
        ),
        "ForgetsAtEveryChange": Found(
            "what_was_added_is_the_answer_until_it_is_cleared", "with None after add"
        ),
    },
    "deriving": {
        "NeverAsksAgain": Found(
            "its_sources_are_asked_again_after_a_change_and_after_a_clear", "after changed()"
        ),
        "DropsOneFrame": Found(
            "its_sources_are_asked_again_after_a_change_and_after_a_clear", "a frame of the image"
        ),
        "KeepsTheSeries": Found("an_answer_follows_its_sources_after_a_change", "still answers"),
        "HidesItsScope": Found(
            "what_rests_on_other_images_is_declared_with_the_scope_of_a_series", 'scope="series"'
        ),
        "ClosesItsSourceAtAChange": Found(
            "answers_are_there_again_after_a_change_and_after_a_clear", "raised AttributeError"
        ),
        "ReadsItsFileOnce": Found(
            "a_file_that_is_rewritten_is_read_again_after_a_change", "no longer in the file"
        ),
        "RemembersAFailure": Found(
            "a_file_that_is_rewritten_is_read_again_after_a_change", "it could not be read before"
        ),
        "AnswersWithThePreviousPatient": Found(
            "it_has_no_answer_to_what_is_not_its_own", "with ('?', 8)"
        ),
        "WritesIntoTheAnswer": Found(
            "a_wrapper_leaves_the_answer_that_it_wraps_as_it_is", "made ['?', 7] of the answer"
        ),
        "WithholdsErrors": Found(
            "a_wrapper_withholds_no_error_of_what_it_wraps", "let exceptions through"
        ),
        "KeepsWhatItMade": Found("an_answer_follows_its_sources_after_a_change", "('?', 8)"),
    },
    "finding": {
        "ClaimsEveryFolder": Found("it_finds_its_images_and_no_others", "foreign"),
        "ClaimsEveryFile": Found("it_finds_its_images_and_no_others", "clinic:notes.conformance"),
        "RaisesForOtherSources": Found("it_finds_its_images_and_no_others", "raised ValueError"),
        "FindsThemOnce": Found("it_finds_its_images_and_no_others", "finds [] in clinic:"),
        "ClaimsEveryClinic": Found("it_finds_its_images_and_no_others", "in clinic:other, not []"),
        "FindsEachTwice": Found("it_finds_its_images_and_no_others", "each image once"),
        "RaisesWhileItFetches": Found(
            "images_can_be_fetched_before_they_are_asked_for", "the page is torn"
        ),
        "FetchesOn": Found("whoever_gives_up_fetching_is_let_through", "called it 2 times"),
    },
    "threads": {
        "SharesOneVariable": Found(
            "simultaneous_misses_are_answered_as_single_ones", "local variables"
        ),
        "EmptiesItsTable": Found("answers_stay_right_while_sources_change", "is None, and was"),
        "WaitsInACircle": Found(
            "simultaneous_misses_are_answered_as_single_ones", "threads waiting, one of them here"
        ),
        "OneThreadAlone": Found(
            "simultaneous_misses_are_answered_as_single_ones", "raised ProgrammingError"
        ),
    },
    "leaving": {
        "KeepsEverything": Found("what_is_kept_is_bounded", "1000 things more in kept"),
        "CachesForEver": Found("what_is_kept_is_bounded", "1000 things more in patient_of"),
        "KeepsEveryFrame": Found("what_is_kept_is_bounded", "images.get('clinic:7').frames"),
        "KeepsThemInANamespace": Found("what_is_kept_is_bounded", "1000 things more in state.kept"),
        "QueuesForNobody": Found("what_is_kept_is_bounded", "1000 things more in asked"),
        "KeepsShards": Found("what_is_kept_is_bounded", "1000 things more in shards"),
        "CountsInAClosure": Found("what_is_kept_is_bounded", "count.<counted>"),
        "ImportsTooMuch": Found("importing_it_imports_nothing_heavy", "imports wave with leaving"),
        "RaisesWhenItLeaves": Found("it_leaves_its_host_without_an_error", "AttributeError"),
        "LeavesItsConnectionOpen": Found(
            "what_it_opened_is_closed_when_it_leaves", "connection (Connection)"
        ),
        "LeavesItsFileOpen": Found(
            "what_it_opened_is_closed_when_it_leaves", "log (TextIOWrapper)"
        ),
        "LeavesAFileOfItsModuleOpen": Found(
            "what_it_opened_is_closed_when_it_leaves", "open: FILES["
        ),
        "LeavesItsPoolRunning": Found(
            "what_it_opened_is_closed_when_it_leaves", "pool (ThreadPoolExecutor)"
        ),
        "LeavesItsThreadRunning": Found(
            "what_it_opened_is_closed_when_it_leaves", "watcher (Thread)"
        ),
        "ForgetsItsThread": Found("what_it_opened_is_closed_when_it_leaves", "a thread, forgotten"),
        "SettingsThatStayHere": Found(
            "its_settings_can_be_sent_to_another_process", "pickle raised"
        ),
    },
}
#: The modules of correct plugins.
CORRECT = sorted((HERE / "correct").glob("*.py"))
CORRECT_PLUGINS = {
    *("Source", "Store", "Greeting", "Masking", "Ward", "Letters", "Beds", "OtherWard", "Pooled"),
    *("Watching", "Warming", "Rewritten", "WholeImages", "Neighbours", "Recent"),
    *("TestFunction", "TestBorrowing", "delete", "wal"),
    *(["TestNifti"] if find_spec("nibabel") else []),
    *(["TestPseudonyms"] if find_spec("metaprov_dicom") and find_spec("pydicom") else []),
}
NAMES = [(module, name) for module, mistakes in MISTAKES.items() for name in mistakes]
TESTS = {name for name in dir(ProviderConformanceTests) if name.startswith("test_")}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run pytest in a folder, as in a project of its own."""

    def run(folder, *arguments):
        options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-rA"]
        return subprocess.run(
            [sys.executable, "-m", "pytest", *options, *map(str, arguments)],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(
                    [str(HERE), str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
                ),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTEST_ADDOPTS": "",
            },
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def cases_of(run, tmp_path_factory):
    """Run some tests of this folder, and read what became of each."""

    def cases_of(*tests):
        folder = tmp_path_factory.mktemp("project")
        report = folder / "report.xml"
        alone = ("--noconftest", "-c", os.devnull, "--rootdir", HERE, f"--junitxml={report}")
        completed = run(folder, *alone, *tests)
        assert report.exists(), completed.stdout + completed.stderr
        return list(ET.parse(report).getroot().iter("testcase"))

    return cases_of


@pytest.fixture
def run_project(run, tmp_path):
    """Run pytest on some modules."""

    def run_project(**modules):
        for name, source in modules.items():
            (tmp_path / f"{name}.py").write_text(dedent(source))
        return run(tmp_path, ".")

    return run_project


@pytest.fixture(scope="module")
def said_of_mistakes(cases_of):
    """What the test that is to find it says of each mistake; "" where it passed."""
    tests = [
        f"{HERE}/mistakes/{module}.py::TestMistakes::test_{found.test}[{name}]"
        for module, mistakes in MISTAKES.items()
        for name, found in mistakes.items()
    ]
    return {
        case.get("name").partition("[")[2].rstrip("]"): "".join(_said_in(case))
        for case in cases_of(*tests)
    }


@pytest.fixture(scope="module")
def outcomes_of_correct(cases_of):
    """What became of each test of each correct plugin: passed, skipped, or what it said."""
    outcomes = defaultdict(dict)
    for case in cases_of(*CORRECT):
        test, _, name = case.get("name").rstrip("]").partition("[")
        said = list(_said_in(case))
        skipped = "skipped" if list(case.iter("skipped")) else "passed"
        outcomes[name or case.get("classname").rpartition(".")[2]][test] = (said or [skipped])[0]
    return outcomes


def _said_in(case):
    """What a test said as it failed, or as what it needs was made."""
    return (each.text for kind in ("failure", "error") for each in case.iter(kind))


@pytest.mark.parametrize(("module", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_mistake_is_found_by_its_test_which_says_what_the_plugin_did(
    said_of_mistakes, module, name
):
    said = said_of_mistakes[name]

    assert MISTAKES[module][name].says in said
    assert "The plugin: " in said
    assert "To do: " in said


def test_there_are_forty_mistakes_and_more():
    assert len(NAMES) >= 40


def test_every_test_that_plugins_inherit_finds_a_mistake():
    found = {found.test for mistakes in MISTAKES.values() for found in mistakes.values()}

    assert {f"test_{test}" for test in found} == TESTS


def test_correct_plugins_fail_no_test(outcomes_of_correct):
    failed = {
        f"{name}: {test}": said
        for name, outcomes in outcomes_of_correct.items()
        for test, said in outcomes.items()
        if said not in {"passed", "skipped"}
    }

    assert failed == {}
    assert set(outcomes_of_correct) >= CORRECT_PLUGINS


def test_every_test_that_plugins_inherit_is_passed_by_a_correct_plugin(outcomes_of_correct):
    passed = {
        test
        for outcomes in outcomes_of_correct.values()
        for test, said in outcomes.items()
        if said == "passed"
    }

    assert passed == TESTS


def test_a_class_without_examples_is_told_which_fixture_to_override(run_project):
    completed = run_project(
        test_plugin="""
            from metaprov_core.testing import ProviderConformanceTests

            class TestMine(ProviderConformanceTests): ...
            """
    )

    assert completed.returncode == 1
    assert "override the fixture `plugin`: it returns MyProvider(), or the module" in (
        completed.stdout
    )


def test_the_fixtures_are_there_in_every_test_run_and_import_metaprov_when_wanted(run_project):
    completed = run_project(
        test_mine="""
            import sys

            def test_nothing_is_imported_before():
                assert "metaprov_core" not in sys.modules

            def test_the_host_has_no_plugins(metaprov_host):
                assert metaprov_host.plugins() == []

            def test_the_host_has_just_these_plugins(metaprov_host_with):
                host = metaprov_host_with(lambda type: type.upper(), lambda type, image_id: None)
                assert len(host.plugins()) == 2
                assert host.get("a", "clinic:7") == "A"

            def test_what_was_asked_is_recorded(metaprov_host_with, metaprov_recorder):
                import pytest
                def raises(type):
                    if type == "bad":
                        raise ZeroDivisionError
                host = metaprov_host_with(lambda type: 7 if type == "a" else None, raises)
                host.get("a", "clinic:7")
                host.get("b", "clinic:8")
                with pytest.raises(ZeroDivisionError):
                    host.get("bad", "clinic:9")
                host.changed("b")
                assert metaprov_recorder.asked == [
                    ("a", "clinic:7", 7), ("b", "clinic:8", None), ("bad", "clinic:9", None)
                ]
                assert metaprov_recorder.questions[0] == ("a", "clinic:7")
                assert metaprov_recorder.changes == [("b", None)]
                metaprov_recorder.forget()
                assert (metaprov_recorder.asked, metaprov_recorder.changes) == ([], [])
            """
    )

    assert completed.returncode == 0, completed.stdout
    assert "4 passed" in completed.stdout
