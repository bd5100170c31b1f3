"""A provider can see, in the thread that asks, which images `get_many` asks about."""

from __future__ import annotations

import pytest

from metaprov_core import Host, asked_together, hookimpl
from metaprov_core.hooks.together import forget_others_together

IDS = ("clinic:1", "/data/2.dcm", "clinic:3")


class Looking:
    """Answers with what is asked together."""

    @hookimpl(types=["together"])
    def get_metadata(self, image_id):
        return asked_together()


@pytest.fixture
def host():
    host = Host()
    host.register(Looking())
    return host


@pytest.mark.parametrize("return_exceptions", [False, True])
@pytest.mark.parametrize("kind", [list, tuple, iter])
def test_each_question_of_get_many_sees_all_of_them(host, kind, return_exceptions):
    seen = host.get_many("together", kind(IDS), return_exceptions)
    assert seen == [IDS] * 3
    # By its identity a provider knows what it has looked at.
    assert seen[0] is seen[2]


def test_more_than_get_many_looks_at_together_are_seen_by_each(host):
    ids = tuple(f"clinic:{number}" for number in range(2_500))
    assert set(host.get_many("together", ids)) == {ids}


@pytest.mark.parametrize("ids", [[], ["clinic:1"]])
def test_of_one_image_that_one_is_seen(host, ids):
    assert host.get_many("together", ids) == [tuple(ids)] * len(ids)


def test_other_questions_see_nothing(host):
    host.get_many("together", IDS)
    assert host.get("together", "clinic:1") == ()
    assert host.explain("together", "clinic:1").answer == ()
    assert asked_together() == ()


def test_a_get_many_within_another_is_seen_until_it_ends(host):
    inner = ("clinic:8", "clinic:9")

    @hookimpl(types=["outer"])
    def get_metadata(image_id):
        return host.get_many("together", inner), asked_together()

    host.register(get_metadata)
    assert host.get_many("outer", IDS) == [([inner] * 2, IDS)] * 3


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_raises_leaves_nothing_to_see(host, error):
    @hookimpl(types=["raising"])
    def get_metadata(image_id):
        raise error

    host.register(get_metadata)
    with pytest.raises(error):
        host.get_many("raising", IDS)
    assert asked_together() == ()


def test_other_threads_see_nothing(host, in_thread):
    @hookimpl(types=["threaded"])
    def get_metadata(image_id):
        return in_thread(asked_together)()

    host.register(get_metadata)
    assert host.get_many("threaded", IDS) == [()] * 3


def test_what_other_threads_ask_is_forgotten_in_a_forked_child(host, in_thread):
    @hookimpl(types=["forked"])
    def get_metadata(image_id):
        in_thread(forget_others_together)()
        return asked_together()

    # Forgotten is what the other thread does not ask.
    host.register(get_metadata)
    assert host.get_many("forked", IDS) == [()] * 3
