"""What ProviderCache keeps, for whom, and when it lets go of it."""

import gc
from contextlib import suppress
from threading import Event

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from metaprov_core import Host, ProviderCache, base_image_id, hookimpl, note, parse_image_id
from metaprov_core.cache.ids_by_base import IdsByBase
from metaprov_core.hooks.notes import collect_notes, listening

WADORS = "wadors:https://host/studies/1/series/2/instances/3"


class Loads:
    """A load function that remembers what it was called with."""

    def __init__(self, answers=None):
        self.answers = answers
        self.asked = []

    def __call__(self, image_id):
        self.asked.append(image_id)
        return f"loaded {image_id}" if self.answers is None else self.answers.get(image_id)


@pytest.fixture
def cache():
    return ProviderCache(100)


# -- loading


def test_a_miss_loads_with_the_image_id_and_a_hit_does_not_load(cache):
    load = Loads()
    assert cache.get("clinic:1", load) == "loaded clinic:1"
    assert cache.get("clinic:1", load) == "loaded clinic:1"
    assert load.asked == ["clinic:1"]


def test_without_a_load_function_only_what_is_kept_answers(cache):
    assert cache.get("clinic:1") is None
    cache.get("clinic:1", Loads())
    assert cache.get("clinic:1") == "loaded clinic:1"


@pytest.mark.parametrize("falsy", [0, "", False, (), 0.0])
def test_falsy_values_are_answers(cache, falsy):
    load = Loads({"clinic:1": falsy})
    cache.get("clinic:1", load)
    assert cache.get("clinic:1", load) == falsy
    assert load.asked == ["clinic:1"]


def test_none_is_not_kept(cache):
    load = Loads({})
    assert cache.get("clinic:1", load) is None
    assert cache.get("clinic:1", load) is None
    assert load.asked == ["clinic:1", "clinic:1"]
    assert cache.info().size == 0


def test_none_is_kept_by_a_cache_that_remembers_misses():
    cache = ProviderCache(10, remember_misses=True)
    load = Loads({})
    assert cache.get("clinic:1", load) is None
    assert cache.get("clinic:1", load) is None
    assert load.asked == ["clinic:1"]
    cache.changed("clinic:1")
    cache.get("clinic:1", load)
    assert load.asked == ["clinic:1", "clinic:1"]


def test_an_exception_is_not_kept(cache):
    def load(image_id):
        raise ValueError(image_id)

    for _ in range(2):
        with pytest.raises(ValueError, match="clinic:1"):
            cache.get("clinic:1", load)
    assert cache.get("clinic:1", Loads()) == "loaded clinic:1"
    assert cache.info().loads == 3


def test_answers_are_read_only_copies(cache):
    answer = {"a": [1, 2], "b": {"c": 3}}
    kept = cache.get("clinic:1", lambda _: answer)
    assert kept == answer
    with pytest.raises(TypeError, match="read-only"):
        kept["a"].append(3)
    answer["a"].append(3)
    assert cache.get("clinic:1") == {"a": [1, 2], "b": {"c": 3}}


@pytest.mark.parametrize("wrong", [5, None, b"clinic:1", ("clinic:1",)])
def test_what_is_no_string_is_refused_before_anything_is_loaded(cache, wrong):
    load = Loads()
    with pytest.raises(TypeError, match="an image id is a string"):
        cache.get(wrong, load)
    assert load.asked == []


def test_a_path_is_refused_with_what_to_pass(cache, tmp_path):
    with pytest.raises(TypeError, match=r"str\(path\)"):
        cache.get(tmp_path, Loads())


def test_a_cache_holds_at_least_one_answer():
    with pytest.raises(ValueError, match="maxsize is 0"):
        ProviderCache(0)


# -- notes


