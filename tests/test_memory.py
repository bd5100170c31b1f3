"""What grows with the number of images, and what does not."""

import gc
import json
import random
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from metaprov_core import Host, ProviderCache, hookimpl

# Managers of pluggy 1.6 leave up to 250,000 bytes in Python's own attribute cache; each manager
# that were kept would take thousands.
A_MANAGER_EACH = 300_000

# The ids that were parsed last are kept, and so is a cache of a hundred; a fault takes 130 bytes
# and more for each of thousands.
THE_LAST_ONES = 80_000

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def host():
    host = Host()

    @hookimpl(types=["served"], schemes=["wadors", "clinic"])
    def get_metadata(type, image_id):
        return None

    @hookimpl(types=["other"], wrapper=True)
    def wrap(type, image_id):
        return (yield)

    host.register(get_metadata)
    host.register(wrap)
    host.register(lambda type, image_id: None, "undeclared")
    return host


def grown_by(ask, count=20_000):
    """How many bytes are kept after as many calls, beyond those of the first few."""
    for _ in range(500):
        ask()
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(count):
            ask()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def word():
    return "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=12))


QUESTIONS = {
    "types": lambda host: host.get(word(), "clinic:1"),
    "schemes": lambda host: host.get("served", f"{word()}:1"),
    "types and schemes": lambda host: host.get(word(), f"{word()}:1"),
    "paths": lambda host: host.get("served", f"/data/{word()}.dcm"),
    "types, of many": lambda host: host.get_many(word(), ["clinic:1", "wadors:2"]),
    "schemes, of many": lambda host: host.get_many("served", [f"{word()}:1", f"{word()}:2"]),
    "call order": lambda host: host.call_order(word(), f"{word()}:1"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_random_questions_take_no_memory(host, question):
    """With a row kept for every scheme it grew by 100 bytes each."""
    assert grown_by(lambda: QUESTIONS[question](host), count=5_000) < 20_000


def test_random_explanations_take_no_memory(host):
    assert grown_by(lambda: host.explain(word(), f"{word()}:1"), count=1_000) < A_MANAGER_EACH


def test_loads_that_fail_or_do_not_answer_take_no_memory():
    """Without `_end` it grew by 2,400 bytes each."""
    cache = ProviderCache(10)

    def fail(image_id):
        raise ValueError

    def ask():
        cache.get(f"clinic:{word()}", lambda _: None)
        with pytest.raises(ValueError):
            cache.get(f"clinic:{word()}", fail)

    assert grown_by(ask, count=2_000) < 20_000


@pytest.mark.parametrize("remember_misses", [False, True])
def test_a_full_cache_grows_no_more(remember_misses):
    """Without `discard` in `_evict` it grew by 130 bytes for each image."""
    cache = ProviderCache(100, remember_misses=remember_misses)
    assert grown_by(lambda: cache.get(f"clinic:{word()}", lambda _: None)) < THE_LAST_ONES
    assert grown_by(lambda: cache.get(f"clinic:{word()}", str.upper)) < THE_LAST_ONES
    assert cache.info().size <= 100


def test_what_is_dropped_is_let_go():
    cache = ProviderCache(1000)

    def come_and_go():
        image_id = f"clinic:{word()}"
        for frame in (1, 2, 3):
            cache.get(f"{image_id}?frame={frame}", str.upper)
        cache.add(image_id, {"a": 1})
        cache.clear(image_id)

    assert grown_by(come_and_go, count=5_000) < THE_LAST_ONES


def test_registering_and_unregistering_takes_no_memory(host):
    def come_and_go():
        host.unregister(host.register(lambda type, image_id: 1, "passing"))
        host.get("served", "clinic:1")

    assert grown_by(come_and_go, count=1_000) < A_MANAGER_EACH


def test_a_million_images_take_600_bytes_each_and_no_container():
    """Image ids of 169 characters with a frame, an imagePlaneModule each, the series' parts shared.

    With the bases as strings it was 760 bytes; with a list for each image, every one of them was a
    container, and a full garbage collection of 300,000 took 64 ms in place of 5.
    """
    ran = subprocess.run(
        [sys.executable, BENCHMARKS / "memory.py", "1000000"],
        check=True,
        capture_output=True,
        text=True,
    )
    figures = json.loads(ran.stdout)
    assert figures["bytes"] <= 600
    assert figures["tracked"] < 100


def test_the_benchmarks_run():
    ran = subprocess.run(
        [sys.executable, BENCHMARKS / "run.py", "--quick"],
        check=True,
        capture_output=True,
        text=True,
    )
    tables = [line for line in ran.stdout.splitlines() if line.startswith("## ")]
    assert len(tables) == 7
    assert "`Host.get`" in tables[0]
    assert "nan" not in ran.stdout
