"""Questions in some threads while others register, replace, add and change.

A docstring that says "without ..." tells how the test failed when that guard was taken out.
"""

import gc
import random
import sys
from itertools import cycle, permutations
from threading import Barrier, Event, Thread
from time import monotonic
from types import SimpleNamespace

import pytest

from metaprov_core import Host, ProviderCache, hookimpl
from metaprov_core.cache import changes
from metaprov_core.loading.members import Members
from metaprov_core.loading.record import PluginRecord

IMAGE = "clinic:7"


class Source:
    """Answers ``level1`` with what is true now."""

    def __init__(self):
        self.truth = {}

    @hookimpl(types=["level1"])
    def get_metadata(self, image_id):
        return self.truth.get(image_id, 0)


class Derived:
    """Derives one level from the one below, through the host, and keeps it."""

    def __init__(self, level, work=None, maxsize=1000):
        self.level = level
        self.cache = ProviderCache(maxsize)
        self.work = work or (lambda: None)

    @hookimpl
    def attach(self, host):
        self.host = host

    @hookimpl
    def metadata_changed(self, image_id):
        self.cache.changed(image_id)

    @hookimpl
    def get_metadata(self, type, image_id):
        return self.cache.get(image_id, self.derive) if type == f"level{self.level}" else None

    def derive(self, image_id):
        below = self.host.get(f"level{self.level - 1}", image_id)
        self.work()
        return below


class Paused:
    """A piece of work that waits in the middle, once, until it is let go."""

    def __init__(self):
        self.begun, self.go_on = Event(), Event()
        self.armed = True

    def __call__(self):
        if self.armed:
            self.armed = False
            self.begun.set()
            assert self.go_on.wait(10)


def spin():
    """Work that other threads may interrupt anywhere."""
    for _ in range(300):
        pass


@pytest.fixture
def switching_often():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture
def collecting_often():
    """Collects garbage all the time, and calls a function after each."""
    thresholds = gc.get_threshold()
    called = []

    def call(function):
        called.append(lambda phase, _: function() if phase == "stop" else None)
        gc.callbacks.append(called[0])
        gc.set_threshold(10)

    yield call
    gc.set_threshold(*thresholds)
    for callback in called:
        gc.callbacks.remove(callback)


@pytest.fixture
def together(switching_often):
    """Runs functions over and over, each in its threads, for a second; raises what they raise."""

    def run(*functions, seconds=1.0):
        errors = []
        end = monotonic() + seconds

        def repeat(function):
            try:
                while monotonic() < end and not errors:
                    function()
            except BaseException as error:
                errors.append(error)

        threads = [Thread(target=repeat, args=(each,), daemon=True) for each in functions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 10)
            assert not thread.is_alive(), "the thread does not end"
        if errors:
            raise errors[0]

    return run


# -- one load for all


def test_one_thread_loads_however_many_miss_at_once(in_thread, until_waiting):
    """Without `_loading` (every miss starts a load) eight loads began and nobody waited."""
    cache = ProviderCache(10)
    barrier, go_on = Barrier(8), Event()
    asked = []

    def load(image_id):
        asked.append(image_id)
        assert go_on.wait(10)
        return "loaded"

    def ask():
        barrier.wait(10)
        return cache.get(IMAGE, load)

    outcomes = [in_thread(ask) for _ in range(8)]
    try:
        until_waiting(7)
    finally:
        go_on.set()
    assert [outcome() for outcome in outcomes] == ["loaded"] * 8
    assert asked == [IMAGE]


