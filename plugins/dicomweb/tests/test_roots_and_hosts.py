"""Servers with two roots, servers behind a proxy, and where their bulk data are."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import pytest
from dicomweb_server import ROOT, DicomWebServer, encoded
from hypothesis import given, settings
from hypothesis import strategies as st

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE
from metaprov_dicomweb import Server
from metaprov_dicomweb.http.bulk import bulk_url
from metaprov_dicomweb.http.requests import read
from metaprov_dicomweb.server.settings import configured_server
from metaprov_dicomweb.server.urls import parse

STUDY = "https://pacs/dicom-web/studies/1.2"
SERIES = f"{STUDY}/series/3"
RED = "RedPaletteColorLookupTableData"


@pytest.fixture
def two_roots(server, ct):
    """A server that is asked at /dicom-web, and has /q for searching and /w for retrieving."""
    for number in range(1, 4):
        server.store(encoded(ct(number, PhotometricInterpretation="PALETTE COLOR")))

    def route(handler):
        for root, only in (("/q", True), ("/w", False)):
            if handler.path.startswith(f"{root}/"):
                handler.path = ROOT + handler.path.removeprefix(root)
                is_search = handler.path.partition("?")[0].endswith(("/instances", "/series"))
                if is_search == only:
                    return False
        return handler.answer(404, b"", "text/plain") is None

    server.instead = route
    metaprov_dicomweb.configure(
        [Server(server.base, qido=f"{server.host}/q", wado=f"{server.host}/w/", bearer_token="t")]
    )
    return server


def test_searching_and_retrieving_have_their_roots(host, two_roots):
    ids = two_roots.ids()

    assert list(host.find_images(f"{two_roots.base}/studies/1.2.3")) == ids
    assert list(host.find_images(f"{two_roots.base}/instances?PatientID=P7")) == ids
    assert host.require(IMAGE_PLANE, ids[1]).image_position_patient[2] == 2
    assert host.require("transferSyntax", ids[0]) is not None
    assert {request.path.split("/")[1] for request in two_roots.requests} == {"q", "w"}
    assert all(request.headers["Authorization"] == "Bearer t" for request in two_roots.requests)


@pytest.mark.parametrize("root", ["/q", "/w"])
def test_an_id_below_another_root_of_the_server_is_of_it(host, two_roots, root):
    image_id = two_roots.ids()[0].replace("/dicom-web/", f"{root}/")

    assert host.require(INSTANCE, image_id)["PatientID"] == "P7"
    assert two_roots.requests[0].path.startswith("/w/")


def test_a_relative_uri_is_relative_to_where_the_answer_came_from(host, two_roots):
    host.get(INSTANCE, two_roots.ids()[0])
    answer = parse(f"{two_roots.base}/studies/1.2.3/series/1.2.3.4/metadata")

    assert bulk_url(answer, "bulk/0") == parse(
        f"{two_roots.host}/w/studies/1.2.3/series/1.2.3.4/bulk/0"
    )


def test_roots_on_other_hosts_have_the_credentials(host, ct):
    with DicomWebServer([encoded(ct())]) as one, DicomWebServer([encoded(ct())]) as other:
        metaprov_dicomweb.configure(
            [Server("http://pacs/a", qido=one.base, wado=other.base, username="a", password="b")]
        )
        (image_id,) = host.find_images("http://pacs/a/studies/1.2.3/series/1.2.3.4")
        assert image_id == "wadors:http://pacs/a/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.1"
        assert list(host.find_images("http://pacs/a/instances")) == [image_id]
        assert host.require(INSTANCE, image_id)["PatientID"] == "P7"
        requests = one.requests + other.requests
        metaprov_dicomweb.configure()
    assert {request.path.partition("?")[0].split("/")[-1] for request in requests} == {
        "instances",
        "metadata",
    }
    assert all("Authorization" in request.headers for request in requests)


@pytest.mark.parametrize(
    ("options", "answer", "uri", "url"),
    [
        # By the rule.
        ({}, f"{SERIES}/metadata", "bulk/1", f"{SERIES}/bulk/1"),
        ({}, f"{SERIES}/metadata", "../../bulk/1", f"{STUDY}/bulk/1"),
        ({}, f"{SERIES}/instances/4/metadata", "bulk/1", f"{SERIES}/instances/4/bulk/1"),
        ({}, f"{SERIES}/metadata", f"{SERIES}/bulk/1/", f"{SERIES}/bulk/1/"),
        ({}, f"{SERIES}/metadata", "/dicom-web/s3/a%2Fb", "https://pacs/dicom-web/s3/a%2Fb"),
        ({}, f"{SERIES}/metadata", "a//b#c", f"{SERIES}/a//b"),
        ({}, f"{SERIES}/metadata", "bulk/1?a=b&c=d%2F", f"{SERIES}/bulk/1?a=b&c=d%2F"),
        ({}, f"{SERIES}/metadata", "M\u00fcller 1", f"{SERIES}/M%C3%BCller%201"),
        # Relative to the folder that has such things.
        ({}, f"{SERIES}/instances/4/metadata", "instances/4/b", f"{SERIES}/instances/4/b"),
        ({}, f"{SERIES}/metadata", "series/3/b", f"{STUDY}/series/3/b"),
        ({}, f"{SERIES}/metadata", "studies/1.2/b", f"{STUDY}/b"),
        # Inner hosts.
        (
            {},
            f"{SERIES}/metadata",
            "http://orthanc:8042/dicom-web/b/1",
            "https://pacs/dicom-web/b/1",
        ),
        ({}, f"{SERIES}/metadata", "http://pacs/dicom-web/b/1", "https://pacs/dicom-web/b/1"),
        ({}, f"{SERIES}/metadata", "https://10.0.0.1/rs/studies/1.2/b", f"{STUDY}/b"),
        ({}, f"{SERIES}/metadata", "/rs/studies/1.2/b%2Fc?d", f"{STUDY}/b%2Fc?d"),
        ({}, f"{SERIES}/metadata", "/studies/1.2/series/3/b", f"{SERIES}/b"),
        ({}, f"{SERIES}/metadata", "//inner/a/studies/1.2/b/", f"{STUDY}/b/"),
        # What the options say.
        (
            {"rewrite": {"http://inner:8042/": "https://pacs/dicom-web"}},
            f"{SERIES}/metadata",
            "http://inner:8042/x/y?z",
            "https://pacs/dicom-web/x/y?z",
        ),
        (
            {
                "rewrite": {
                    "http://inner": "https://pacs/dicom-web/a",
                    "http://inner/b": "https://pacs/dicom-web/c",
                }
            },
            f"{SERIES}/metadata",
            "http://inner/b/1",
            "https://pacs/dicom-web/c/1",
        ),
        (
            {"bulk_origins": ["https://bucket.s3.example.org"]},
            f"{SERIES}/metadata",
            "https://bucket.s3.example.org/a%2Fb//c?X-Amz-Signature=1",
            "https://bucket.s3.example.org/a%2Fb//c?X-Amz-Signature=1",
        ),
        (
            {
                "bulk_origins": ["https://s3/bucket"],
                "rewrite": {"http://minio:9000": "https://s3"},
            },
            f"{SERIES}/metadata",
            "http://minio:9000/bucket/1",
            "https://s3/bucket/1",
        ),
        (
            {"wado": "https://pacs/w"},
            f"{SERIES}/metadata",
            "bulk/1",
            "https://pacs/w/studies/1.2/series/3/bulk/1",
        ),
        (
            {"qido": "https://q/rs", "wado": "https://w/rs"},
            f"{SERIES}/metadata",
            "http://inner/rs/b/1",
            "https://w/rs/b/1",
        ),
        (
            {"wado": "https://pacs/w"},
            f"{SERIES}/metadata",
            "http://inner/x/studies/1.2/b",
            "https://pacs/w/studies/1.2/b",
        ),
    ],
)
def test_where_bulk_data_are(options, answer, uri, url):
    metaprov_dicomweb.configure([Server("https://pacs/dicom-web", **options)])

    assert str(bulk_url(parse(answer), uri)) == url


@pytest.mark.parametrize("root", ["https://pacs/dicom-web", "https://pacs"])
@pytest.mark.parametrize(
    "uri",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/admin",
        "https://other/bucket/1",
        "https://s3/bucket-2/1",
        "https://s3/bucket/../1",
        "https://s3/bucket/%2e%2e/1",
        "https://s3/bucket/..%2f1",
        "https://s3/bucket/%252e%252e%252f1",
        "https://s3/bucket/..;a/1",
        "https://s3/bucket/..%5c1",
        "https://s3/bucket/%c0%ae%c0%ae/1",
        "https://s3@evil/bucket/1",
        "https://evil\\@s3/bucket/1",
        "https://s3:8443/bucket/1",
        "http://s3/bucket/1",
        "https://s3.evil/bucket/1",
        "https://inner/rs/studies/9.9/b",
        "https://inner/rs/studies/1.2/../../../admin",
        "https://inner/rs/studies/1.2/%2e%2e/%2e%2e/admin",
        "https://user:password@pacs/dicom-web/b",
        "file:///dicom-web/studies/1.2/b",
        "gopher://pacs/dicom-web/b",
        "data:,b",
        "https://",
        "http://[::1/dicom-web/b",
        "https://pacs:99999/dicom-web/b",
        "https://pa\u0441s/dicom-web\u2028/b",
        "/dicom-web/..%2f..%2fadmin",
        "..%2f..%2f..%2f..%2f..%2fadmin",
        "b\r\nHost: evil",
        "http://inner/x",
    ],
)
def test_where_no_bulk_data_are(root, uri):
    metaprov_dicomweb.configure(
        [
            Server(
                root,
                bulk_origins=["https://s3/bucket"],
                rewrite={"http://inner": "https://nowhere.example.org"},
            ),
            Server("https://third/dicom-web", bulk_origins=["https://other/bucket"]),
        ]
    )

    with pytest.raises(ValueError, match="leads out of the configured servers, and is not foll"):
        bulk_url(parse(f"{root}/studies/1.2/series/3/metadata"), uri)


_PIECES = st.sampled_from(
    [
        *("https://", "http://", "//", "/", "\\", "@", ":", ":443", "?", "#", ";", "%", " ", "\n"),
        *("pacs", "s3", "inner", "evil", "169.254.169.254", "[::1]", "localhost", "third"),
        *("dicom-web", "studies", "1.2", "series", "3", "bucket", "admin", "rs", "bulk", "a", "b"),
        *(
            "..",
            ".",
            "%2e%2e",
            "%2f",
            "%5c",
            "%252f",
            "%252e%252e",
            "..;",
            "%c0%ae",
            "\uff0e\uff0e",
        ),
    ]
)


@given(
    st.lists(_PIECES, max_size=14).map("".join),
    st.sampled_from(["https://pacs/dicom-web", "https://pacs"]),
)
@settings(max_examples=500, deadline=None)
def test_wherever_a_uri_leads_it_is_configured_and_stays_there(uri, root):
    owner = Server(root, bulk_origins=["https://s3/bucket"], rewrite={"http://inner": "https://s3"})
    metaprov_dicomweb.configure([owner, "https://third/rs"])
    try:
        url = bulk_url(parse(f"{root}/studies/1.2/series/3/metadata"), uri)
    except ValueError:
        return
    allowed = [root, "https://s3/bucket", "https://third/rs"]
    assert any(url.is_within(parse(place)) for place in allowed)
    path = "/".join(url.path)
    for _ in range(5):
        path = unicodedata.normalize("NFKC", unquote(path))
    assert {".", ".."}.isdisjoint(part.partition(";")[0] for part in re.split(r"[/\\]", path))


@pytest.mark.parametrize("folder", ["", "instances/1.2.3.4.1/", "../../"])
def test_a_relative_uri_may_be_of_the_series_or_the_study(host, server, store, ct, folder):
    image_id = store(ct(PhotometricInterpretation="PALETTE COLOR"))
    right = {
        "": "/dicom-web/studies/1.2.3/series/1.2.3.4/b/1",
        "instances/1.2.3.4.1/": "/dicom-web/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.1/b/1",
        "../../": "/dicom-web/studies/1.2.3/b/1",
    }[folder]

    def only_there(handler):
        if handler.path.endswith("/metadata"):
            return False
        status = 200 if handler.path == right else 404
        return handler.answer(status, b"ab", "application/octet-stream") is None

    server.instead = only_there
    server.in_series = lambda image: image | {"00281201": {"vr": "OW", "BulkDataURI": "b/1"}}
    server.alone = server.in_series
    if folder == "instances/1.2.3.4.1/":
        server.in_series = lambda image: (
            image | {"00281201": {"vr": "OW", "BulkDataURI": f"{folder}b/1"}}
        )

    assert host.require(RED, image_id) == b"ab"


def test_bulk_data_of_an_object_store_are_asked_without_credentials(host, server, store, ct):
    image_id = store(ct(PhotometricInterpretation="PALETTE COLOR"))
    with DicomWebServer() as bucket:
        metaprov_dicomweb.configure(
            [Server(server.base, bearer_token="s3cret", bulk_origins=[f"{bucket.host}/b"])]
        )
        uri = f"{bucket.host}/b/a%2F1?X-Amz-Signature=2"
        server.in_series = lambda image: image | {"00281201": {"vr": "OW", "BulkDataURI": uri}}
        bucket.instead = lambda handler: (
            handler.answer(200, b"ab", "application/octet-stream") is None
        )
        assert host.require(RED, image_id) == b"ab"
        (request,) = bucket.requests
        metaprov_dicomweb.configure()
    assert request.path == "/b/a%2F1?X-Amz-Signature=2"
    assert "Authorization" not in request.headers


def test_bulk_origins_are_asked_for_bulk_data_of_their_server_alone(server):
    with DicomWebServer() as bucket:
        metaprov_dicomweb.configure([Server(server.base, bulk_origins=[bucket.host])])
        owner = configured_server(parse(server.base))
        url = parse(f"{bucket.host}/x")
        with pytest.raises(MetadataReadError, match="host not configured"):
            read(url, "*/*", service="object")
        with pytest.raises(MetadataReadError, match="host not configured"):
            read(url, "*/*", service="object", bulk_of=Server(f"{server.host}/other"))
        assert bucket.requests == []
        bucket.instead = lambda handler: handler.answer(200, b"ab", "a/b") is None
        assert read(url, "*/*", service="object", bulk_of=owner).body == b"ab"
        metaprov_dicomweb.configure()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"qido": "pacs"}, "is not qido"),
        ({"wado": "https://ann:s3cret@pacs"}, "is not wado"),
        ({"wado": "https://pacs?a=s3cret"}, "wado has no query"),
        ({"bulk_origins": "https://s3"}, "no list"),
        ({"bulk_origins": ["s3"]}, "one of bulk_origins"),
        ({"bulk_origins": ["https://s3/%2e%2e"]}, "one of bulk_origins"),
        ({"rewrite": {"inner": "https://pacs"}}, "a key of rewrite"),
        ({"rewrite": {"http://inner": "pacs"}}, "a value of rewrite"),
        ({"page_size": 0}, "page_size"),
        ({"page_size": True}, "page_size"),
        ({"proxy": "socks5://s3cret"}, "the proxy is not"),
        ({"headers": {"Accept": "text/html"}}, "cannot be sent: 'Accept'"),
        ({"headers": {"accept-encoding": "br"}}, "cannot be sent"),
        ({"headers": {"CONTENT-LENGTH": "1"}}, "cannot be sent"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "cannot be sent"),
        ({"headers": {"Connection": "close"}}, "cannot be sent"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, reason):
    with pytest.raises(ValueError, match=reason) as raised:
        Server("https://pacs", **options)
    assert "s3cret" not in str(raised.value)


def test_a_file_of_servers_has_the_options(host, two_roots, monkeypatch, tmp_path):
    file = tmp_path / "servers.toml"
    file.write_text(
        f'[[servers]]\nurl = "{two_roots.base}"\nqido = "{two_roots.host}/q"\n'
        f'wado = "{two_roots.host}/w"\nbulk_origins = ["https://s3"]\npage_size = 50\n'
        'proxy = "environment"\n[servers.rewrite]\n"http://inner" = "https://s3"\n'
    )
    metaprov_dicomweb.configure()
    monkeypatch.setenv("METAPROV_DICOMWEB_SERVERS", str(file))
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)

    assert host.require(INSTANCE, two_roots.ids()[0])["PatientID"] == "P7"
    url = parse(two_roots.base)
    assert configured_server(url).page_size == 50
    answer = parse(f"{url}/studies/1.2.3/metadata")
    assert str(bulk_url(answer, "http://inner/x")) == "https://s3/x"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("bulk_origins = 'https://s3'", "bulk_origins is not an array of texts"),
        ("bulk_origins = [3]", "bulk_origins is not an array of texts"),
        ("rewrite = ['a']", "rewrite is not a table of texts"),
        ("page_size = '7'", "page_size is not a number"),
        ("page_size = true", "page_size is not a number"),
        ("qido = 7", "qido is not a text"),
    ],
)
def test_a_file_with_wrong_options_is_an_error(host, monkeypatch, tmp_path, content, reason):
    file = tmp_path / "servers.toml"
    file.write_text(f"[[servers]]\nurl = 'https://pacs'\n{content}\n")
    metaprov_dicomweb.configure()
    monkeypatch.setenv("METAPROV_DICOMWEB_SERVERS", str(file))

    with pytest.raises(MetadataReadError, match=reason):
        host.get(INSTANCE, "wadors:https://pacs/studies/1/series/2/instances/3")
