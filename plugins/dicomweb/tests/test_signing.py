"""Requests that are signed by a function, and credentials that are renewed."""

from __future__ import annotations

import copy
import logging
import pickle
from email.message import Message

import pytest
from dicomweb_server import DicomWebServer, encoded

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import INSTANCE
from metaprov_dicomweb import Server

SECRET = "s3cret-signature"


def allowing(*values):
    """A server that wants one of these credentials."""

    def answer(handler, status=401):
        if handler.headers.get("Authorization") in values:
            return False
        return handler.answer(status, b"", "text/plain") is None

    return answer


def test_the_function_gets_what_is_sent_and_its_headers_are_added(host, server, series):
    asked = []

    def auth(method, url, headers):
        asked.append((method, url, headers))
        return {"Authorization": f"Signature {SECRET}", "X-Date": "today"}

    metaprov_dicomweb.configure([Server(server.base, auth=auth, headers={"X-Tenant": "7"})])

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    (request,), ((method, url, headers),) = server.requests, asked
    assert (method, url) == ("GET", f"{server.host}{request.path}")
    assert headers["X-Tenant"] == "7"
    assert headers.items() <= request.headers.items()
    assert request.headers["Authorization"] == f"Signature {SECRET}"
    assert request.headers["X-Date"] == "today"


@pytest.mark.parametrize("path", ["?PatientName=Ann Lee", "?PatientName=M\u00fcller&a=%2f", "/"])
def test_the_url_is_signed_as_it_is_sent(host, server, series, path):
    urls = []
    metaprov_dicomweb.configure(
        [Server(server.base, auth=lambda _method, url, _headers: urls.append(url) or {})]
    )

    list(host.find_images(f"{server.base}/studies{path}"))

    assert urls == [f"{server.host}{request.path}" for request in server.requests] != []


def test_all_headers_may_be_returned(host, server, series):
    def auth(method, url, headers):
        message = Message()
        for name, value in {**headers, "Authorization": "Signature a"}.items():
            message[name.lower()] = value
        return message

    metaprov_dicomweb.configure([Server(server.base, auth=auth, headers={"X-Tenant": "7"})])

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    assert server.requests[0].headers["authorization"] == "Signature a"


@pytest.mark.parametrize("status", [401, 403])
def test_after_a_refusal_it_is_called_once_more_with_what_was_refused(host, server, series, status):
    shown = []
    signatures = iter(["Signature old", "Signature new"])

    def auth(_method, _url, headers):
        shown.append(headers.get("Authorization"))
        return {"Authorization": next(signatures)}

    metaprov_dicomweb.configure([Server(server.base, auth=auth)])
    server.instead = lambda handler: allowing("Signature new")(handler, status)

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    assert shown == [None, "Signature old"]
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [401, 403])
def test_a_second_refusal_is_an_error(host, server, series, status):
    calls = []
    metaprov_dicomweb.configure([Server(server.base, auth=lambda *_: calls.append(1) or {})])
    server.instead = lambda handler: handler.answer(status, b"", "text/plain") is None

    with pytest.raises(MetadataReadError, match=f"the server answers {status}"):
        host.get(INSTANCE, series[0])
    assert (len(calls), len(server.requests)) == (2, 2)


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_from_a_function_is_renewed_after_a_refusal(host, server, series, status):
    tokens = iter(["old", "new", "new"])
    metaprov_dicomweb.configure([Server(server.base, bearer_token=lambda: next(tokens))])
    server.instead = lambda handler: allowing("Bearer new")(handler, status)

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    host.changed()
    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    assert len(server.requests) == 3


def test_a_file_is_asked_for_again_with_a_new_token(host, server, ct):
    tokens = iter(["old", "new"])
    metaprov_dicomweb.configure([Server(server.base, bearer_token=lambda: next(tokens))])
    file = encoded(ct())
    server.instead = lambda handler: (
        allowing("Bearer new")(handler) or handler.answer(200, file, "application/dicom") is None
    )

    assert host.require(INSTANCE, f"wadouri:{server.base}/x.dcm")["PatientID"] == "P7"


@pytest.mark.parametrize(
    "options", [{"bearer_token": "old"}, {"username": "ann", "password": "old"}, {}]
)
def test_constant_credentials_are_refused_once(host, server, series, options):
    metaprov_dicomweb.configure([Server(server.base, **options)])
    server.instead = lambda handler: handler.answer(401, b"", "text/plain") is None

    with pytest.raises(MetadataReadError, match="401"):
        host.get(INSTANCE, series[0])
    assert len(server.requests) == 1


def test_it_is_called_for_each_redirection_of_its_server_alone(host, server, series, ct):
    urls = []

    def auth(_method, url, _headers):
        urls.append(url)
        return {"Authorization": f"Signature {SECRET}"}

    with DicomWebServer([encoded(ct())]) as other:
        metaprov_dicomweb.configure([Server(server.base, auth=auth), other.base])

        def redirect(handler):
            location = f"{server.base}/moved" if len(server.requests) == 1 else other.ids()[0]
            headers = {"Location": location.removeprefix("wadors:").replace("/moved", "/a/moved")}
            return handler.answer(302, b"", "text/plain", headers) is None

        server.instead = redirect
        body = b'[{"00080018": {"Value": ["1.2.3.4.1"]}, "00100020": {"Value": ["P8"]}}]'
        other.instead = lambda handler: handler.answer(200, body, "a/b") is None
        assert host.require(INSTANCE, series[0])["PatientID"] == "P8"
        metaprov_dicomweb.configure()

    assert urls[:2] == [
        f"{server.base}/studies/1.2.3/series/1.2.3.4/metadata",
        f"{server.base}/a/moved",
    ]
    assert all("Authorization" not in request.headers for request in other.requests)
    assert other.host not in "".join(urls)