def test_every_key_is_loaded_once_whoever_misses_it_when(switching_often):
    """Without the lock in `_miss` about one key in a hundred was loaded twice."""
    cache = ProviderCache(1_000_000)
    loaded = []

    def load(image_id):
        loaded.append(image_id)
        spin()
        return image_id

    for turn in range(15):
        barrier = Barrier(4)
        keys = [f"clinic:{turn}-{number}" for number in range(100)]

        def ask(barrier=barrier, keys=keys):
            barrier.wait(10)
            for key in keys:
                assert cache.get(key, load) == key

        threads = [Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(loaded) == len(set(loaded)) == 1500


# -- a value whose load overlaps a change


def test_a_load_that_overlaps_a_change_is_answered_and_not_kept(in_thread):
    """With `is_unchanged_since` always true the old value was kept."""
    cache, paused = ProviderCache(10), Paused()
    truth = ["old"]

    def load(_):
        answer = truth[0]
        paused()
        return answer

    asked_before = in_thread(lambda: cache.get(IMAGE, load))
    assert paused.begun.wait(10)
    truth[0] = "new"
    cache.changed(IMAGE)
    paused.go_on.set()
    assert asked_before() == "old"
    assert cache.info().size == 0
    assert cache.get(IMAGE, load) == "new"


def test_a_load_that_overlaps_a_change_elsewhere_is_not_kept(in_thread):
    """With a count of changes in each cache the value of before the change was kept."""
    cache, elsewhere, paused = ProviderCache(10), ProviderCache(10), Paused()

    def load(_):
        paused()
        return "loaded"

    asked = in_thread(lambda: cache.get(IMAGE, load))
    assert paused.begun.wait(10)
    elsewhere.add("clinic:8", "added")
    paused.go_on.set()
    assert asked() == "loaded"
    assert cache.info().size == 0


def test_a_question_after_a_change_does_not_join_a_load_begun_before_it(in_thread):
    """With `_may_be_joined` always true it was answered with the old value."""
    cache, paused = ProviderCache(10), Paused()
    truth = ["old"]

    def load(_):
        answer = truth[0]
        paused()
        return answer

    asked_before = in_thread(lambda: cache.get(IMAGE, load))
    assert paused.begun.wait(10)
    truth[0] = "new"
    cache.changed(IMAGE)
    asked_after = in_thread(lambda: cache.get(IMAGE, load))
    try:
        # It does not even wait for the old one.
        assert asked_after() == "new"
    finally:
        paused.go_on.set()
    assert asked_before() == "old"
    assert cache.get(IMAGE) == "new"


def test_an_old_load_that_ends_leaves_the_new_one_to_be_joined(in_thread, until_waiting):
    """Without the look whose load it is in `_end` a third load began."""
    cache = ProviderCache(10)
    pauses = [Paused(), Paused(), Paused()]
    loads = iter(pauses)

    def load(_):
        next(loads)()
        return "loaded"

    old = in_thread(lambda: cache.get(IMAGE, load))
    assert pauses[0].begun.wait(10)
    cache.changed(IMAGE)
    new = in_thread(lambda: cache.get(IMAGE, load))
    assert pauses[1].begun.wait(10)
    pauses[0].go_on.set()
    assert old() == "loaded"
    joining = in_thread(lambda: cache.get(IMAGE, load))
    try:
        until_waiting(1)
    finally:
        pauses[1].go_on.set()
        pauses[2].go_on.set()
    assert new() == joining() == "loaded"
    assert cache.info().loads == 2


class Pausing:
    """A plugin that takes its time when it is told of a change."""

    def __init__(self, paused):
        self.paused = paused

    @hookimpl
    def metadata_changed(self):
        self.paused()


@pytest.mark.parametrize("order", list(permutations(["level2", "level3", "pausing"])))
def test_what_is_asked_while_providers_are_being_told_is_not_kept(in_thread, order):
    """With a `stamp` during changes, level 3 kept the old value of level 2, not told yet.

    That is where level 3 is told first and level 2 last.
    """
    paused = Paused()
    source = Source()
    plugins = {"level2": Derived(2), "level3": Derived(3), "pausing": Pausing(paused)}
    host = Host()
    host.register(source)
    for name in order:
        host.register(plugins[name])
    paused.armed = False
    assert host.get("level3", IMAGE) == 0

    paused.armed = True
    source.truth[IMAGE] = 1
    changing = in_thread(lambda: host.changed("level1", IMAGE))
    assert paused.begun.wait(10)
    assert host.get("level3", IMAGE) in (0, 1)
    paused.go_on.set()
    changing()
    assert host.get("level3", IMAGE) == 1


def test_a_change_is_one_from_the_first_that_can_be_seen_of_it(monkeypatch):
    """With `latest` set before it was `under_way`, there was a stamp between the two."""
    stamps = []

    class Watched(changes._Changes):
        __slots__ = ()

        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name == "latest" and hasattr(self, "under_way"):
                stamps.append(changes.stamp())

    watched = Watched()
    monkeypatch.setattr(changes, "_changes", watched)
    before = changes.stamp()
    changes.a_change(lambda: stamps.append(changes.stamp()))()
    assert stamps == [None, None]
    assert changes.stamp() is watched.latest is not before


def test_a_forked_child_goes_on_with_the_change_of_its_own_thread(in_thread):
    """Taken for ended, what was asked during the rest of it was kept."""
    paused = Paused()
    host = Host()
    host.register(Pausing(paused))
    other = in_thread(lambda: host.changed(None, IMAGE))
    assert paused.begun.wait(10)
    left = []

    def forked():
        left.append(changes.forget_changes())
        left.append(changes.stamp())
        left.append(changes.forget_changes())

    changes.a_change(forked)()
    paused.go_on.set()
    other()
    assert left == [True, None, False]
    assert changes.stamp() is not None


@pytest.mark.parametrize("slow", [2, 3])
@pytest.mark.parametrize("order", list(permutations([2, 3])))
def test_a_slow_level_does_not_bring_an_old_value_back(in_thread, order, slow):
    """With `is_unchanged_since` always true, or `_may_be_joined`, the answer stayed 0."""
    paused = Paused()
    source = Source()
    host = Host()
    host.register(source)
    for level in order:
        host.register(Derived(level, paused if level == slow else None))
    asked_before = in_thread(lambda: host.get("level3", IMAGE))
    assert paused.begun.wait(10)
    source.truth[IMAGE] = 1
    host.changed("level1", IMAGE)
    asked_after = in_thread(lambda: host.get("level3", IMAGE))
    try:
        assert asked_after() == 1
    finally:
        paused.go_on.set()
    assert asked_before() in (0, 1)
    assert host.get("level3", IMAGE) == 1


def test_no_thread_sees_an_old_value_once_changed_has_returned(together):
    """Three levels, told in any order, while fourteen threads ask and two change.

    It failed within a second with `is_unchanged_since` always true, with `_may_be_joined` always
    true, and with a `stamp` during changes. With the stamp taken before the lock in `_miss`, an id
    was loaded and filed twice, and the second change after that raised KeyError.
    """
    levels = [2, 3, 4]
    random.Random(7).shuffle(levels)
    source = Source()
    host = Host()
    host.register(source)
    for level in levels:
        host.register(Derived(level, spin, maxsize=3))
    images = [f"clinic:{number}" for number in range(4)]
    announced = dict.fromkeys(images, 0)

    def change(mine):
        image_id = random.choice(mine)
        value = source.truth.get(image_id, 0) + 1
        source.truth[image_id] = value
        host.changed("level1", random.choice([image_id, None]))
        announced[image_id] = value
        assert host.get("level4", image_id) == value

    def ask():
        image_id = random.choice(images)
        least = announced[image_id]
        assert host.get("level4", image_id) >= least
        least = dict(announced)
        answers = host.get_many("level3", images)
        assert all(answer >= least[each] for each, answer in zip(images, answers, strict=True))

    # Each image is changed by one thread, so that its value only grows.
    together(lambda: change(images[:2]), lambda: change(images[2:]), *[ask] * 14, seconds=3)


def test_an_added_value_holds_although_a_load_begun_before_it_ends_after_it(in_thread):
    """Without `a_change` on `add` the loaded value was kept, and won."""
    cache, paused = ProviderCache(10), Paused()

    def load(_):
        paused()
        return "loaded"

    asked_before = in_thread(lambda: cache.get(IMAGE, load))
    assert paused.begun.wait(10)
    cache.add(IMAGE, "added")
    assert cache.get(IMAGE, load) == "added"
    paused.go_on.set()
    assert asked_before() == "loaded"
    assert cache.get(IMAGE, load) == "added"


# -- plugins that come and go


class Constant:
    """Answers one type with one value."""

    def __init__(self, type, value):
        self.type, self.value = type, value

    @hookimpl
    def get_metadata(self, type):
        return self.value if type == self.type else None


def test_the_old_plugin_answers_until_the_new_one_does():
    """With `unregister` and `register` in place of `replace` nobody answered in between."""
    host = Host()
    host.register(Constant("type", "old"), "name")
    seen = []

    class Successor(Constant):
        @hookimpl
        def attach(self, host):
            seen.append(host.get("type", IMAGE))

        @hookimpl
        def metadata_changed(self):
            seen.append(host.get("type", IMAGE))

    assert host.get("type", IMAGE) == "old"
    host.replace("name", Successor("type", "new"))
    assert seen == ["old", "new"]


def test_what_was_derived_from_a_plugin_goes_with_it():
    """Without `_changed_if_asked` in `unregister` level 2 kept answering."""
    host = Host()
    source = Source()
    host.register(source)
    host.register(Derived(2))
    source.truth[IMAGE] = 1
    assert host.get("level2", IMAGE) == 1
    host.unregister(source)
    assert host.get("level2", IMAGE) is None


def test_plugins_come_and_go_while_others_ask(together):
    """With `unregister` and `register` in place of `replace` a question found no answer at once.

    Without the lock in the registry a plugin was left behind, or lost.
    """
    host = Host()
    host.register(Constant("always", 1))
    host.register(Constant("replaced", 1), "replaced")
    derived = Derived(2, spin)
    host.register(derived)
    host.register(Source())
    toggled = [Constant(f"toggled{number}", number) for number in range(3)]

    def ask():
        assert host.get("always", IMAGE) == 1
        assert host.get("replaced", IMAGE) in (1, 2)
        assert host.get_many("replaced", [IMAGE, "/a.dcm"])[1] in (1, 2)
        assert host.get("level2", IMAGE) == 0
        assert host.require("always", IMAGE) == 1

    def replace():
        for value in (2, 1):
            host.replace("replaced", Constant("replaced", value))
            assert host.get("replaced", IMAGE) == value

    def toggle(plugin):
        name = host.register(plugin)
        assert host.get(plugin.type, IMAGE) == plugin.value
        host.unregister(name)
        assert host.get(plugin.type, IMAGE) is None

    def disturb():
        host.changed(None, random.choice([None, IMAGE]))
        host.clear("level2", IMAGE)
        derived.cache.add(IMAGE, 0)
        assert len(host.plugins()) >= 4
        assert host.explain("always", IMAGE).answer == 1

    together(
        ask,
        ask,
        replace,
        disturb,
        *((lambda each=each: toggle(each)) for each in toggled),
        seconds=3,
    )
    assert [record.name for record in host.plugins()] == [
        "Source",
        "Derived",
        "replaced",
        "Constant",
    ]
    assert [record.order for record in host.plugins()] == [1, 2, 3, 4]


def test_plugins_leave_while_others_change(together, switching_often):
    """Without a copy in `Members` the dictionary of who joined changed its size under a walk."""
    members = Members(Host())

    def record(name):
        return PluginRecord(name, implementations=(SimpleNamespace(hook="get_metadata"),))

    staying = [record(f"stays{number}") for number in range(1000)]
    for each in staying:
        members.add(each)
    passing = record("passes")

    def change():
        members.now_active(staying)
        assert len(members.now_active(())) == 1000

    def come_and_go():
        members.add(passing)
        members.detach([passing])

    together(change, come_and_go, seconds=1)


def test_a_plugin_leaves_while_garbage_is_collected(collecting_often):
    """Without one step for the copy: up to 3.11, `list(items())` makes tuples, and so garbage."""
    members = Members(Host())
    passing = PluginRecord("passes", implementations=(SimpleNamespace(hook="get_metadata"),))
    staying = [
        PluginRecord(f"stays{number}", implementations=(SimpleNamespace(hook="get_metadata"),))
        for number in range(1000)
    ]
    for record in staying:
        members.add(record)
    turns = cycle([True, False])

    def come_or_go():
        if next(turns):
            members.add(passing)
        else:
            members.detach([passing])

    collecting_often(come_or_go)

    for _ in range(20):
        members.now_active(staying)
        assert len(members.now_active(())) == 1000


# -- a cache that is full


@pytest.mark.parametrize("maxsize", [1, 50])
def test_a_cache_stays_within_its_bound_and_files_every_id(together, maxsize):
    """Without the lock in `_load` it raised KeyError, or kept an id that no change reached."""
    cache = ProviderCache(maxsize)
    bases = [f"clinic:{number}" for number in range(40)]
    ids = [f"{base}?frame={frame}" for base in bases for frame in (1, 2, 3)]

    def ask():
        image_id = random.choice(ids)
        assert cache.get(image_id, str.upper) in (image_id.upper(), "added")
        assert cache.info().size <= maxsize

    def disturb():
        cache.changed(random.choice([*bases, None]))
        cache.add(random.choice(ids[:6]), "added")
        cache.clear(random.choice(bases))

    together(*[ask] * 4, disturb)
    for base in bases:
        cache.clear(base)
    assert (cache.info().size, cache.info().added) == (0, 0)
    assert cache._loading == {}
