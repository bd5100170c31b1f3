"""Providers that ask, directly or through others, for the very answer they are asked for.

A docstring that says "without ..." tells how the test failed when that guard was taken out.
"""

from threading import Barrier, Event

import pytest

from metaprov_core import Host, MetadataCycleError, ProviderCache, hookimpl

IMAGE = "clinic:7"
OTHER = "clinic:8"
AROUND = (("a", IMAGE), ("b", IMAGE), ("a", IMAGE))


class Asking:
    """Answers ``mine`` with what the host says of ``other``; so many times that it adds up."""

    def __init__(self, mine, other, *, times=1, ask=None):
        self.mine, self.other, self.times = mine, other, times
        self.ask = ask or (lambda host, image_id: host.get(other, image_id))
        self.calls = 0

    @hookimpl
    def attach(self, host):
        self.host = host

    @hookimpl
    def get_metadata(self, type, image_id):
        return self.answer(image_id) if type == self.mine else None

    def answer(self, image_id):
        self.calls += 1
        for _ in range(self.times):
            answer = self.ask(self.host, image_id)
        return answer


class Caching(Asking):
    """The same, through a cache."""

    def __init__(self, mine, other, **options):
        super().__init__(mine, other, **options)
        self.cache = ProviderCache(10)

    @hookimpl
    def get_metadata(self, type, image_id):
        return self.cache.get(image_id, self.answer) if type == self.mine else None


class Wrapping(Asking):
    """The same, around those below."""

    @hookimpl(wrapper=True)
    def get_metadata(self, type, image_id):
        answer = yield
        return self.answer(image_id) if type == self.mine else answer


KINDS = [Asking, Caching, Wrapping]


def circle(*plugins, **options):
    host = Host(**options)
    for plugin in plugins:
        host.register(plugin)
    return host


@pytest.mark.parametrize("on_error", ["raise", "skip"])
@pytest.mark.parametrize("second", KINDS)
@pytest.mark.parametrize("first", KINDS)
def test_a_cycle_is_named(in_thread, first, second, on_error):
    """With an exception of a cycle passed over as others are, "skip" answered None."""
    host = circle(first("a", "b"), second("b", "a"), on_error=on_error)
    with pytest.raises(MetadataCycleError) as raised:
        in_thread(lambda: host.get("a", IMAGE))()
    chain = raised.value.chain
    assert chain[0] == chain[-1]
    assert set(chain) == {("a", IMAGE), ("b", IMAGE)}
    assert len(chain) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_asks_for_itself_is_a_cycle(in_thread, kind):
    host = circle(kind("a", "a"))
    with pytest.raises(MetadataCycleError, match="a of clinic:7 -> a of clinic:7") as raised:
        in_thread(lambda: host.get("a", IMAGE))()
    assert raised.value.chain == (("a", IMAGE), ("a", IMAGE))


def test_a_cycle_may_go_through_other_images(in_thread):
    there = Asking("a", "a", ask=lambda host, image_id: host.get("a", turned(image_id)))
    host = circle(there)
    with pytest.raises(MetadataCycleError) as raised:
        in_thread(lambda: host.get("a", IMAGE))()
    assert set(raised.value.chain) == {("a", IMAGE), ("a", OTHER)}


def turned(image_id):
    return OTHER if image_id == IMAGE else IMAGE


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", ["get", "require", "get_many", "explain"])
def test_a_cycle_is_found_however_it_is_asked(in_thread, kind, asked):
    """With the image id of `get_many` hidden in a comprehension its questions had no name."""

    def ask(host, image_id):
        if asked == "get_many":
            return host.get_many("a", [image_id])
        if asked == "explain":
            explained = host.explain("a", image_id)
            if explained.error is not None:
                raise explained.error
            return explained.answer
        return getattr(host, asked)("a", image_id)

    host = circle(kind("a", "a", ask=ask))
    with pytest.raises(MetadataCycleError) as raised:
        in_thread(lambda: ask(host, IMAGE))()
    assert set(raised.value.chain) == {("a", IMAGE)}


def test_the_error_names_a_plugin_once(in_thread):
    host = circle(Caching("a", "b"), Caching("b", "a"))
    with pytest.raises(MetadataCycleError) as raised:
        in_thread(lambda: host.get("a", IMAGE))()
    (note,) = raised.value.__notes__
    assert note.startswith("raised by plugin Caching")


