"""Fork while other threads load, change and register; say what the child could do.

``python forked.py SCENE`` ends with status 1, and says why, where a child hangs or is wrong.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from threading import Event, Thread

from metaprov_core import Host, ProviderCache, hookimpl

# Python 3.12 and newer warn of what this is about.
warnings.simplefilter("ignore", DeprecationWarning)

begun, go_on = Event(), Event()
truth: dict[str, int] = {}
FORKS = 60


def pause():
    begun.set()
    assert go_on.wait(60)


class Source:
    """Answers `value` with what is true; the image `clinic:slow` takes its time."""

    def __init__(self):
        self.cache = ProviderCache(100)

    @hookimpl(types=["value"])
    def get_metadata(self, image_id):
        return self.cache.get(image_id, self.load)

    @hookimpl
    def metadata_changed(self, image_id):
        self.cache.changed(image_id)

    def load(self, image_id):
        if image_id == "clinic:slow" and not go_on.is_set():
            pause()
        return truth.get(image_id, 0)


class SlowToHear:
    """Takes its time when it is told of a change; the plugins after it are told later."""

    @hookimpl
    def metadata_changed(self, image_id):
        if image_id == "clinic:slow":
            pause()


class SlowToJoin:
    """Takes its time to join a host."""

    @hookimpl
    def attach(self):
        pause()

    @hookimpl(types=["joined"])
    def get_metadata(self):
        return True


def in_child(function):
    """Run a function in a forked child, which may take ten seconds; it returns what is true."""
    process = os.fork()
    if process == 0:
        signal.alarm(10)
        go_on.set()
        try:
            status = 0 if function() else 1
        except BaseException as error:
            sys.stdout.write(f"the child raises {error!r}\n")
            sys.stdout.flush()
            status = 2
        os._exit(status)
    _, status = os.waitpid(process, 0)
    assert not os.WIFSIGNALED(status), "the child hangs"
    assert os.WEXITSTATUS(status) == 0, "the child answers wrongly"


def while_it_pauses(function):
    Thread(target=function, daemon=True).start()
    assert begun.wait(10)


def loading(host):
    while_it_pauses(lambda: host.get("value", "clinic:slow"))
    in_child(lambda: host.get("value", "clinic:other") == 0)
    in_child(lambda: host.get("value", "clinic:slow") == 0)
    in_child(lambda: host.changed() is None and host.get("value", "clinic:slow") == 0)


def waiting(host):
    while_it_pauses(lambda: host.get("value", "clinic:slow"))
    Thread(target=lambda: host.get("value", "clinic:slow"), daemon=True).start()
    in_child(lambda: host.get("value", "clinic:slow") == 0)


def changing(host):
    """Some caches were told of the change and others will never be."""
    host.register(SlowToHear())
    go_on.set()
    assert host.get("value", "clinic:slow") == 0
    go_on.clear()
    begun.clear()
    truth["clinic:slow"] = 1
    while_it_pauses(lambda: host.changed(None, "clinic:slow"))
    in_child(lambda: host.get("value", "clinic:slow") == 1)
    in_child(lambda: host.get("value", "clinic:slow") == host.get("value", "clinic:slow") == 1)


def registering(host):
    while_it_pauses(lambda: host.register(SlowToJoin()))
    in_child(lambda: host.get("value", "clinic:kept") == 0)
    in_child(lambda: host.register(SlowToJoin()) and host.get("joined", "clinic:kept"))


def at_any_moment(host):
    go_on.set()
    ends = Event()

    def busy(own):
        while not ends.is_set():
            # More than the cache holds: it loads, keeps and evicts.
            for number in range(500):
                host.get("value", f"clinic:{number}")
                if number % 7 == own:
                    host.changed(None, f"clinic:{number}")
            host.register(lambda type: None, f"passing {own}")
            host.unregister(f"passing {own}")

    threads = [Thread(target=busy, args=(own,), daemon=True) for own in range(4)]
    for thread in threads:
        thread.start()

    def everything():
        answers = host.get_many("value", [f"clinic:{number}" for number in range(50)])
        host.changed(None, "clinic:1")
        return [*answers, host.get("value", "clinic:new")] == [0] * 51

    for _ in range(FORKS):
        in_child(everything)
    ends.set()


SCENES = [loading, waiting, changing, registering, at_any_moment]


def main(scene):
    host = Host()
    host.register(Source())
    assert host.get("value", "clinic:kept") == 0
    next(each for each in SCENES if each.__name__ == scene)(host)
    go_on.set()
    sys.stdout.write(f"{scene}: the child goes on\n")


if __name__ == "__main__":
    main(sys.argv[1])
