"""The tests that plugins inherit: each finds what it is there for, and nothing in good plugins."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from textwrap import dedent

import pytest

PLUGINS = """
    import functools
    import threading
    from types import MappingProxyType
    from metaprov_core import MetadataReadError, MetadataType, ProviderCache, hookimpl
    from metaprov_core.image_ids import base_image_id

    ANSWERS = MappingProxyType({"clinic:7": ("Ann", 7), "clinic:8": ("Bob", 8)})
    TYPES = ["patientModule"]

    class Good:
        def __init__(self):
            self.cache = ProviderCache(100)
        @hookimpl(types=TYPES, schemes=["clinic"])
        def get_metadata(self, image_id):
            if image_id.startswith("clinic:torn"):
                raise MetadataReadError(image_id, "the page is torn")
            return self.cache.get(image_id, ANSWERS.get)
        @hookimpl
        def add_metadata(self, type, image_id, value):
            if type == "patientModule":
                self.cache.add(image_id, value)
                return True
        @hookimpl
        def metadata_changed(self, type, image_id):
            self.cache.changed(image_id)
        @hookimpl
        def clear_metadata(self, type, image_id):
            self.cache.clear(image_id)
        @hookimpl
        def find_images(self, source):
            return iter(ANSWERS) if source == "clinic:" else None

    class Deriving:
        def __init__(self):
            self.cache = ProviderCache(100)
        @hookimpl
        def attach(self, host):
            self.host = host
        @hookimpl
        def metadata_changed(self, image_id):
            self.cache.changed(image_id)
        @hookimpl
        def clear_metadata(self, image_id):
            self.cache.clear(image_id)
        @hookimpl(types=["greeting"])
        def get_metadata(self, image_id):
            return self.cache.get(image_id, self.greet)
        def greet(self, image_id):
            patient = self.host.get("patientModule", image_id)
            return None if patient is None else f"hello {patient[0]}"

    class NeverAsksAgain(Deriving):
        @hookimpl
        def metadata_changed(self): ...

    class AnswersEverything(Good):
        @hookimpl
        def get_metadata(self, type, image_id):
            return self.cache.get(image_id, ANSWERS.get) or ()

    class LendsItsList:
        def __init__(self):
            self.answers = {"clinic:7": ["Ann"]}
        @hookimpl(types=TYPES)
        def get_metadata(self, image_id):
            return self.answers.get(image_id)

    class KeepsEverything:
        def __init__(self):
            self.kept = {}
        @hookimpl(types=TYPES)
        def get_metadata(self, image_id):
            if image_id not in self.kept:
                self.kept[image_id] = ANSWERS.get(base_image_id(image_id))
            return self.kept[image_id]

    class CachesForEver:
        @hookimpl(types=TYPES)
        def get_metadata(self, image_id):
            return answer(image_id)

    @functools.cache
    def answer(image_id):
        return ANSWERS.get(image_id)

    class ForgetsNothing(Good):
        @hookimpl
        def clear_metadata(self): ...

    class ForgetsOneFrame(Good):
        def __init__(self):
            self.added = {}
        @hookimpl(types=TYPES)
        def get_metadata(self, image_id):
            return self.added.get(image_id)
        @hookimpl
        def add_metadata(self, type, image_id, value):
            if type == "patientModule":
                self.added[image_id] = value
                return True
        @hookimpl
        def metadata_changed(self): ...
        @hookimpl
        def clear_metadata(self, image_id):
            self.added.clear() if image_id is None else self.added.pop(image_id, None)

    class TakesEverything(Good):
        @hookimpl
        def add_metadata(self, image_id, value):
            self.cache.add(image_id, value)
            return True

    class ForgetsWhatWasAdded(Good):
        @hookimpl
        def metadata_changed(self, type):
            if type is None:
                self.cache.clear()

    class RaisesOnce(Good):
        def __init__(self):
            super().__init__()
            self.raised = set()
        @hookimpl(types=TYPES)
        def get_metadata(self, image_id):
            if image_id == "clinic:torn" and image_id not in self.raised:
                self.raised.add(image_id)
                raise MetadataReadError(image_id, "the page is torn")
            return self.cache.get(image_id, ANSWERS.get)

    class Unsafe:
        def __init__(self):
            self.last = None
            self.asked = threading.Condition()
        @hookimpl(types=TYPES)
        def get_metadata(self, image_id):
            with self.asked:
                self.last = image_id
                self.asked.notify_all()
                # So long that another thread comes in between.
                if threading.current_thread() is not threading.main_thread():
                    self.asked.wait_for(lambda: self.last != image_id, timeout=1)
            return ANSWERS.get(self.last)

    class DeclaresTooMuch(Good):
        @hookimpl(types=["patientModule", "patinetModule"])
        def get_metadata(self, image_id):
            return self.cache.get(image_id, ANSWERS.get)

    class BreaksItsPromise(Good):
        @hookimpl(types=[MetadataType("patientModule", dict)])
        def get_metadata(self, image_id):
            return self.cache.get(image_id, ANSWERS.get)

    class Unpicklable:
        @hookimpl(types=TYPES)
        def get_metadata(self, image_id):
            return self if image_id == "clinic:7" else None
        def __eq__(self, other):
            return True
        def __hash__(self):
            return 1
        def __reduce__(self):
            raise TypeError("not me")

    class FailsToLeave(Good):
        @hookimpl
        def detach(self):
            raise OSError("disk full")

    # As the numbers of NumPy are, which nothing else here needs.
    class Generic(int):
        def __reduce__(self):
            return int, (int(self),)
    Generic.__module__, Generic.__name__ = "numpy", "generic"
    class Int16(Generic): ...

    class AnswersWithNumPy(Good):
        @hookimpl(types=TYPES)
        def get_metadata(self, image_id):
            return self.cache.get(image_id, self.load)
        def load(self, image_id):
            answer = ANSWERS.get(image_id)
            return None if answer is None else (answer[0], Int16(answer[1]))
    """

#: The tests that fail for each plugin.
FAILING = {
    "Good": set(),
    "Deriving": set(),
    "NeverAsksAgain": {"its_sources_are_asked_again_after_a_change_and_after_a_clear"},
    "AnswersEverything": {"it_has_no_answer_to_what_is_not_its_own"},
    "LendsItsList": {"an_answer_cannot_be_changed_by_its_caller"},
    "KeepsEverything": {"what_is_kept_is_bounded"},
    "CachesForEver": {"what_is_kept_is_bounded"},
    "ForgetsNothing": {
        "what_was_added_is_the_answer_until_it_is_cleared",
        "what_was_added_for_a_frame_goes_with_its_image",
        "what_was_added_goes_when_another_frame_of_its_image_is_cleared",
    },
    "ForgetsOneFrame": {
        "what_was_added_for_a_frame_goes_with_its_image",
        "what_was_added_goes_when_another_frame_of_its_image_is_cleared",
    },
    "TakesEverything": {"a_value_of_another_type_is_not_taken"},
    "ForgetsWhatWasAdded": {
        "what_was_added_stays_when_other_images_are_cleared_and_sources_change",
        "simultaneous_misses_are_answered_as_single_ones",
        "answers_stay_right_while_sources_change",
    },
    "RaisesOnce": {"an_image_that_cannot_be_read_raises_every_time_and_names_the_plugin"},
    "Unsafe": {
        "simultaneous_misses_are_answered_as_single_ones",
        "answers_stay_right_while_sources_change",
    },
    "DeclaresTooMuch": {"the_types_it_answers_are_those_it_declares"},
    "BreaksItsPromise": {"a_computed_answer_is_of_the_class_that_its_key_promises"},
    "Unpicklable": {"answers_can_be_sent_to_another_process"},
    "FailsToLeave": {"it_leaves_its_host_without_an_error"},
    "AnswersWithNumPy": {"numbers_are_those_of_python"},
    "Heavy": {"importing_it_imports_nothing_heavy"},
}

TESTS = """
    import heavy, plugins, pytest
    from metaprov_core import hookimpl
    from metaprov_core.testing import ProviderConformanceTests

    class Clinic:
        @hookimpl(types=["patientModule"])
        def get_metadata(self, image_id):
            return plugins.ANSWERS.get(image_id)

    class Base(ProviderConformanceTests):
        heavy_modules = {"heavy_library"}
        @pytest.fixture
        def plugin(self):
            return self.make()
        @pytest.fixture
        def answers(self, plugin):
            if isinstance(plugin, plugins.Deriving):
                return {("greeting", "clinic:7"): "hello Ann"}
            if isinstance(plugin, plugins.LendsItsList):
                return {("patientModule", "clinic:7"): ["Ann"]}
            if isinstance(plugin, plugins.Unpicklable):
                return {("patientModule", "clinic:7"): plugin}
            if isinstance(plugin, plugins.ForgetsOneFrame):
                return {}
            return {("patientModule", id): answer for id, answer in plugins.ANSWERS.items()}
        @pytest.fixture
        def added(self, plugin):
            if not isinstance(plugin, plugins.Good):
                return {}
            return {("patientModule", "clinic:9"): ("Cid", 9)}
        @pytest.fixture
        def sources(self, plugin):
            return [Clinic()] if isinstance(plugin, plugins.Deriving) else []
        @pytest.fixture
        def unreadable(self, plugin):
            kinds = (plugins.Good, plugins.RaisesOnce)
            return [("patientModule", "clinic:torn")] if type(plugin) in kinds else []
        @pytest.fixture
        def found(self, plugin):
            return {"clinic:": plugins.ANSWERS} if isinstance(plugin, plugins.Good) else {}
    """


@pytest.fixture(scope="module")
def run_tests(tmp_path_factory):
    """Run pytest on some files, in a process and a folder of its own."""

    def run(**modules):
        folder = tmp_path_factory.mktemp("project")
        for name, source in modules.items():
            (folder / f"{name}.py").write_text(dedent(source))
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rA", "."],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "300"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def outcomes(run_tests):
    """What became of the tests of each plugin: the names by outcome."""
    classes = "".join(
        f"""