class Noting:
    """A provider with a cache whose load says why it has no answer."""

    def __init__(self, cache):
        self.cache = cache
        self.loads = 0

    @hookimpl(types=["patientModule"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.load)

    def load(self, image_id):
        self.loads += 1
        note("PatientWeight (0010,1030) is missing")


def notes_of(host):
    (row,) = host.explain("patientModule", "clinic:1").rows
    return row.notes


def test_the_notes_of_a_remembered_miss_are_given_again():
    provider = Noting(ProviderCache(10, remember_misses=True))
    host = Host()
    host.register(provider)
    for _ in range(3):
        assert notes_of(host) == ("PatientWeight (0010,1030) is missing",)
    assert provider.loads == 1


def test_notes_that_nobody_heard_are_given_when_somebody_asks_why():
    provider = Noting(ProviderCache(10, remember_misses=True))
    host = Host()
    host.register(provider)
    assert host.get("patientModule", "clinic:1") is None
    assert notes_of(host) == ("PatientWeight (0010,1030) is missing",)
    assert provider.loads == 1


def test_whoever_waits_for_a_miss_hears_its_notes(in_thread, until_waiting):
    provider = Noting(ProviderCache(10, remember_misses=True))
    host = Host()
    host.register(provider)
    begun, go_on = Event(), Event()
    load = provider.load

    def slow(image_id):
        begun.set()
        assert go_on.wait(10)
        return load(image_id)

    provider.load = slow
    first = in_thread(lambda: host.get("patientModule", "clinic:1"))
    assert begun.wait(10)
    second = in_thread(lambda: notes_of(host))
    until_waiting(1)
    go_on.set()
    assert first() is None
    assert second() == ("PatientWeight (0010,1030) is missing",)
    assert provider.loads == 1


def test_the_notes_of_an_answer_are_given_again(cache):
    def load(image_id):
        note("RescaleSlope (0028,1053) is not a number")
        return "half an answer"

    heard = []
    for _ in range(3):
        notes = []
        assert collect_notes(notes, cache.get, "clinic:1", load) == "half an answer"
        heard.append(notes)
    assert heard == [["RescaleSlope (0028,1053) is not a number"]] * 3
    assert cache.info().loads == 1


@pytest.mark.parametrize("remember", [False, True])
@pytest.mark.parametrize("answer", ["an answer", None])
def test_explain_gives_the_same_reasons_before_and_after_get(remember, answer):
    class Deriving(Noting):
        def load(self, image_id):
            super().load(image_id)
            return answer

    before, after = Host(), Host()
    for host in (before, after):
        host.register(Deriving(ProviderCache(10, remember_misses=remember)))
    after.get("patientModule", "clinic:1")
    assert notes_of(after) == notes_of(before) == ("PatientWeight (0010,1030) is missing",)
    assert notes_of(after) == notes_of(before)


def test_what_is_kept_of_a_load_within_a_load_is_told_by_both(cache):
    inner = ProviderCache(10)

    def load(image_id):
        return inner.get(image_id, lambda _: note("of the header") or 1)

    for _ in range(2):
        notes = []
        collect_notes(notes, cache.get, "clinic:1", load)
        assert notes == ["of the header"]
        cache.changed()


def test_the_notes_go_with_the_answer(cache):
    cache.get("clinic:1", lambda _: note("old") or 1)
    cache.changed("clinic:1")
    cache.get("clinic:1", lambda _: 2)
    notes = []
    collect_notes(notes, cache.get, "clinic:1")
    assert notes == []
    assert not cache._notes


def test_the_notes_of_what_is_evicted_go(cache):
    cache = ProviderCache(2)
    for number in range(9):
        cache.get(f"clinic:{number}", lambda _: note("old") or 1)
    assert len(cache._notes) <= 2


def test_the_notes_of_a_load_that_raises_are_heard_by_who_asked():
    def load(_):
        note("the header is cut short")
        raise ValueError

    for remember in (False, True):
        notes = []
        with pytest.raises(ValueError):
            collect_notes(notes, ProviderCache(2, remember).get, "clinic:1", load)
        assert notes == ["the header is cut short"]


def test_many_notes_are_kept_once_each_and_not_all(cache):
    def load(_):
        for number in range(250):
            note("the same")
            note(f"note {number}")
        return 1

    heard = []
    for _ in range(2):
        notes = []
        collect_notes(notes, cache.get, "clinic:1", load)
        heard.append(notes)
    assert heard[0] == heard[1]
    assert heard[0][:3] == ["the same", "note 0", "note 1"]
    assert heard[0][-1] == "and 151 more notes"
    assert len(heard[0]) == 101


def test_a_load_leaves_nobody_listening(cache):
    for outcome in (lambda _: 1, lambda _: None, interrupted):
        with suppress(KeyboardInterrupt):
            cache.get("clinic:1", outcome)
        cache.changed()
        assert not listening


# -- added values


def test_an_added_value_wins_over_a_derived_one(cache):
    cache.get("clinic:1", Loads())
    cache.add("clinic:1", "added")
    load = Loads()
    assert cache.get("clinic:1", load) == "added"
    assert load.asked == []


def test_the_last_added_value_counts(cache):
    cache.add("clinic:1", "first")
    cache.add("clinic:1", "second")
    assert cache.get("clinic:1") == "second"
    assert cache.info().added == 1


def test_added_dictionaries_are_read_only_copies(cache):
    value = {"suvbw": 2}
    cache.add("clinic:1", value)
    value["suvbw"] = 3
    assert cache.get("clinic:1") == {"suvbw": 2}
    with pytest.raises(TypeError, match="read-only"):
        cache.get("clinic:1")["suvbw"] = 3


def test_added_values_are_not_counted_and_never_evicted():
    cache = ProviderCache(2)
    for number in range(50):
        cache.add(f"clinic:{number}", number)
    for number in range(100, 150):
        cache.get(f"clinic:{number}", Loads())
    assert [cache.get(f"clinic:{number}") for number in range(50)] == list(range(50))
    info = cache.info()
    assert (info.size, info.added) == (2, 50)


SPELLINGS = [
    ["/data/a b.dcm", "dicomfile:/data/a b.dcm", "file:///data/a%20b.dcm"],
    ["/data/a.dcm", "/data/a.dcm?frame=1", "dicomfile:/data/a.dcm?frame=1"],
    ["/data/a.dcm?frame=2", "file:///data/a.dcm?frame=2", "dicomfile:/data/a.dcm?frame=02"],
    [WADORS, f"{WADORS}/frames/1"],
    ["wadouri:https://h/w?o=1", "wadouri:https://h/w?o=1&frame=1"],
]


@pytest.mark.parametrize(
    ("added", "asked"),
    [(added, asked) for same in SPELLINGS for added in same for asked in same],
)
def test_an_added_value_answers_for_every_spelling_of_its_id(cache, added, asked):
    cache.get(asked, Loads())
    cache.add(added, "added")
    assert cache.get(asked, Loads()) == "added"


def test_an_added_value_of_one_frame_is_not_that_of_another(cache):
    cache.add(f"{WADORS}/frames/2", "second")
    assert cache.get(WADORS) is None
    assert cache.get(f"{WADORS}/frames/3") is None


# -- letting go


def test_changed_drops_what_was_derived_and_keeps_what_was_added(cache):
    cache.get("clinic:1", Loads())
    cache.add("clinic:2", "added")
    cache.changed()
    assert cache.get("clinic:1") is None
    assert cache.get("clinic:2") == "added"


def test_clear_drops_both(cache):
    cache.get("clinic:1", Loads())
    cache.add("clinic:2", "added")
    cache.clear()
    assert cache.get("clinic:1") is None
    assert cache.get("clinic:2") is None
    assert cache.info()[:3] == (0, 100, 0)


@pytest.mark.parametrize("named", ["", "/frames/1", "/frames/7"])
def test_all_frames_of_an_image_go_whichever_is_named(cache, named):
    frames = [WADORS, *(f"{WADORS}/frames/{frame}" for frame in (1, 2, 30))]
    other = f"{WADORS}4/frames/2"
    for image_id in (*frames, other):
        cache.get(image_id, Loads())
    cache.changed(f"{WADORS}{named}")
    assert [cache.get(image_id) for image_id in frames] == [None] * 4
    assert cache.get(other) == f"loaded {other}"


@pytest.mark.parametrize(
    "named", ["/a b.dcm", "dicomfile:/a b.dcm?frame=9", "file:///a%20b.dcm", "file:/a%20b.dcm"]
)
def test_an_image_goes_under_all_its_spellings(cache, named):
    spelled = ["/a b.dcm", "dicomfile:/a b.dcm", "file:///a%20b.dcm?frame=3"]
    for image_id in spelled:
        cache.get(image_id, Loads())
    cache.changed(named)
    assert [cache.get(image_id) for image_id in spelled] == [None] * 3


def test_clear_of_one_image_keeps_what_was_added_for_another(cache):
    cache.add(f"{WADORS}/frames/1", 1)
    cache.add(f"{WADORS}/frames/2", 2)
    cache.add(f"{WADORS}9", 9)
    cache.clear(WADORS)
    assert cache.get(f"{WADORS}/frames/2") is None
    assert cache.get(f"{WADORS}9") == 9
    assert cache.info().added == 1


def test_what_is_dropped_is_loaded_anew(cache):
    answers = iter(["old", "new"])
    assert cache.get("clinic:1", lambda _: next(answers)) == "old"
    cache.changed("clinic:1")
    assert cache.get("clinic:1", lambda _: next(answers)) == "new"


def test_images_whose_bases_share_a_hash_are_kept_apart(cache, monkeypatch):
    monkeypatch.setattr("metaprov_core.cache.ids_by_base.hash", lambda _: 7, raising=False)
    for image_id in ("clinic:1", "clinic:1?frame=2", "clinic:2"):
        cache.get(image_id, Loads())
    cache.changed("clinic:1")
    assert cache.get("clinic:1?frame=2") is None
    assert cache.get("clinic:2") == "loaded clinic:2"
    cache.changed("clinic:2")
    assert cache.get("clinic:2") is None


# -- the bound


def test_the_oldest_answers_go_first():
    cache = ProviderCache(3)
    for number in range(5):
        cache.get(f"clinic:{number}", Loads())
    kept = [cache.get(f"clinic:{number}") is not None for number in range(5)]
    assert kept == [False, False, True, True, True]
    assert cache.info().evicted == 2


@pytest.mark.parametrize("maxsize", [1, 2, 63, 64, 1000])
def test_it_stays_within_its_bound_and_is_mostly_full(maxsize):
    cache = ProviderCache(maxsize)
    for number in range(3 * maxsize):
        cache.get(f"{WADORS}{number // 3}/frames/{number % 3 + 1}", Loads())
        assert cache.info().size <= maxsize
    info = cache.info()
    assert info.size >= maxsize - maxsize // 64 - 1
    assert info.loads == info.size + info.evicted == 3 * maxsize


def test_relative_paths_survive_a_change_of_the_working_directory(tmp_path, monkeypatch):
    one, two = tmp_path / "one", tmp_path / "two"
    cache = ProviderCache(3)
    for folder in (one, two):
        folder.mkdir()
        monkeypatch.chdir(folder)
        for image_id in ("a.dcm", str(folder / "a.dcm"), f"{folder}/a.dcm?frame=2"):
            cache.get(image_id, lambda image_id: image_id)
    for folder in (one, two):
        cache.changed(str(folder / "a.dcm"))
    assert cache.get(str(two / "a.dcm")) is None
    assert cache.info().size <= 1


def test_what_was_evicted_is_not_dropped_again(cache):
    cache = ProviderCache(1)
    cache.get("clinic:1", Loads())
    cache.get("clinic:1?frame=2", Loads())
    cache.changed("clinic:1")
    assert cache.info().size == 0


def test_info_counts(cache):
    cache.get("clinic:1", Loads())
    cache.get("clinic:1", Loads())
    cache.add("clinic:2", 2)
    assert cache.info() == (1, 100, 1, 1, 0, 0, None)
    assert cache.info()._asdict() == {
        "size": 1,
        "maxsize": 100,
        "added": 1,
        "loads": 1,
        "evicted": 0,
        "bytes": 0,
        "maxbytes": None,
    }


# -- the bytes


def texts(maxbytes, maxsize=1000):
    return ProviderCache(maxsize, maxbytes=maxbytes, size_of=len)


def kept_of(cache, count):
    return [number for number in range(count) if cache.get(f"clinic:{number}") is not None]


def test_the_oldest_answers_go_first_where_they_take_too_many_bytes():
    cache = texts(10)
    for number, size in enumerate((4, 4, 2, 1)):
        cache.get(f"clinic:{number}", lambda _, size=size: "x" * size)
    assert kept_of(cache, 4) == [1, 2, 3]
    info = cache.info()
    assert (info.bytes, info.maxbytes, info.evicted) == (7, 10, 1)


def test_an_answer_that_alone_takes_too_many_bytes_is_given_and_nothing_goes_for_it():
    cache = texts(10)
    cache.get("clinic:0", lambda _: "small")
    load = Loads({"clinic:1": "x" * 11})
    for _ in range(2):
        assert cache.get("clinic:1", load) == "x" * 11
    assert load.asked == ["clinic:1"] * 2
    assert kept_of(cache, 2) == [0]
    assert cache.info()[-2:] == (5, 10)


def test_bytes_are_counted_down_by_all_that_lets_go():
    cache = texts(100, maxsize=3)
    for number in range(5):
        cache.get(f"clinic:{number}", lambda _: "four")
    assert cache.info().bytes == 4 * cache.info().size == 12
    cache.changed("clinic:4")
    assert cache.info().bytes == 8
    cache.add("clinic:3", "an added value is not counted")
    assert cache.info().bytes == 4
    cache.clear()
    assert cache.info().bytes == 0


def test_an_answer_that_grows_is_counted_anew():
    cache = ProviderCache(10, maxbytes=10, size_of=lambda answer: answer.size)

    class Answer:
        size = 3

    answers = [cache.get(f"clinic:{number}", lambda _: Answer()) for number in range(3)]
    answers[1].size = 7
    cache.resized("clinic:1")
    assert (kept_of(cache, 3), cache.info().bytes) == ([1, 2], 10)
    answers[2].size = 11
    cache.resized("clinic:2")
    assert (kept_of(cache, 3), cache.info().bytes) == ([1], 7)
    for image_id in ("clinic:2", "clinic:unknown"):
        cache.resized(image_id)
    assert cache.info().bytes == 7
    ProviderCache(10).resized("clinic:1")


def test_a_remembered_miss_takes_no_bytes():
    cache = ProviderCache(10, remember_misses=True, maxbytes=0, size_of=len)
    load = Loads({})
    assert [cache.get("clinic:1", load) for _ in range(2)] == [None, None]
    assert load.asked == ["clinic:1"]
    assert cache.info()[-2:] == (0, 0)


@pytest.mark.parametrize("moment", range(4))
def test_an_interrupt_while_bytes_are_counted_is_made_up_for(monkeypatch, moment):
    """What was interrupted half way is counted anew by the next that looks."""
    calls = iter(range(100))

    class Sizes(dict):
        def __setitem__(self, *item):
            super().__setitem__(*item)
            if next(calls) == moment:
                raise KeyboardInterrupt

        def pop(self, *key):
            size = super().pop(*key)
            if next(calls) == moment:
                raise KeyboardInterrupt
            return size

    cache = texts(100)
    cache._sizes = Sizes()
    for number in range(3):
        with suppress(KeyboardInterrupt):
            cache.get(f"clinic:{number}", lambda _: "four")
    with suppress(KeyboardInterrupt):
        cache.changed("clinic:1")
    assert cache.info().bytes == 4 * cache.info().size


@pytest.mark.parametrize(("maxbytes", "error"), [(-1, ValueError), (5, TypeError)])
def test_a_bound_on_bytes_is_one_that_can_be_held(maxbytes, error):
    with pytest.raises(error, match="maxbytes"):
        ProviderCache(10, maxbytes=maxbytes)


def test_what_size_of_raises_is_the_error_of_the_load():
    cache = ProviderCache(10, maxbytes=10, size_of=len)
    with pytest.raises(TypeError, match="len"):
        cache.get("clinic:1", lambda _: 5)
    assert cache.info().size == 0


# -- waiting


@pytest.fixture
def overlapping(cache, in_thread, until_waiting):
    """Asks in one thread, and in two others while it loads; returns the outcome of each."""

    def ask(load):
        begun, go_on = Event(), Event()

        def slow(image_id):
            begun.set()
            assert go_on.wait(10)
            return load(image_id)

        first = in_thread(lambda: cache.get("clinic:1", slow))
        assert begun.wait(10)
        others = [in_thread(lambda: cache.get("clinic:1", load)) for _ in range(2)]
        until_waiting(2)
        go_on.set()
        return first, others

    return ask


def test_who_asks_for_what_is_being_loaded_waits_for_it(overlapping):
    load = Loads()
    first, others = overlapping(load)
    assert {result() for result in (first, *others)} == {"loaded clinic:1"}
    assert load.asked == ["clinic:1"]


def test_an_exception_is_shared_with_who_waits(overlapping):
    error = ValueError("broken")
    asked = []

    def load(image_id):
        asked.append(image_id)
        raise error

    first, others = overlapping(load)
    for result in (first, *others):
        with pytest.raises(ValueError, match="broken") as raised:
            result()
        assert raised.value is error
    assert asked == ["clinic:1"]


def test_who_waits_for_a_thread_that_is_interrupted_loads_for_itself(overlapping):
    answers = [KeyboardInterrupt(), "second", "third"]
    asked = []

    def load(image_id):
        asked.append(image_id)
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    first, others = overlapping(load)
    with pytest.raises(KeyboardInterrupt):
        first()
    assert [result() for result in others] == ["second", "second"]
    assert len(asked) == 2


def test_an_interrupt_before_the_answer_is_kept_leaves_nobody_waiting(
    cache, monkeypatch, in_thread
):
    """With `_keep` outside of the `try` of `_load` the second question never ended."""

    def interrupted(self, *_):
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(ProviderCache, "_keep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.get("clinic:1", Loads())
    assert in_thread(lambda: cache.get("clinic:1", Loads()))() == "loaded clinic:1"


def test_relative_paths_of_many_folders_do_not_make_a_cache_grow(tmp_path, monkeypatch):
    """With the base of today, an id filed in another folder stayed filed for ever."""
    cache = ProviderCache(100)
    for number in range(2_000):
        if number % 50 == 0:
            folder = tmp_path / str(number)
            folder.mkdir()
            monkeypatch.chdir(folder)
        cache.get(f"{number}.dcm", str.upper)
    ids = cache._derived_ids
    assert len(ids._ids) == len(ids._bases) == cache.info().size <= 100


def test_a_relative_path_is_forgotten_by_its_spelling_and_by_its_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    cache = ProviderCache(100)
    for forgotten in ("a.dcm", f"{tmp_path}/a.dcm"):
        monkeypatch.chdir(tmp_path)
        cache.get("a.dcm", str.upper)
        monkeypatch.chdir(tmp_path / "elsewhere")
        cache.changed(forgotten)
        assert cache.info().size == 0
        assert not cache._derived_ids._bases


def test_all_spellings_of_a_relative_path_are_forgotten_in_another_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    cache = ProviderCache(100)
    for spelling in ("a.dcm", "a.dcm?frame=1", "./a.dcm", "b.dcm"):
        cache.get(spelling, str.upper)
    monkeypatch.chdir(tmp_path / "elsewhere")
    cache.changed("a.dcm")
    assert list(cache._derived) == ["b.dcm"]


def test_an_interrupt_before_it_evicts_is_made_up_for(monkeypatch):
    cache = ProviderCache(2)
    with monkeypatch.context() as patched:
        patched.setattr(ProviderCache, "_evict", interrupted)
        for number in range(5):
            with suppress(KeyboardInterrupt):
                cache.get(f"clinic:{number}", str.upper)
    cache.get("clinic:5", str.upper)
    assert cache.info().size <= 2


def test_notes_of_a_miss_that_was_interrupted_are_not_those_of_the_next(monkeypatch):
    """With the notes kept before the id was filed, a change did not find them."""
    cache = ProviderCache(2, remember_misses=True)
    with monkeypatch.context() as patched:
        patched.setattr(IdsByBase, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            cache.get("clinic:1", lambda _: note("old"))
    cache.changed("clinic:1")
    notes = []
    collect_notes(notes, cache.get, "clinic:1", lambda _: None)
    collect_notes(notes, cache.get, "clinic:1", lambda _: None)
    assert notes == []


def interrupted(*_):
    raise KeyboardInterrupt


def test_a_load_may_ask_the_same_cache_for_another_image(cache):
    def load(image_id):
        return f"{image_id} of {cache.get('clinic:2', Loads())}"

    assert cache.get("clinic:1", load) == "clinic:1 of loaded clinic:2"


def test_a_load_may_add_what_it_loads(cache):
    def load(image_id):
        cache.add(image_id, "added")
        return "loaded"

    assert cache.get("clinic:1", load) == "loaded"
    assert cache.get("clinic:1", load) == "added"


# -- any sequence of calls

IDS = st.sampled_from(
    [
        "/a",
        "dicomfile:/a",
        "file:///a",
        "/a?frame=1",
        "/a?frame=2",
        "file:///a?frame=2",
        "/b",
        WADORS,
        f"{WADORS}/frames/1",
        f"{WADORS}/frames/2",
        "clinic:1",
    ]
)


def one_image(image_id):
    parsed = parse_image_id(image_id)
    return parsed.base, parsed.frame or 1


class AgainstADictionary(RuleBasedStateMachine):
    """ProviderCache answers as two dictionaries do, one of added and one of derived values."""

    @initialize(maxsize=st.sampled_from([1, 3, 1000]), remember=st.booleans())
    def start(self, maxsize, remember):
        self.cache = ProviderCache(maxsize, remember_misses=remember)
        self.maxsize, self.remember = maxsize, remember
        self.derived, self.added = {}, {}
        self.count = 0

    @rule(image_id=IDS, answers=st.booleans())
    def get(self, image_id, answers):
        loaded = []

        def load(asked):
            loaded.append(asked)
            self.count += 1
            return self.count if answers else None

        answer = self.cache.get(image_id, load)
        if image_id in self.derived:
            expected, expected_loads = self.derived[image_id], []
        elif one_image(image_id) in self.added:
            expected, expected_loads = self.added[one_image(image_id)], []
        else:
            expected, expected_loads = (self.count if answers else None), [image_id]
            if answers or self.remember:
                self.derived[image_id] = expected
            if len(self.derived) > self.maxsize:
                del self.derived[next(iter(self.derived))]
        assert (answer, loaded) == (expected, expected_loads)

    @rule(image_id=IDS)
    def add(self, image_id):
        self.count += 1
        self.cache.add(image_id, self.count)
        self.added[one_image(image_id)] = self.count
        self.forget(self.derived, base_image_id(image_id))

    @rule(image_id=st.none() | IDS)
    def changed(self, image_id):
        self.cache.changed(image_id)
        self.forget(self.derived, image_id and base_image_id(image_id))

    @rule(image_id=st.none() | IDS)
    def clear(self, image_id):
        self.cache.clear(image_id)
        base = image_id and base_image_id(image_id)
        self.forget(self.derived, base)
        for key in [key for key in self.added if base in (None, key[0])]:
            del self.added[key]

    @staticmethod
    def forget(derived, base):
        for image_id in [each for each in derived if base in (None, base_image_id(each))]:
            del derived[image_id]

    @precondition(lambda self: hasattr(self, "cache"))
    @invariant()
    def counts_agree(self):
        info = self.cache.info()
        assert (info.size, info.added) == (len(self.derived), len(self.added))


TestAgainstADictionary = AgainstADictionary.TestCase
TestAgainstADictionary.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def test_nothing_that_the_cache_adds_to_an_entry_is_a_container(cache):
    cache = ProviderCache(10_000)
    gc.collect()
    before = len(gc.get_objects())
    for number in range(10_000):
        cache.get(f"{WADORS}{number}/frames/1", str.upper)
    gc.collect()
    assert len(gc.get_objects()) - before < 100


@pytest.mark.parametrize("load", [str.upper, None])
def test_an_answer_that_another_thread_stores_between_two_looks_is_no_miss(monkeypatch, load):
    class Filling(dict):
        def get(self, key, default=None):
            found = super().get(key, default)
            self.setdefault(key, "CLINIC:7")
            return found

    cache = ProviderCache(10, remember_misses=True)
    monkeypatch.setattr(cache, "_derived", Filling())

    assert cache.get("clinic:7", load) == "CLINIC:7"
