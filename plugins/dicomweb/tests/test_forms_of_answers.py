"""Forms that an answer may have, and forms that are asked for in turn."""

from __future__ import annotations

import gzip
import struct
import zlib

import pytest
from dicomweb_server import encoded

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import DATASET, INSTANCE
from metaprov_dicomweb.http.requests import read, read_stream
from metaprov_dicomweb.server.errors import StatusError
from metaprov_dicomweb.server.urls import parse

JSON = "application/dicom+json"
IMAGE = b'[{"00080018": {"Value": ["1.2.3.4.1"]}, "00100020": {"Value": ["P8"]}}]'


def answering(body, kind=JSON, status=200, headers=None):
    return lambda handler: handler.answer(status, body, kind, headers) is None


def raw(data):
    def answer(handler):
        handler.connection.sendall(data)
        handler.close_connection = True
        return True

    return answer


@pytest.mark.parametrize("acceptable", ["a/b", "c/d", "*/*"])
def test_after_406_the_next_form_is_asked_for(server, acceptable):
    forms = []

    def only_one(handler):
        forms.append(handler.headers["Accept"])
        status = 200 if forms[-1] == acceptable else 406
        return handler.answer(status, b"body", acceptable) is None

    server.instead = only_one
    url = parse(server.base)

    assert read(url, "a/b", "c/d", "*/*").body == b"body"
    assert forms == ["a/b", "c/d", "*/*"][: forms.index(acceptable) + 1]
    assert read_stream(url, ["a/b", "c/d", "*/*"], lambda stream, _: stream.read(9)) == b"body"


@pytest.mark.parametrize("status", [406, 415])
def test_after_the_last_form_it_is_an_error(server, status):
    server.instead = answering(b"", status=status)

    with pytest.raises(StatusError, match=f"the server answers {status}"):
        read(parse(server.base), "a/b", "c/d")
    assert len(server.requests) == 2


def test_no_other_status_asks_for_another_form(server):
    server.instead = answering(b"", status=404)

    with pytest.raises(StatusError, match="404"):
        read(parse(server.base), "a/b", "c/d")
    assert len(server.requests) == 1


def test_a_server_that_has_no_parts_gives_the_file(host, server, series, ct):
    file = encoded(ct())
    server.instead = lambda handler: (
        not handler.path.endswith("/metadata")
        and (
            handler.answer(406, b"", "text/plain") is None
            if "multipart" in handler.headers["Accept"]
            else handler.answer(200, file, "application/dicom") is None
        )
    )

    assert host.require(DATASET, series[0]).PatientID == "P7"


def test_206_is_an_error_unless_the_caller_asks_for_the_rest(server):
    server.instead = answering(b"[]", status=206)
    url = parse(server.base)

    with pytest.raises(StatusError, match="206 Partial Content: some of it is missing") as raised:
        read(url, JSON)
    assert raised.value.status == 206
    answer = read(url, JSON, parts=True)
    assert (answer.body, answer.status) == (b"[]", 206)
    with pytest.raises(MetadataReadError, match="206"):
        read_stream(url, [JSON], lambda stream, _: stream.read(1))


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
@pytest.mark.parametrize("times", [1, 3])
def test_interim_answers_are_not_the_answer(host, server, series, interim, times):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: %d\r\n\r\n" % len(IMAGE)
    before = b"HTTP/1.1 %s\r\nLink: </style.css>; rel=preload\r\n\r\n" % interim
    server.instead = raw(before * times + head + IMAGE)

    assert host.require(INSTANCE, series[0])["PatientID"] == "P8"


def test_an_answer_in_another_protocol_is_an_error(host, server, series):
    server.instead = raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")

    with pytest.raises(MetadataReadError, match="the server answers 101"):
        host.get(INSTANCE, series[0])


@pytest.mark.parametrize(
    "kind", [JSON, "application/json", "application/octet-stream", "binary/octet-stream", ""]
)
@pytest.mark.parametrize("members", [1, 2])
def test_gzip_without_its_header_is_read(host, server, series, kind, members):
    half = len(IMAGE) // members
    body = b"".join(gzip.compress(IMAGE[i : i + half]) for i in range(0, len(IMAGE), half))
    server.instead = answering(body, kind)

    assert host.require(INSTANCE, series[0])["PatientID"] == "P8"


