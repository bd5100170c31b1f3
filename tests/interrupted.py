"""Interrupt a call over and over, and look each time whether everything still works.

``python interrupted.py CALL COUNT``: a timer raises KeyboardInterrupt at random moments of CALL, as
Ctrl-C does, often a second time while the first is on its way out. Ends with status 1, and says
why, as soon as something does not answer, keep or forget.
"""

from __future__ import annotations

import random
import signal
import sys
from itertools import count
from threading import Thread

from metaprov_core import Host, ProviderCache, hookimpl
from metaprov_core.cache.provider_cache import _MISS
from metaprov_core.hooks import notes

truth: dict[str, int] = {}
numbers = count()
is_armed = False


class Source:
    """Answers `value` with what is true, and finds images."""

    @hookimpl(types=["value"])
    def get_metadata(self, image_id):
        return truth.get(image_id.partition("?")[0], 0)

    @hookimpl
    def find_images(self, source):
        return (f"clinic:{number}" for number in range(5)) if source == "clinic:" else None


class Derived:
    """Derives `derived` from `value`, and keeps it; `nothing` has no answer, and says so."""

    def __init__(self):
        self.cache = ProviderCache(50, remember_misses=True, maxbytes=45, size_of=lambda _: 1)

    @hookimpl
    def attach(self, host):
        self.host = host

    @hookimpl(specname="get_metadata", types=["derived"])
    def get_derived(self, image_id):
        return self.cache.get(image_id, self.derive)

    @hookimpl(specname="get_metadata", types=["nothing"])
    def get_nothing(self, image_id):
        return self.cache.get(f"{image_id}:nothing", self.say_no)

    @hookimpl
    def add_metadata(self, type, image_id, value):
        if type != "derived":
            return None
        self.cache.add(image_id, value)
        return True

    @hookimpl
    def metadata_changed(self, image_id):
        self.cache.changed(image_id)

    @hookimpl
    def clear_metadata(self, image_id):
        self.cache.clear(image_id)

    def derive(self, image_id):
        return self.host.get("value", image_id)

    def say_no(self, image_id):
        notes.note("there is nothing")


class Passing:
    """Answers `derived` with what it is told from below: a wrapper."""

    @hookimpl(types=["derived", "nothing"], wrapper=True)
    def get_metadata(self, image_id):
        return (yield)


class Named:
    """Answers `who` with its name."""

    def __init__(self, name):
        self.name = name

    @hookimpl(types=["who"])
    def get_metadata(self):
        return self.name


derived = Derived()
host = Host()
for plugin, name in ((Source(), "source"), (derived, "derived"), (Named("base"), "base")):
    host.register(plugin, name)
host.register(Passing(), "passing")


def registering():
    name = f"passing {next(numbers)}"
    host.register(Named(name), name)
    host.unregister(name)


def replacing():
    name = f"base {next(numbers)}"
    host.replace("base", Named(name))
    assert host.get("who", "clinic:1") == name


CALLS = {
    "get": lambda: host.get("derived", f"clinic:{next(numbers)}"),
    "get_many": lambda: host.get_many("derived", [f"clinic:{next(numbers)}", "clinic:1"]),
    "explain": lambda: host.explain("nothing", f"clinic:{next(numbers)}"),
    "add": lambda: host.add("derived", f"clinic:added{next(numbers) % 100}", 1),
    "changed": lambda: host.changed(None, "clinic:1"),
    "clear": lambda: host.clear(None, f"clinic:{next(numbers) % 100}"),
    "register": registering,
    "replace": replacing,
    "refresh": host.refresh,
    "find_images": lambda: list(host.find_images("clinic:")),
}


def interrupt(*_):
    if is_armed:
        raise KeyboardInterrupt


def until_interrupted(call, moment):
    global is_armed  # noqa: PLW0603 - the handler of a signal has nowhere else to look
    is_armed = True
    try:
        # The second comes while the first is on its way out.
        signal.setitimer(signal.ITIMER_REAL, moment.uniform(1e-6, 3e-4), moment.choice([1e-5, 0.1]))
        while True:
            call()
    except KeyboardInterrupt:
        is_armed = False
    signal.setitimer(signal.ITIMER_REAL, 0)


def in_thread(function):
    outcome = []
    thread = Thread(target=lambda: outcome.append(function()), daemon=True)
    thread.start()
    thread.join(10)
    assert outcome, "another thread hangs"
    return outcome[0]


def look(place):
    """Whether everything still works."""
    named = [plugin.name for plugin in host.plugins() if plugin.name.startswith(("base", "pass"))]
    first = host.get("who", "clinic:1")
    assert first in named or (first.startswith("base ") and "base" in named)
    serving = next(each for each in host.providers() if each.types == {"who"})
    assert serving.function.__self__.name == first, "get and providers() disagree"
    for name in named:
        if name.startswith("passing "):
            host.unregister(name)

    image_id = f"clinic:new{place}"
    loads = derived.cache.info().loads
    asked = [host.get("derived", f"{image_id}?frame={frame}") for frame in (2, 3, 2, 3)]
    assert asked == [0, 0, 0, 0], "it does not answer"
    assert derived.cache.info().loads == loads + 2, "it does not keep"
    truth[image_id] = 1
    host.changed(None, image_id)
    assert host.get("derived", f"{image_id}?frame=2") == 1, "it does not forget"
    host.add("derived", image_id, 2)
    assert host.get("derived", image_id) == 2, "it does not keep what is added"
    host.clear(None, image_id)
    assert host.get("derived", image_id) == 1, "it does not clear"
    assert not notes.listening, "notes are collected for nobody"
    kept = derived.cache._derived.values()
    assert derived.cache.info().bytes == sum(answer is not _MISS for answer in kept), (
        "it does not count the bytes"
    )
    host.changed(None, "clinic:1")
    assert host.get("derived", "clinic:1") == 0, "an old answer came back"
    if place % 100 == 0:
        assert in_thread(lambda: host.get("derived", "clinic:1")) == 0


def main(call, times):
    signal.signal(signal.SIGALRM, interrupt)
    moment = random.Random(call)
    for place in range(times):
        until_interrupted(CALLS[call], moment)
        look(place)
    sys.stdout.write(f"{times} interrupts of {call}: everything works\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
