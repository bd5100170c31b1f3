"""Proxies: none by default, one by option, those of the environment by option."""

from __future__ import annotations

import base64
import select
import socket
import ssl
import threading

import pytest
from dicomweb_server import DicomWebServer, encoded

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import INSTANCE
from metaprov_dicomweb import Server
from metaprov_dicomweb.server.proxies import proxy_at, proxy_for
from metaprov_dicomweb.server.urls import parse

PATH = "/dicom-web/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.1"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.fixture
def proxy(ct):
    """A proxy that answers for every server itself, with the images of a series."""
    with DicomWebServer([encoded(ct())]) as proxy:
        proxy.asked_for = []

        def forward(handler):
            proxy.asked_for.append(handler.path)
            handler.path = "/" + handler.path.split("/", 3)[3]
            return False

        proxy.instead = forward
        yield proxy
        metaprov_dicomweb.configure()


def test_a_server_is_asked_through_its_proxy(host, proxy):
    metaprov_dicomweb.configure(
        [Server("http://pacs.example/dicom-web", proxy=proxy.host, bearer_token="t")]
    )

    assert host.require(INSTANCE, f"wadors:http://pacs.example{PATH}")["PatientID"] == "P7"
    (request,) = proxy.requests
    assert proxy.asked_for == [
        "http://pacs.example/dicom-web/studies/1.2.3/series/1.2.3.4/metadata"
    ]
    assert request.headers["Host"] == "pacs.example"
    assert request.headers["Authorization"] == "Bearer t"
    assert "proxy-authorization" not in request.headers
    assert request.headers["Accept"] == "application/dicom+json"