@pytest.mark.parametrize("length", [1, 20, -9, -1])
def test_gzip_that_is_cut_short_is_an_error(host, server, series, length):
    server.instead = answering(gzip.compress(IMAGE)[:length])

    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, series[0])


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "aes128gcm"])
def test_a_compression_that_nobody_asked_for_is_an_error(host, server, series, encoding):
    server.instead = answering(IMAGE, headers={"Content-Encoding": encoding})

    with pytest.raises(MetadataReadError, match=f"compressed, not as was asked for: {encoding}"):
        host.get(INSTANCE, series[0])


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("GZIP", gzip.compress),
        ("x-gzip", lambda body: gzip.compress(body) + bytes(16)),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-15)),
        ("identity", bytes),
    ],
)
def test_compressions_that_servers_have_are_read(host, server, series, encoding, compress):
    body = compress(IMAGE)
    server.instead = answering(body, headers={"Content-Encoding": encoding})
    assert host.require(INSTANCE, series[0])["PatientID"] == "P8"

    host.changed()
    if encoding != "identity":
        server.instead = answering(body[:40], headers={"Content-Encoding": encoding})
        with pytest.raises(MetadataReadError, match="the answer is cut short"):
            host.get(INSTANCE, series[0])


def test_gzip_without_its_header_has_the_same_limit(host, server, series):
    metaprov_dicomweb.configure([server.base], answer_limit=2**20)
    body = gzip.compress(b"[" + b" " * 2**26)
    server.instead = raw(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with pytest.raises(MetadataReadError, match="the answer has more than 1048576 bytes"):
        host.get(INSTANCE, series[0])


@pytest.mark.parametrize("type", [INSTANCE, DATASET])
@pytest.mark.parametrize("says_so", [True, False])
def test_a_file_that_is_gzip_is_read(host, server, ct, type, says_so):
    body = gzip.compress(encoded(ct(PatientComments="Comment " * 1250)))
    headers = {"Content-Encoding": "gzip"} if says_so else {}
    server.instead = answering(body, "application/octet-stream", headers=headers)

    answer = host.require(type, f"wadouri:{server.base}/x.dcm.gz")
    assert len(answer["PatientComments"] if type == INSTANCE else answer.PatientComments) > 9000
    for length in (50, 200):
        server.instead = answering(body[:length], "a/b", headers=headers)
        with pytest.raises(MetadataReadError):
            host.get(type, f"wadouri:{server.base}/{length}.dcm.gz")


def test_a_file_whose_preamble_begins_as_gzip_is_a_file(host, server, ct):
    file = b"\x1f\x8b\x08" + encoded(ct())[3:]
    server.instead = answering(file, "application/dicom")

    assert host.require(INSTANCE, f"wadouri:{server.base}/x.dcm")["PatientID"] == "P7"


@pytest.mark.parametrize("place", [0, 1, 131, 132, 200, 600])
@pytest.mark.parametrize("type", [INSTANCE, DATASET])
def test_a_connection_lost_inside_a_file_is_tried_again(host, server, ct, place, type):
    file = encoded(ct())
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom\r\nContent-Length: %d\r\n\r\n"

    def lose(handler):
        if len(server.requests) > 2:
            return handler.answer(200, file, "application/dicom") is None
        return raw(head % len(file) + file[:place])(handler)

    server.instead = lose
    answer = host.require(type, f"wadouri:{server.base}/x.dcm")
    assert (answer["PatientID"] if type == INSTANCE else answer.PatientID) == "P7"
    assert len(server.requests) == (3 if type == INSTANCE else 4)


def test_a_connection_lost_inside_a_file_each_time_is_an_error(host, server, ct):
    file = encoded(ct())
    server.instead = raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s" % (len(file), file[:200])
    )

    with pytest.raises(MetadataReadError, match="the answer is cut short"):
        host.get(INSTANCE, f"wadouri:{server.base}/x.dcm")
    assert len(server.requests) == 4


def test_an_error_of_the_reader_is_not_tried_again(server):
    server.instead = answering(b"body")

    def use(stream, _):
        stream.read(2)
        raise ConnectionError(struct.calcsize("i"))

    with pytest.raises(ConnectionError):
        read_stream(parse(server.base), ["a/b"], use)
    assert len(server.requests) == 1