def test_each_repetition_is_signed_anew(host, server, series):
    numbers = iter(range(9))
    metaprov_dicomweb.configure(
        [Server(server.base, auth=lambda *_: {"X-Nonce": str(next(numbers))})], backoff=0
    )
    server.instead = lambda handler: (
        len(server.requests) <= 2 and handler.answer(503, b"", "text/plain") is None
    )

    assert host.get(INSTANCE, series[0]) is not None
    assert [request.headers["X-Nonce"] for request in server.requests] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "returned no headers"),
        ("Authorization: x", "returned no headers"),
        ([("Authorization", SECRET)], "returned no headers"),
        ({"Authorization": None}, "a header that cannot be sent"),
        ({"Authorization": [SECRET]}, "a header that cannot be sent"),
        ({"Authorization": f"{SECRET}\r\nX: y"}, "a header that cannot be sent"),
        ({f"X {SECRET}": "y"}, "a header that cannot be sent"),
        ({3: SECRET}, "a header that cannot be sent"),
        ({"Accept": "text/html"}, "a header that cannot be sent"),
        ({"accept-encoding": "br"}, "a header that cannot be sent"),
        ({"Content-Length": "3"}, "a header that cannot be sent"),
        ({"Transfer-Encoding": "chunked"}, "a header that cannot be sent"),
        ({"Connection": "upgrade"}, "a header that cannot be sent"),
    ],
)
def test_what_cannot_be_sent_is_an_error_without_it(host, server, series, returned, reason):
    metaprov_dicomweb.configure([Server(server.base, auth=lambda *_: returned)])

    with pytest.raises(MetadataReadError, match=reason) as raised:
        host.get(INSTANCE, series[0])
    assert SECRET not in _said_by(raised.value)
    assert server.requests == []


def test_what_it_raises_is_an_error_without_its_text(host, server, series):
    def auth(*_):
        raise RuntimeError(SECRET) from KeyError(SECRET)

    metaprov_dicomweb.configure([Server(server.base, auth=auth)])
    with pytest.raises(MetadataReadError, match="the function auth raised RuntimeError") as raised:
        host.get(INSTANCE, series[0])
    assert SECRET not in _said_by(raised.value)


def _said_by(error):
    said = []
    while error is not None:
        said += [repr(error), str(error), *getattr(error, "__notes__", ())]
        error = error.__cause__ or error.__context__
    return "".join(said)


@pytest.mark.parametrize(
    "options",
    [
        {"auth": lambda *_: {}},
        {"bearer_token": SECRET},
        {"bearer_token": lambda: SECRET},
        {"username": "ann", "password": SECRET},
        {"headers": {"X-Key": SECRET}},
        {"proxy": f"http://ann:{SECRET}@proxy:3128"},
    ],
)
@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_server_with_secrets_is_not_pickled(options, copied):
    server = Server("https://pacs/dicom-web", **options)

    assert repr(server) == "Server(url='https://pacs/dicom-web')"
    with pytest.raises(TypeError, match=r"is not pickled.* configure\(\) it") as raised:
        copied(server)
    assert SECRET not in str(raised.value)


def test_a_server_without_secrets_is_pickled():
    server = Server(
        "https://pacs/dicom-web", qido="https://pacs/q", rewrite={"http://a": "https://pacs"}
    )

    other = pickle.loads(pickle.dumps(server))

    assert (other.url, other.qido, other.rewrite) == (server.url, server.qido, server.rewrite)


def test_ways_to_sign_exclude_each_other():
    with pytest.raises(ValueError, match="give one of them"):
        Server("https://pacs", auth=lambda *_: {}, bearer_token="a")
    with pytest.raises(ValueError, match="give one of them"):
        Server("https://pacs", auth=lambda *_: {}, username="a", password="b")
    with pytest.raises(ValueError, match="an auth that is no function"):
        Server("https://pacs", auth="a")


def test_a_file_of_servers_has_no_function(host, monkeypatch, tmp_path):
    file = tmp_path / "servers.toml"
    file.write_text('[[servers]]\nurl = "https://pacs"\nauth = "a"\n')
    metaprov_dicomweb.configure()
    monkeypatch.setenv("METAPROV_DICOMWEB_SERVERS", str(file))

    with pytest.raises(MetadataReadError, match="has 'auth', and may have"):
        host.get(INSTANCE, "wadors:https://pacs/studies/1/series/2/instances/3")


def test_signatures_are_in_no_log(host, server, series, caplog):
    caplog.set_level(logging.DEBUG)
    metaprov_dicomweb.configure(
        [Server(server.base, auth=lambda *_: {"Authorization": SECRET})], backoff=0
    )
    server.instead = lambda handler: handler.answer(503, b"", SECRET) is None

    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, series[0])
    assert SECRET not in caplog.text
