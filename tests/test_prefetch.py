"""prefetch: plugins are told what will be asked for, and the caller sees how far they are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Thread

import pytest

from metaprov_core import Host, hookimpl

IDS = [f"clinic:{number}" for number in range(6)]


class Source:
    """Fetches the images of one scheme, one by one."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self.told: list[tuple[str, tuple[str, ...]]] = []
        self.fetched: list[str] = []

    @hookimpl
    def prefetch(self, type, image_ids, done):
        self.told.append((str(type), image_ids))
        for image_id in image_ids:
            if image_id.startswith(self.scheme):
                self.fetched.append(image_id)
                done(1)


@pytest.fixture
def host():
    return Host()


def test_every_plugin_is_told_of_all_images(host):
    clinic, ward = Source("clinic"), Source("ward")
    host.register(clinic)
    host.register(ward, "ward")
    host.prefetch(iter([*IDS, "ward:1"]))
    assert clinic.told == ward.told == [("instance", (*IDS, "ward:1"))]
    assert (clinic.fetched, ward.fetched) == (IDS, ["ward:1"])


def test_a_plugin_takes_the_arguments_that_it_needs_in_its_own_order(host):
    class Counting:
        @hookimpl
        def prefetch(self, done, image_ids):
            done(len(image_ids))

    told = []
    host.register(Counting())
    host.prefetch(IDS, "pixels", progress=lambda *progress: told.append(progress))
    assert told == [(6, 6)]


def test_progress_counts_up_to_all_of_them_those_that_nobody_fetches_too(host):
    told = []
    host.register(Source("clinic:1"))
    host.prefetch(IDS, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 6), (6, 6)]


def test_progress_that_several_sources_count_stays_within_the_total(host):
    told = []
    host.register(Source("clinic"))
    host.register(Source("clinic"), "other")
    host.prefetch(IDS, progress=lambda done, total: told.append(done))
    assert max(told) == 6
    assert sorted(told) == told


def test_what_progress_raises_cancels_and_is_raised(host):
    below, above = Source("clinic"), Source("clinic")
    host.register(below, "below")
    host.register(above, "above")

    def progress(done, total):
        if done == 2:
            raise TimeoutError("enough")

    with pytest.raises(TimeoutError, match="enough") as caught:
        host.prefetch(IDS, progress=progress)
    assert (above.fetched, below.told) == (IDS[:2], [])
    assert not hasattr(caught.value, "__notes__")


def test_a_source_with_threads_and_an_except_of_its_own_is_cancelled_too(host):
    fetched = []

    class Threaded:
        @hookimpl
        def prefetch(self, image_ids, done):
            def fetch(image_id):
                try:
                    done(1)
                except Exception:
                    return
                fetched.append(image_id)

            with ThreadPoolExecutor(2) as pool:
                list(pool.map(fetch, image_ids))

    def progress(done, total):
        raise KeyError("cancelled")

    host.register(Threaded())
    with pytest.raises(KeyError, match="cancelled"):
        host.prefetch(IDS, progress=progress)
    assert fetched == []


def test_what_progress_raises_is_raised_whatever_became_of_it_on_its_way(host):
    class InThread:
        @hookimpl
        def prefetch(self, image_ids, done):
            def count():
                with suppress(BaseException):
                    done(len(image_ids))

            thread = Thread(target=count)
            thread.start()
            thread.join()

    class Grouping:
        @hookimpl
        def prefetch(self, done):
            try:
                done(1)
            except BaseException as error:
                raise BaseExceptionGroup("tasks", [error]) from None

    def progress(done, total):
        raise TimeoutError("enough")

    for plugin in (InThread(), Grouping()):
        name = host.register(plugin)
        with pytest.raises(TimeoutError, match="enough"):
            host.prefetch(IDS, progress=progress)
        host.unregister(name)


def test_progress_may_count_itself_and_is_told_of_each_number_once(host):
    told = []

    class Counting:
        @hookimpl
        def prefetch(self, done):
            self.done = done
            done(2)
            done(0)

    plugin = Counting()

    def progress(done, total):
        told.append(done)
        if done == 2:
            plugin.done(1)

    host.register(plugin)
    host.prefetch(IDS, progress=progress)
    assert told == [2, 3, 6]


def test_the_other_plugins_are_told_although_one_raises(host):
    class Failing:
        @hookimpl
        def prefetch(self):
            raise OSError("no network")

    source = Source("clinic")
    host.register(source)
    host.register(Failing(), "failing")
    with pytest.raises(OSError, match="no network") as caught:
        host.prefetch(IDS)
    assert caught.value.__notes__[0].startswith("raised by plugin failing in prefetch('instance', ")
    assert source.fetched == IDS


def test_with_skip_a_plugin_that_raises_is_passed_over(caplog):
    class Failing:
        @hookimpl
        def prefetch(self):
            raise OSError("no network")

    host = Host(on_error="skip")
    host.register(Failing(), "failing")
    host.prefetch(IDS)
    assert "passed over failing" in caplog.text


@pytest.mark.parametrize("image_ids", ["clinic:7", ["clinic:7", 7], [None]])
def test_what_is_no_list_of_image_ids_is_a_TypeError(host, image_ids):
    source = Source("clinic")
    host.register(source)
    with pytest.raises(TypeError):
        host.prefetch(image_ids)
    assert source.told == []
