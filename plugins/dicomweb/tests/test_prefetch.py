"""Fetching what will be asked for: side by side, no more than is kept, until somebody gives up."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE
from metaprov_dicomweb import configure, provider

#: By default.
AT_ONCE = 8


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


# -- get_many, of series that are not there yet


@pytest.mark.parametrize("return_exceptions", [False, True])
@pytest.mark.parametrize("by", ["series", "object"])
def test_get_many_fetches_side_by_side_what_is_not_there(
    host, server, archive, flat, by, return_exceptions
):
    ids = flat[:32] if by == "series" else objects(server)[:16]
    server.instead = crowd = Crowd(AT_ONCE)

    planes = host.get_many(IMAGE_PLANE, ids, return_exceptions)

    assert [plane.rows for plane in planes] == [2] * len(ids)
    assert len(server.requests) == 16
    assert crowd.most == AT_ONCE


def test_get_many_takes_as_many_at_once_as_are_configured(host, server, archive, flat):
    configure([server.base], at_once=3)
    server.instead = crowd = Crowd(3)
    host.get_many(INSTANCE, flat[:12])
    assert crowd.most == 3


def test_get_many_of_what_is_there_asks_for_nothing(host, server, archive, flat):
    host.get_many(INSTANCE, flat)
    assert len(server.requests) == 20
    server.requests.clear()
    host.get_many(INSTANCE, flat)
    assert server.requests == []


def test_get_many_of_one_cold_series_among_others_fetches_that_one(host, server, archive, flat):
    host.get_many(INSTANCE, flat)
    host.changed(None, archive[7][0])
    server.requests.clear()
    host.get_many(INSTANCE, flat)
    assert server.asked() == ["/studies/1.2.3/series/1.2.3.7/metadata"]


def test_what_get_many_could_not_fetch_is_the_error_of_that_image(host, server, archive, flat):
    server.instead = lambda handler: (
        "/1.2.3.7/" in handler.path and handler.answer(403, b"", "text/plain") is None
    )
    answers = host.get_many(INSTANCE, flat, return_exceptions=True)

    failed = [place for place, answer in enumerate(answers) if isinstance(answer, Exception)]
    assert failed == [14, 15]
    # Fetched ahead once, and asked for by each of its two images: the others are never asked again.
    assert len(server.requests) == 20 + 2
    with pytest.raises(MetadataReadError, match="403"):
        host.get_many(INSTANCE, flat)


def test_threads_that_ask_for_the_same_in_other_orders_wait_for_each_other(host, server, archive):
    ids = objects(server)
    with ThreadPoolExecutor(4) as pool:
        orders = [ids, ids[::-1], ids[20:] + ids[:20], ids]
        asked = [pool.submit(host.get_many, INSTANCE, order) for order in orders]
        assert [len(future.result(60)) for future in asked] == [40] * 4
    assert len(server.requests) == 40


def test_images_of_a_series_without_headers_are_fetched_side_by_side(host, server, archive, flat):
    images = [store for series in archive[:8] for store in series]
    configure([server.base], answer_limit=1900)
    server.instead = lambda handler: (
        "/instances/" not in handler.path
        and handler.answer(200, b"[" + b" " * 2000 + b"]", "application/dicom+json") is None
    )
    host.get_many(INSTANCE, images)
    alone = [path for path in server.asked() if "/instances/" in path]
    assert len(alone) == len(set(alone)) == 16


# -- finding the images of a study


@pytest.fixture
def study(server):
    return f"{server.base}/studies/1.2.3"


def test_the_series_of_a_study_are_fetched_ahead_as_they_are_found(
    host, server, archive, flat, study
):
    waiting = Crowd(AT_ONCE)
    server.instead = lambda handler: (
        handler.path.endswith("/metadata") and len(server.requests) <= 17 and waiting(handler)
    )
    assert sorted(host.find_images(study)) == sorted(flat)
    assert waiting.most == AT_ONCE
    assert server.asked().count("/studies/1.2.3/series/1.2.3.7/metadata") == 1


def test_no_series_is_fetched_before_an_image_is_asked_for(host, server, archive, study):
    found = iter(host.find_images(study))
    assert server.requests == []
    assert next(found).endswith("/series/1.2.3.0/instances/1.2.3.4.0")
    assert next(found).endswith("/series/1.2.3.0/instances/1.2.3.4.1")
    fetched = [path for path in server.asked() if path.endswith("/metadata")]
    assert len(fetched) <= AT_ONCE
    found.close()


def test_a_series_that_fails_is_told_in_its_turn(host, server, archive, study):
    server.instead = lambda handler: (
        "/1.2.3.1/" in handler.path and handler.answer(403, b"", "text/plain") is None
    )
    found = iter(host.find_images(study))
    assert next(found).endswith("4.0")
    assert next(found).endswith("4.1")
    with pytest.raises(MetadataReadError, match="403"):
        next(found)


def test_a_study_is_found_anew_however_much_is_kept(host, server, archive, flat, study, ct, store):
    host.get_many(INSTANCE, flat)
    late = store(ct(90, SeriesInstanceUID="1.2.3.4", InstanceNumber=90))
    newest = store(ct(91, SeriesInstanceUID="1.2.3.0", InstanceNumber=91))
    found = list(host.find_images(study))
    assert {late, newest} < set(found)
    assert len(found) == 42
    # What was found is kept: nothing was forgotten while series were under way.
    server.requests.clear()
    host.get_many(INSTANCE, found)
    assert server.requests == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_goes_on_finding(host, archive, flat, study):
    found = iter(host.find_images(study))
    first = next(found)
    process = os.fork()
    if process == 0:
        signal.alarm(20)
        os._exit(0 if sorted([first, *found]) == sorted(flat) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert sorted([first, *found]) == sorted(flat)


# -- the memory


def plugin_of(host):
    return next(each.function.__self__ for each in host.providers() if each.plugin == "dicomweb")


def test_what_is_kept_takes_no_more_than_the_limit(host, server, archive, flat):
    configure([server.base], cache_limit=600_000)
    for image_id in flat:
        host.require(IMAGE_PLANE, image_id)
    info = plugin_of(host).info()
    assert info["instance"].maxbytes == 300_000
    assert 0 < info["instance"].bytes <= 300_000
    assert info["instance"].evicted > 0
    assert sum(kept.maxbytes for kept in info.values()) == 600_000
    assert list(info) == ["instance", "series", "dataset", "seriesImageIds"]


def test_all_that_is_kept_is_counted(host, server, archive, flat):
    host.get("dataset", flat[0])
    host.get("seriesImageIds", flat[0])
    assert all(kept.bytes > 100 for kept in plugin_of(host).info().values())
    host.clear()
    assert not any(kept.bytes for kept in plugin_of(host).info().values())


def test_a_header_counts_with_what_is_fetched_for_it_later(host, server, archive, flat):
    uri = {"vr": "OW", "BulkDataURI": f"{server.base}/bulk"}
    server.in_series = lambda json: json | {"00091010": uri}
    server.instead = lambda handler: (
        handler.path.endswith("/bulk")
        and handler.answer(200, bytes(50_000), "application/octet-stream") is None
    )
    instance = host.require(INSTANCE, flat[0])
    before = plugin_of(host).info()["instance"].bytes
    assert instance["00091010"] == bytes(50_000)
    assert plugin_of(host).info()["instance"].bytes >= before + 50_000
    assert len(pickle.loads(pickle.dumps(instance))) == len(instance)


def test_a_series_that_is_larger_than_the_limit_is_asked_for_image_by_image(host, server, archive):
    configure([server.base], cache_limit=1_000)
    for _ in range(2):
        for image_id in archive[0]:
            assert host.require(INSTANCE, image_id)["SeriesInstanceUID"] == "1.2.3.0"
    assert server.asked().count("/studies/1.2.3/series/1.2.3.0/metadata") == 1


def test_no_more_is_fetched_than_takes_the_memory_of_series(host, server, archive, flat):
    configure([server.base], cache_limit=40_000, at_once=1)
    host.prefetch(flat)
    assert 1 <= len(server.requests) < 20


def test_a_header_with_a_million_attributes_is_an_error(host, server, archive, flat):
    many = {f"0009{number:04X}": {} for number in range(0x1000, 0xFFFF)}
    many |= {f"000B{number:04X}": {} for number in range(0x1000, 0xFFFF)}
    server.in_series = lambda json: json | many
    with pytest.raises(MetadataReadError, match="more than 100000 attributes"):
        host.get(INSTANCE, flat[0])


def test_frames_beyond_all_measure_are_not_listed(host, server, archive, study, caplog):
    server.in_series = lambda json: json | {"00280008": {"vr": "IS", "Value": [2**40]}}
    found = list(host.find_images(f"{study}/series/1.2.3.0"))
    assert len(found) == 2
    assert "frames are not listed" in caplog.text
