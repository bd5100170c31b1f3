"""Fetching what will be asked for: side by side, no more than is kept, until somebody gives up."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE
from metaprov_dicomweb import configure, provider
from metaprov_dicomweb.headers.prefetch import AT_ONCE


@pytest.fixture
def archive(store, ct):
    """Twenty series of two images: the ids of each."""
    return [
        [store(ct(2 * number + image, SeriesInstanceUID=f"1.2.3.{number}")) for image in (0, 1)]
        for number in range(20)
    ]


@pytest.fixture
def flat(archive):
    return [image_id for series in archive for image_id in series]


class Crowd:
    """Lets requests wait for each other, and counts how many are there at once."""

    def __init__(self, size):
        self.barrier = threading.Barrier(size)
        self.lock = threading.Lock()
        self.here = self.most = 0

    def __call__(self, handler):
        with self.lock:
            self.here += 1
            self.most = max(self.most, self.here)
        try:
            self.barrier.wait(timeout=20)
        finally:
            with self.lock:
                self.here -= 1
        return False


def objects(server):
    return [
        f"wadouri:{server.host}/wado?requestType=WADO&objectUID={image.uids[-1]}"
        for image in server.images
    ]


def test_series_are_fetched_once_each_and_images_then_need_no_request(host, server, archive, flat):
    host.prefetch(flat)

    assert sorted(server.asked()) == sorted(
        f"/studies/1.2.3/series/1.2.3.{number}/metadata" for number in range(20)
    )
    server.requests.clear()
    assert [host.require(IMAGE_PLANE, image_id).rows for image_id in flat] == [2] * 40
    assert server.requests == []


@pytest.mark.parametrize("type", ["instance", "dataset", "seriesImageIds"])
@pytest.mark.parametrize("by", ["series", "object"])
def test_requests_are_side_by_side_and_not_too_many(host, server, archive, flat, type, by):
    ids = flat[:32] if by == "series" else objects(server)[:16]
    server.instead = crowd = Crowd(AT_ONCE)

    host.prefetch(ids, type)

    assert len(server.requests) == 16
    assert crowd.most == AT_ONCE


def test_progress_counts_ids_as_their_series_come(host, archive, flat, server):
    told = []
    frames = [f"{flat[0]}/frames/1", *flat]

    host.prefetch(frames, progress=lambda *now: told.append(now))

    assert len(told) == 20
    assert told[-1] == (41, 41)
    counts = [after - before for (before, _), (after, _) in pairwise([(0, 41), *told])]
    assert sorted(counts) == [2] * 19 + [3]


def test_other_types_schemes_and_servers_are_ignored(host, server, archive, flat):
    host.prefetch(flat, "scalingModule")
    host.prefetch(
        [
            "dicomfile:/data/1.dcm",
            "wadors:https://pacs.example.org/studies/1/series/2/instances/3",
            "wadouri:https://pacs.example.org/wado?objectUID=1.2",
            "wadors:nonsense",
            f"{server.base}/studies/1.2.3",
        ]
    )
    assert server.requests == []
    configure([])
    host.prefetch(flat)
    assert server.requests == []


def test_a_wrong_configuration_is_told_by_the_question(host, server, flat, monkeypatch):
    configure()
    monkeypatch.setenv("METAPROV_DICOMWEB_SERVERS", "/no/such/file")

    host.prefetch(flat)

    with pytest.raises(MetadataReadError, match="METAPROV_DICOMWEB_SERVERS"):
        host.get(INSTANCE, flat[0])


def test_what_fails_is_told_by_the_question(host, server, archive, flat):
    told = []
    server.instead = lambda handler: (
        "/1.2.3.7/" in handler.path and handler.answer(500, b"", "text/plain") is None
    )

    missing = f"wadouri:{server.host}/wado?requestType=WADO&objectUID=1.77"
    host.prefetch([*flat, missing], progress=lambda *now: told.append(now))

    # The two that are not there are counted by the host, when all have done what they can.
    assert told[-2:] == [(38, 41), (41, 41)]
    for image_id, status in ((archive[7][0], 500), (missing, 404)):
        with pytest.raises(MetadataReadError, match=f"answers {status}"):
            host.get(INSTANCE, image_id)


def test_images_that_their_series_does_not_have_are_fetched_alone(host, server, archive, flat):
    server.instead = lambda handler: (
        "/instances/" not in handler.path
        and handler.answer(200, b"[" + b" " * 2000 + b"]", "application/dicom+json") is None
    )
    configure([server.base], answer_limit=1900)
    told = []

    host.prefetch(archive[0], progress=lambda *now: told.append(now))

    assert told == [(1, 2), (2, 2)]
    assert sorted(server.asked()[1:]) == [
        f"/studies/1.2.3/series/1.2.3.0/instances/1.2.3.4.{image}/metadata" for image in (0, 1)
    ]
    server.requests.clear()
    assert host.require(INSTANCE, archive[0][1])["InstanceNumber"] == 1
    assert server.requests == []


def test_no_more_is_fetched_than_is_kept(host, server, archive, flat, monkeypatch):
    monkeypatch.setattr(provider, "SERIES_KEPT", 3)
    monkeypatch.setattr(provider, "IMAGES_KEPT", 2)

    host.prefetch(flat)
    host.prefetch(objects(server))

    assert sorted(server.asked()) == [
        *(f"/studies/1.2.3/series/1.2.3.{number}/metadata" for number in range(3)),
        "/wado",
        "/wado",
    ]


@pytest.mark.parametrize("interrupt", [RuntimeError, KeyboardInterrupt])
def test_who_gives_up_is_heard_at_once(host, server, archive, flat, interrupt):
    go_on = threading.Event()
    server.instead = lambda handler: "/1.2.3.0/" not in handler.path and not go_on.wait(20)

    def progress(done, total):
        raise interrupt("enough")

    try:
        with pytest.raises(interrupt, match="enough"):
            host.prefetch(flat, progress=progress)
    finally:
        go_on.set()
    assert len(server.requests) <= AT_ONCE + 1
    # What was under way comes to its end, and nothing was spoilt.
    assert host.require(INSTANCE, flat[-1])["InstanceNumber"] == 39
