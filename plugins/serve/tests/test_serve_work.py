"""Work that blocks does not hold up others, and ends when nobody waits for it."""

from __future__ import annotations

import threading

import anyio
import pytest

from metaprov_serve.guard.limits import Limits
from metaprov_serve.http.errors import HttpError
from metaprov_serve.http.work import in_batches, in_thread


class Client:
    """A request whose client goes away after some looks at it."""

    def __init__(self, looks):
        self._looks = looks

    async def is_disconnected(self):
        self._looks -= 1
        return self._looks < 0


@pytest.mark.parametrize("count", [0, 1, 128, 129, 400])
def test_all_batches_are_finished_together(count):
    sizes = []

    def double(items):
        sizes.append(len(items))
        return [2 * item for item in items]

    async def run():
        return await in_batches(Client(9), double, range(count), tuple)

    assert anyio.run(run) == tuple(2 * item for item in range(count))
    assert max(sizes) <= 128


def test_no_more_is_done_once_the_client_is_gone():
    done = []

    async def run():
        with pytest.raises(HttpError, match="gone"):
            await in_batches(Client(1), lambda items: done.extend(items) or [], range(1000), list)

    anyio.run(run)
    assert len(done) == 256


def test_a_request_out_of_time_does_not_wait_for_its_thread():
    statuses, release = [], threading.Event()

    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def slow(_scope, _receive, _send):
        await in_thread(release.wait)

    async def run():
        await Limits(slow, seconds=0.01)({"type": "http", "method": "GET"}, None, send)
        assert statuses == [504]
        release.set()

    anyio.run(run)
