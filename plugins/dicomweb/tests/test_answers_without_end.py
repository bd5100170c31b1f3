"""Answers that do not end: each ends by the time for an answer, or by its limit."""

from __future__ import annotations

import gzip
import ssl
import threading
import zlib

import pytest
from dicomweb_server import DicomWebServer, encoded

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import DATASET, INSTANCE
from metaprov_dicomweb import Server
from metaprov_dicomweb.services import qido
from metaprov_dicomweb.services.multipart import bytes_in

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\n"
IMAGE = b'[{"00080018": {"Value": ["1.2.3.4.1"]}, "00100020": {"Value": ["P8"]}}]'


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


#: What comes first, what comes then for ever, and the pause after each of that.
ENDLESS = {
    "a slow status line": (b"", b"H", 0.01),
    "a slow head": (OK, b"X", 0.01),
    "100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    "103 Early Hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.01),
    "a slow body": (OK + b"Content-Length: 99999\r\n\r\n[", b" ", 0.01),
    "a slow body without length": (OK + b"\r\n[", b" ", 0.01),
    "slow chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", chunk(b" "), 0.01),
    "a slow length of a chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0", 0.01),
    "trailers": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(IMAGE) + b"0\r\n",
        b"X-Trailer: a\r\n",
        0.01,
    ),
    "empty members of gzip": (
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"["),
        gzip.compress(b""),
        0.01,
    ),
    "empty blocks of deflate": (
        OK + b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"[")[:2],
        b"\0\0\0\xff\xff",
        0.01,
    ),
}


def endless(first, then, pause, sent=None):
    def answer(handler):
        try:
            handler.connection.sendall(first)
            while True:
                handler.connection.sendall(then)
                if sent is not None:
                    sent.append(len(then))
                threading.Event().wait(pause)
        except OSError:
            handler.close_connection = True
        return True

    return answer


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_slow_answer_ends_by_the_time_for_it(host, server, series, kind):
    metaprov_dicomweb.configure([server.base], answer_timeout=0.3, read_timeout=20)
    server.instead = endless(*ENDLESS[kind])

    with pytest.raises(MetadataReadError, match=r"the answer did not end within 0.3 s"):
        host.get(INSTANCE, series[0])
    assert len(server.requests) == 1

    server.instead = None
    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"


@pytest.mark.parametrize(
    "kind",
    ["100 Continue", "103 Early Hints", "trailers", "empty members of gzip", "slow chunks"],
)
def test_a_fast_answer_ends_by_the_limit(host, server, series, kind):
    metaprov_dicomweb.configure([server.base], answer_limit=2**16)
    first, then, _ = ENDLESS[kind]
    sent = []
    server.instead = endless(first, then * 1000, 0, sent)

    with pytest.raises(MetadataReadError, match="the answer has more than 65536 bytes"):
        host.get(INSTANCE, series[0])
    assert sum(sent) < 20 * 2**20


@pytest.mark.parametrize("type", [INSTANCE, DATASET])
def test_a_slow_file_ends_by_the_time_for_it(host, server, ct, type):
    metaprov_dicomweb.configure([server.base], answer_timeout=0.3)
    first = b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom\r\n\r\n" + encoded(ct())[:400]
    server.instead = endless(first, b"\0", 0.01)

    with pytest.raises(MetadataReadError, match=r"the answer did not end within 0.3 s"):
        host.get(type, f"wadouri:{server.base}/x.dcm")


def test_a_server_that_says_nothing_ends_by_the_shorter_time(host, server, series):
    metaprov_dicomweb.configure([server.base], answer_timeout=0.2, read_timeout=20)
    over = threading.Event()
    server.instead = lambda _: over.wait(30)

    with pytest.raises(MetadataReadError, match=r"the answer did not end within 0.2 s"):
        host.get(INSTANCE, series[0])
    over.set()


def test_each_answer_has_its_own_time_on_a_connection_that_is_used_again(host, server, series):
    metaprov_dicomweb.configure([server.base], answer_timeout=1.5)

    def slow(handler):
        threading.Event().wait(0.8)
        return False

    server.instead = slow
    for _ in range(3):
        host.changed()
        assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    assert len(set(server.clients)) == 1


def test_a_secure_answer_ends_by_the_time_for_it(host, ct):
    trustme = pytest.importorskip("trustme")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").configure_cert(context)
    secure = DicomWebServer([encoded(ct())])
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    secure.scheme = "https"
    with secure, authority.cert_pem.tempfile() as ca:
        metaprov_dicomweb.configure(
            [Server(secure.base, ca_certificates=ca)], answer_timeout=0.5, read_timeout=20
        )
        secure.instead = endless(*ENDLESS["a slow body"])
        with pytest.raises(MetadataReadError, match=r"the answer did not end within 0.5 s"):
            host.get(INSTANCE, secure.ids()[0])
        metaprov_dicomweb.configure()


def test_the_time_is_greater_than_0():
    for options in ({"answer_timeout": 0}, {"answer_timeout": -1}, {"at_once": 0}):
        with pytest.raises(ValueError, match="greater than 0"):
            metaprov_dicomweb.configure([], **options)


JSON_KIND = "application/dicom+json"


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b'[{"x":"' + b'\\"' * 300_000, JSON_KIND, "not DICOM JSON"),
        (b"[" + b"{}," * 700_000 + b"{}]", JSON_KIND, "nothing in them"),
        (gzip.compress(b"") * 200_000, JSON_KIND, "cannot be decompressed"),
    ],
)
def test_an_answer_that_is_made_to_take_long_does_not(host, server, series, body, kind, reason):
    server.instead = lambda handler: raw_answer(handler, body, kind)

    with pytest.raises(MetadataReadError, match=reason):
        host.get(INSTANCE, series[0])


def raw_answer(handler, body, kind):
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
    return True


def test_heads_of_parts_without_end_are_gone_through_once():
    with pytest.raises(ValueError, match="no complete part"):
        bytes_in(b"--b\n" * 60_000 + b"x", "multipart/related; boundary=b")


def test_a_page_after_the_other_with_one_match_ends(server, host, series, monkeypatch):
    monkeypatch.setattr(qido, "_MOST_SMALL_PAGES", 20)

    def one_more(handler):
        match = {"0020000E": {"vr": "UI", "Value": [f"1.2.{len(server.requests)}"]}}
        handler.answer_json([match])
        return True

    server.instead = one_more

    with pytest.raises(MetadataReadError, match="hardly any match"):
        list(host.find_images(f"{server.base}/studies/1.2.3"))


@pytest.mark.parametrize("size", [b"-5", b"-FFFFFFFFFFFFFFFFFFFF"])
def test_a_chunk_of_less_than_nothing_is_an_error_of_the_answer(host, server, series, size):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", JSON_KIND)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(size + b"\r\n[]\r\n0\r\n\r\n")
        handler.close_connection = True
        return True

    server.instead = answer

    with pytest.raises(MetadataReadError, match="the answer is not HTTP"):
        host.get(INSTANCE, series[0])