def test_a_proxy_is_told_its_user(host, proxy):
    address = proxy.host.replace("//", "//ann:p%40ss@")
    metaprov_dicomweb.configure([Server("http://pacs.example/dicom-web", proxy=address)])

    assert host.require(INSTANCE, f"wadors:http://pacs.example{PATH}")["PatientID"] == "P7"
    sent = proxy.requests[0].headers["proxy-authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"ann:p@ss"


def test_by_default_no_proxy_of_the_environment_is_asked(host, proxy, server, series, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", proxy.host)

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    assert proxy.requests == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_proxy_of_the_environment_is_asked_by_option(host, proxy, monkeypatch, name):
    monkeypatch.setenv(name, proxy.host)
    metaprov_dicomweb.configure([Server("http://pacs.example/dicom-web", proxy="environment")])

    assert host.require(INSTANCE, f"wadors:http://pacs.example{PATH}")["PatientID"] == "P7"
    assert len(proxy.requests) == 1


def test_hosts_in_no_proxy_are_asked_themselves(host, proxy, server, series, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", proxy.host)
    monkeypatch.setenv("NO_PROXY", "example.org,127.0.0.1")
    metaprov_dicomweb.configure([Server(server.base, proxy="environment")])

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    assert proxy.requests == []


@pytest.mark.parametrize(
    ("no_proxy", "url", "goes_through"),
    [
        ("", "http://pacs.example.org", True),
        ("*", "http://pacs.example.org", False),
        ("example.org", "http://pacs.example.org", False),
        (".example.org", "http://pacs.example.org", False),
        ("pacs.example.org:80", "http://pacs.example.org", False),
        ("pacs.example.org:8080", "http://pacs.example.org", True),
        ("ample.org", "http://pacs.example.org", True),
        ("10.0.0.0/8, 192.168.0.0/16", "http://10.1.2.3", False),
        ("10.0.0.0/8", "http://11.1.2.3", True),
        ("10.0.0.0/8", "http://pacs.example.org", True),
        ("::1", "http://[::1]:8042", False),
        ("fd00::/8", "http://[fd00::1]", False),
        ("nonsense/x", "http://10.1.2.3", True),
    ],
)
def test_no_proxy_names_hosts_and_networks(monkeypatch, no_proxy, url, goes_through):
    monkeypatch.setenv("HTTP_PROXY", "proxy:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)

    assert (proxy_for(parse(url), "environment") is not None) is goes_through


def test_each_scheme_has_its_proxy(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://one:1")
    monkeypatch.setenv("HTTP_PROXY", "http://two:2")

    assert proxy_for(parse("https://pacs"), "environment") == proxy_at("one:1")
    assert proxy_for(parse("http://pacs"), "environment") == proxy_at("two:2")
    assert proxy_for(parse("http://pacs"), None) is None


@pytest.mark.parametrize(
    "text", ["socks5://s3cret:1", "http://proxy/s3cret", "http://", "http://proxy:x", "ann:s3cret@"]
)
def test_a_proxy_that_is_none_is_refused_without_quoting_it(host, monkeypatch, text):
    with pytest.raises(ValueError, match=r"the proxy is not http\(s\)://host:port") as raised:
        proxy_at(text)
    assert "s3cret" not in str(raised.value)

    monkeypatch.setenv("HTTP_PROXY", text)
    metaprov_dicomweb.configure([Server("http://pacs/dicom-web", proxy="environment")])
    with pytest.raises(MetadataReadError, match="HTTP_PROXY: the proxy is not") as at_question:
        host.get(INSTANCE, f"wadors:http://pacs{PATH}")
    assert "s3cret" not in str(at_question.value)


def test_a_proxy_that_is_not_there_is_an_error(host):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://ann:s3cret-word@127.0.0.1:{taken.getsockname()[1]}"
        metaprov_dicomweb.configure([Server("http://pacs/dicom-web", proxy=address)], retries=0)
        with pytest.raises(MetadataReadError, match="no connection through the proxy") as raised:
            host.get(INSTANCE, f"wadors:http://pacs{PATH}")
    assert "s3cret-word" not in str(raised.value)


def test_a_proxy_that_refuses_its_user_is_an_error(host, proxy):
    proxy.instead = lambda handler: handler.answer(407, b"", "text/plain") is None
    metaprov_dicomweb.configure([Server("http://pacs/dicom-web", proxy=proxy.host)])

    with pytest.raises(MetadataReadError, match="407 Proxy Authentication Required"):
        host.get(INSTANCE, f"wadors:http://pacs{PATH}")


class Tunnel(threading.Thread):
    """A proxy that connects to one server, whatever host it is asked for; one request each."""

    def __init__(self, port, answer=b"HTTP/1.1 200 OK\r\n\r\n"):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.answer, self.heads = port, answer, []
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head and (data := client.recv(4096)):
            head += data
        self.heads.append(head)
        client.sendall(self.answer)
        if b" 200 " not in self.answer.partition(b"\r\n")[0]:
            client.close()
            return
        with client, socket.create_connection(("127.0.0.1", self.port)) as server:
            ends = {client: server, server: client}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)


@pytest.fixture
def secure(ct):
    trustme = pytest.importorskip("trustme")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority = trustme.CA()
    authority.issue_cert("pacs.example").configure_cert(context)
    server = DicomWebServer([encoded(ct())])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with server, authority.cert_pem.tempfile() as ca:
        server.ca = ca
        yield server
        metaprov_dicomweb.configure()


def test_a_secure_server_is_asked_in_a_tunnel(host, secure):
    tunnel = Tunnel(secure.server_port)
    metaprov_dicomweb.configure(
        [
            Server(
                "https://pacs.example/dicom-web",
                proxy=f"http://ann:pass@127.0.0.1:{tunnel.socket.getsockname()[1]}",
                ca_certificates=secure.ca,
                bearer_token="s3cret",
            )
        ]
    )

    assert host.require(INSTANCE, f"wadors:https://pacs.example{PATH}")["PatientID"] == "P7"
    (head,) = tunnel.heads
    assert head.startswith(b"CONNECT pacs.example:443 ")
    assert b"proxy-authorization: Basic" in head
    assert b"s3cret" not in head
    assert "proxy-authorization" not in secure.requests[0].headers
    tunnel.socket.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 407 no %s\r\n\r\n" % base64.b64encode(b"ann:pass-word"), "407 no"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "502 Bad Gateway"),
    ],
)
def test_a_tunnel_that_is_refused_is_an_error(host, answer, reason):
    tunnel = Tunnel(0, answer)
    metaprov_dicomweb.configure(
        [
            Server(
                "https://pacs.example/dicom-web",
                proxy=f"http://ann:pass-word@127.0.0.1:{tunnel.socket.getsockname()[1]}",
            )
        ],
        retries=0,
    )

    with pytest.raises(
        MetadataReadError, match=f"no connection through the proxy: .*{reason}"
    ) as raised:
        host.get(INSTANCE, f"wadors:https://pacs.example{PATH}")
    assert base64.b64encode(b"ann:pass-word").decode() not in str(raised.value)
    tunnel.socket.close()