class Test{name}(Base):
    make = {"heavy" if name == "Heavy" else "plugins"}.{name}
"""
        for name in FAILING
    )
    completed = run_tests(
        plugins=PLUGINS,
        heavy="import heavy_library, plugins\nclass Heavy(plugins.Good): ...",
        heavy_library="",
        test_plugins=dedent(TESTS) + classes,
    )
    found = defaultdict(set)
    pattern = r"^(PASSED|FAILED|ERROR) test_plugins.py::Test(\w+)::test_(\w+)"
    for outcome, plugin, test in re.findall(pattern, completed.stdout, re.MULTILINE):
        found[plugin, outcome].add(test)
    assert not any(outcome == "ERROR" for _, outcome in found), completed.stdout
    return found


@pytest.mark.parametrize("plugin", FAILING)
def test_what_breaks_the_contract_fails_its_test_and_no_other(outcomes, plugin):
    assert outcomes[plugin, "FAILED"] == FAILING[plugin]
    assert len(outcomes[plugin, "PASSED"]) > 8


def test_every_inherited_test_is_passed_by_a_good_plugin_and_failed_by_another(outcomes):
    failed = set().union(*FAILING.values())

    rest = outcomes["Good", "PASSED"] - failed

    assert (
        rest
        == {
            "it_answers_what_is_its_own",
            "the_same_question_has_the_same_answer",
            "answers_are_there_again_after_a_change_and_after_a_clear",
            "it_finds_its_images_and_no_others",
        }
        - failed
    )


def test_a_class_without_examples_is_told_which_fixture_to_override(run_tests):
    completed = run_tests(
        test_plugin="""
            from metaprov_core.testing import ProviderConformanceTests

            class TestMine(ProviderConformanceTests): ...
            """
    )

    assert completed.returncode == 1
    assert "override the fixture `plugin`: it returns MyProvider(), or the module" in (
        completed.stdout
    )


def test_the_fixtures_are_there_in_every_test_run_and_import_metaprov_when_wanted(run_tests):
    completed = run_tests(
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
