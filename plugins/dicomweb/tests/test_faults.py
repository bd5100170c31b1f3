"""A server that fails: a clear error, no hang, nothing wrong kept, and an answer the next time."""

from __future__ import annotations

import gzip
import socket
import struct
import threading

import pytest

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE

JSON = "application/dicom+json"


def reset(handler):
    """End the connection with a reset, as a server that is killed does."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.close_connection = True
    # A socket is closed once nothing refers to it.
    handler.rfile.close()
    handler.connection.close()
    return True


def cut_short(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'[{"00080018": ')
    handler.close_connection = True
    return True


def chunks_cut_short(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"1000\r\n[{")
    handler.close_connection = True
    return True


def answering(status, body=b"{}", kind="application/json", headers=None):
    return lambda handler: handler.answer(status, body, kind, headers) is None


def not_gzip(handler):
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", "3")
    handler.end_headers()
    handler.wfile.write(b"abc")
    return True


FAULTS = {
    "killed": (reset, "the connection was lost"),
    "cut short": (cut_short, "the answer is cut short"),
    "chunks cut short": (chunks_cut_short, "the answer is cut short"),
    "not gzip": (not_gzip, "the answer cannot be decompressed"),
    "401": (answering(401), "the server answers 401 Unauthorized: .* take credentials"),
    "403": (answering(403), "the server answers 403 Forbidden"),
    "404": (answering(404), "the server answers 404 Not Found"),
    "429": (answering(429), "the server answers 429 Too Many Requests"),
    "500": (answering(500), "the server answers 500 Internal Server Error"),
    "503": (answering(503), "the server answers 503 Service Unavailable"),
    "599": (answering(599), "the server answers 599"),
    "HTML": (answering(200, b"<html>", "text/html; a=b"), "is text/html instead of DICOM JSON"),
    "nothing": (answering(200, b"", JSON), "the answer is not DICOM JSON"),
    "truncated JSON": (answering(200, b'[{"00080018": {"vr"', JSON), "is not DICOM JSON"),
    "other JSON": (answering(200, b'{"a": 1}', JSON), "the answer is not DICOM JSON"),
    "a list of numbers": (answering(200, b"[1, 2]", JSON), "the answer is not DICOM JSON"),
    "JSON without end": (answering(200, b"[" * 100_000, JSON), "the answer is not DICOM JSON"),
    "no image": (answering(200, b'[{"00080016": {}}]', JSON), "there is an image without SOPInst"),
    "bad keys": (
        answering(200, b'[{"00080018": {"Value": ["1.2.3.4.1"]}, "PatientID": {}}]', JSON),
        "'PatientID' is not a tag",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_a_clear_error_each_time_and_no_longer_when_it_is_over(
    host, server, series, fault
):
    server.instead, reason = FAULTS[fault]

    for _ in range(2):
        with pytest.raises(MetadataReadError, match=reason) as raised:
            host.get(IMAGE_PLANE, series[0])
        assert raised.value.source.startswith(server.base)

    server.instead = None
    assert host.require(IMAGE_PLANE, series[0]).image_position_patient == (0, 0, 1)


@pytest.mark.parametrize("fault", ["killed", "cut short", "chunks cut short", "429", "503"])
def test_what_passes_is_tried_again(host, server, series, fault):
    fail, _ = FAULTS[fault]

    def fail_twice(handler):
        return len(server.requests) <= 2 and fail(handler)

    server.instead = fail_twice

    assert host.require(IMAGE_PLANE, series[0]).image_position_patient == (0, 0, 1)
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", ["killed", "429", "503"])
def test_it_is_tried_again_as_often_as_configured(host, server, series, fault):
    metaprov_dicomweb.configure([server.base], retries=2, backoff=0)
    server.instead, _ = FAULTS[fault]

    with pytest.raises(MetadataReadError):
        host.get(IMAGE_PLANE, series[0])
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [408, 500])
def test_an_error_that_may_pass_is_tried_again_once(host, server, series, status):
    server.instead = lambda handler: (
        len(server.requests) <= 1 and handler.answer(status, b"", "text/plain") is None
    )
    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"

    host.changed()
    server.requests.clear()
    server.instead = answering(status)
    with pytest.raises(MetadataReadError, match=f"the server answers {status}"):
        host.get(INSTANCE, series[0])
    assert len(server.requests) == 2


def test_errors_that_take_turns_are_tried_again_once(host, server, series):
    statuses = iter([500, 408, 500])
    server.instead = lambda handler: handler.answer(next(statuses), b"", "text/plain") is None

    with pytest.raises(MetadataReadError, match="the server answers 408"):
        host.get(INSTANCE, series[0])
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", ["401", "404", "HTML", "truncated JSON"])
def test_what_does_not_pass_is_not_tried_again(host, server, series, fault):
    server.instead, _ = FAULTS[fault]

    with pytest.raises(MetadataReadError):
        host.get(IMAGE_PLANE, series[0])
    # What is not there is asked for in other places.
    assert len(set(server.asked())) == len(server.requests)


def test_a_lost_connection_is_tried_again_at_once(host, server, series, monkeypatch):
    # A server may close a connection just when it is used again: Orthanc does so after 1 s.
    metaprov_dicomweb.configure([server.base], backoff=1000)
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    server.instead = lambda handler: len(server.requests) == 1 and reset(handler)

    assert host.get(INSTANCE, series[0]) is not None
    assert waited == [0]


def test_the_pauses_double_and_a_busy_server_says_how_long(host, server, series, monkeypatch):
    metaprov_dicomweb.configure([server.base], retries=4, backoff=1)
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    server.instead = lambda handler: (
        handler.answer(503, b"", "text/plain", {"Retry-After": "3"}) is None
        if len(server.requests) == 2
        else reset(handler)
    )

    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, series[0])
    at_once, asked_for, second, third = waited
    assert (at_once, asked_for) == (0, 3)
    assert 1.5 <= second <= 2
    assert 3 <= third <= 4


def test_nobody_waits_as_long_as_a_server_likes(host, server, series, monkeypatch):
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    server.instead = answering(503, headers={"Retry-After": "86400"})

    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, series[0])
    assert waited == [20, 20, 20]


def test_a_server_that_says_nothing_is_waited_for_as_long_as_configured(host, server, series):
    metaprov_dicomweb.configure([server.base], read_timeout=0.2)
    over = threading.Event()
    server.instead = lambda handler: over.wait(30)

    with pytest.raises(MetadataReadError, match=r"nothing came from the server for 0.2 s"):
        host.get(INSTANCE, series[0])
    over.set()

    server.instead = None
    metaprov_dicomweb.configure([server.base])
    assert host.require(INSTANCE, series[0])["InstanceNumber"] == 1


def test_a_server_that_stops_in_the_middle_is_waited_for_as_long_as_configured(
    host, server, series
):
    metaprov_dicomweb.configure([server.base], read_timeout=0.2)
    over = threading.Event()

    def stop(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b"[{")
        handler.wfile.flush()
        return over.wait(30)

    server.instead = stop
    with pytest.raises(MetadataReadError, match=r"nothing came from the server for 0.2 s"):
        host.get(INSTANCE, series[0])
    over.set()


def test_the_time_out_is_that_of_a_read_and_not_of_an_answer(host, server, series):
    metaprov_dicomweb.configure([server.base], read_timeout=1)

    def slowly(handler):
        image = b'[{"00080018": {"Value": ["1.2.3.4.1"]}, "00100020": {"Value": ["P8"]}}]'
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(image)))
        handler.end_headers()
        for start in range(0, len(image), 10):
            handler.wfile.write(image[start : start + 10])
            handler.wfile.flush()
            threading.Event().wait(0.2)
        return True

    server.instead = slowly
    assert host.require(INSTANCE, series[0])["PatientID"] == "P8"


def test_an_answer_of_100_mb_is_not_taken_in_and_the_images_are_asked_for_one_by_one(
    host, server, series
):
    sent = []

    def endless(handler):
        if not handler.path.endswith("4/metadata") or "/instances/" in handler.path:
            return False
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", str(100 * 2**20))
        handler.end_headers()
        piece = b"[" + b" " * (2**20 - 1)
        try:
            for _ in range(100):
                handler.wfile.write(piece)
                sent.append(len(piece))
        except OSError:
            handler.close_connection = True
        return True

    metaprov_dicomweb.configure([server.base], answer_limit=4 * 2**20)
    server.instead = endless

    positions = [
        host.require(IMAGE_PLANE, image_id).image_position_patient[2] for image_id in series
    ]

    assert positions == [1, 2, 3, 4, 5]
    assert sum(sent) < 100 * 2**20
    # Once for the series, then each image.
    assert server.asked().count("/studies/1.2.3/series/1.2.3.4/metadata") == 1
    assert len(server.asked()) == 6
    assert list(host.require("seriesImageIds", series[0])) == series


def test_an_answer_that_is_small_only_while_compressed_is_not_taken_in(host, server, series):
    bomb = gzip.compress(b"[" + b" " * (64 * 2**20), 9)

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(bomb)))
        handler.end_headers()
        handler.wfile.write(bomb)
        return True

    metaprov_dicomweb.configure([server.base], answer_limit=2**20)
    server.instead = answer

    with pytest.raises(MetadataReadError, match="the answer has more than 1048576 bytes"):
        host.get(INSTANCE, series[0])


def test_a_server_that_is_not_there_is_an_error_each_time(host):
    # A port that is taken, without anybody listening.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}/dicom-web"
        metaprov_dicomweb.configure([base], backoff=0)

        for _ in range(2):
            with pytest.raises(MetadataReadError, match="no connection to the server: Connection"):
                host.get(INSTANCE, f"wadors:{base}/studies/1/series/2/instances/3")


def test_a_server_that_is_restarted_in_the_middle_of_a_series_is_asked_on(host, server, series):
    assert host.require(INSTANCE, series[0])["InstanceNumber"] == 1
    other = series[1].replace("1.2.3.4", "1.2.3.5", 1)
    server.instead = reset
    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, other)

    # The headers are kept, and a broken connection is replaced.
    assert host.require(INSTANCE, series[1])["InstanceNumber"] == 2
    server.instead = None
    host.changed()
    assert host.require(INSTANCE, series[2])["InstanceNumber"] == 3


def test_a_text_that_is_not_utf_8_is_read_as_far_as_it_goes(host, server, series):
    comments = b'"00104000": {"vr": "LT", "Value": ["M\xfcller"]}'
    body = b'[{"00080018": {"Value": ["1.2.3.4.1"]}, ' + comments + b"}]"
    server.instead = answering(200, body, JSON)

    assert host.require(INSTANCE, series[0])["PatientComments"] == "M\ufffdller"


def test_a_number_that_no_float_can_be_is_no_value(host, server, series):
    body = b'[{"00080018": {"Value": ["1.2.3.4.1"]}, "00281053": {"vr": "DS", "Value": [1e999]}}]'
    server.instead = answering(200, body, JSON)

    assert host.require(INSTANCE, series[0])["RescaleSlope"] is None