def test_caches_raise_at_once(in_thread):
    """Without the look at one's own load in `wait` the thread waited for itself for ever."""
    first, second = Caching("a", "b"), Caching("b", "a")
    host = circle(first, second)
    for count in (1, 2):
        with pytest.raises(MetadataCycleError):
            in_thread(lambda: host.get("a", IMAGE))()
        assert (first.calls, second.calls) == (count, count)


def test_a_cycle_leaves_nothing_behind(in_thread):
    first, second = Caching("a", "b"), Caching("b", "a")
    host = circle(first, second)
    with pytest.raises(MetadataCycleError):
        in_thread(lambda: host.get("a", IMAGE))()
    first.ask = lambda host, image_id: "an answer"
    assert host.get("b", IMAGE) == "an answer"


@pytest.mark.parametrize("on_error", ["raise", "skip"])
def test_two_threads_that_wait_for_each_other_are_a_cycle(in_thread, on_error):
    """With a look at one's own load alone in `_waits_for` both threads waited for ever."""
    meeting = Barrier(2)

    def meet_and_ask(other):
        def ask(host, image_id):
            meeting.wait(10)
            return host.get(other, image_id)

        return ask

    host = circle(
        Caching("a", "b", ask=meet_and_ask("b")),
        Caching("b", "a", ask=meet_and_ask("a")),
        on_error=on_error,
    )
    outcomes = [in_thread(lambda type=type: host.get(type, IMAGE)) for type in ("a", "b")]
    for outcome in outcomes:
        with pytest.raises(MetadataCycleError) as raised:
            outcome()
        chain = raised.value.chain
        assert chain in (AROUND, (*AROUND[1:], AROUND[1]))


def test_threads_that_wait_in_a_row_are_no_cycle(in_thread, until_waiting):
    begun, go_on = Event(), Event()

    def slow(host, image_id):
        begun.set()
        assert go_on.wait(10)
        return "an answer"

    host = circle(Caching("a", "b"), Caching("b", "c"), Caching("c", "", ask=slow))
    outcomes = [in_thread(lambda: host.get("c", IMAGE))]
    assert begun.wait(10)
    for count, type in enumerate("ba", start=1):
        outcomes.append(in_thread(lambda type=type: host.get(type, IMAGE)))
        until_waiting(count)
    go_on.set()
    assert [outcome() for outcome in outcomes] == ["an answer"] * 3


@pytest.mark.parametrize("on_error", ["raise", "skip"])
@pytest.mark.parametrize("kind", KINDS)
def test_asking_twice_does_not_multiply_the_calls(in_thread, kind, on_error):
    """With RecursionError never made a MetadataCycleError, "skip" did not end within 40 s."""
    first, second = kind("a", "b", times=2), kind("b", "a", times=2)
    host = circle(first, second, on_error=on_error)
    with pytest.raises(MetadataCycleError):
        in_thread(lambda: host.get("a", IMAGE))()
    assert first.calls + second.calls < 1000


@pytest.mark.parametrize("on_error", ["raise", "skip"])
def test_a_recursion_of_a_provider_itself_is_no_cycle(in_thread, on_error):
    """With every RecursionError made a MetadataCycleError, this was one."""

    def deeper(host, image_id):
        return deeper(host, image_id)

    host = circle(Asking("a", "", ask=deeper), on_error=on_error)
    get = in_thread(lambda: host.get("a", IMAGE))
    if on_error == "skip":
        assert get() is None
        return
    with pytest.raises(RecursionError) as raised:
        get()
    assert raised.value.__notes__ == [
        "raised by plugin Asking in get_metadata('a', 'clinic:7')",
    ]


def test_a_long_chain_of_different_questions_is_no_cycle(in_thread):
    following = Asking("a", "a", ask=lambda host, image_id: host.get("a", f"{image_id}1"))
    host = circle(following)
    with pytest.raises(RecursionError):
        in_thread(lambda: host.get("a", IMAGE))()


def test_two_hosts_may_ask_each_other_the_same_question():
    outer, inner = Host(), Host()
    inner.register(lambda type, image_id: "an answer", "answering")
    outer.register(Asking("a", "", ask=lambda _, image_id: inner.get("a", image_id)))
    assert outer.get("a", IMAGE) == "an answer"
