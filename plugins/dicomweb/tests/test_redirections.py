"""Redirections: followed to the configured servers, with the credentials of each, nowhere else."""

from __future__ import annotations

import pytest
from dicomweb_server import DicomWebServer, encoded

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import INSTANCE
from metaprov_dicomweb import Server


def to(location, status=302):
    def redirect(handler):
        return handler.answer(status, b"", "text/plain", {"Location": location}) is None

    return redirect


@pytest.fixture
def other(ct):
    with DicomWebServer([encoded(ct(number)) for number in range(1, 6)]) as other:
        yield other
        metaprov_dicomweb.configure()


def to_slash(handler):
    """As a static tree behind nginx does; it answers for the path with the slash."""
    path, _, query = handler.path.partition("?")
    if path.endswith("/"):
        handler.path = path[:-1]
        return False
    if not path.endswith(("metadata", "series", "instances")):
        return False
    location = f"{path}/?{query}" if query else f"{path}/"
    return handler.answer(301, b"", "text/html", {"Location": location}) is None


def test_a_redirection_that_only_adds_a_slash_is_followed(host, server, series):
    server.instead = to_slash

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    assert server.asked() == [
        "/studies/1.2.3/series/1.2.3.4/metadata",
        "/studies/1.2.3/series/1.2.3.4/metadata/",
    ]
    assert list(host.find_images(f"{server.base}/studies/1.2.3")) == series


def test_a_redirection_that_only_takes_a_slash_away_is_followed(host, server, store, ct):
    image_id = store(ct())
    file = encoded(ct())

    def without_slash(handler):
        if handler.path.endswith("/"):
            return to(handler.path[:-1], 308)(handler)
        return handler.answer(200, file, "application/dicom") is None

    server.instead = without_slash
    assert host.require(INSTANCE, f"wadouri:{server.base}/files/1/")["PatientID"] == "P7"
    assert server.asked() == ["/files/1/", "/files/1"]
    assert image_id


def test_an_id_of_an_object_keeps_its_slash(host, server, ct):
    file = encoded(ct())
    server.instead = lambda handler: handler.answer(200, file, "application/dicom") is None

    for path in ("/files/1/", "/files/1", "/files/1/?a=b"):
        assert host.require(INSTANCE, f"wadouri:{server.base}{path}")["PatientID"] == "P7"
    assert [request.path for request in server.requests] == [
        "/dicom-web/files/1/",
        "/dicom-web/files/1",
        "/dicom-web/files/1/?a=b",
    ]


@pytest.mark.parametrize("base", ["{base}", "{base}/"])
def test_a_slash_after_a_server_or_a_series_makes_no_difference(host, server, series, base):
    metaprov_dicomweb.configure([base.format(base=server.base)])

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    assert host.require(INSTANCE, f"{series[0]}/")["PatientID"] == "P7"
    assert list(host.find_images(f"{server.base}/studies/1.2.3/series/1.2.3.4/")) == series
    assert list(host.find_images(f"{server.base}/studies/1.2.3/")) == series
    assert "//" not in "".join(server.asked())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_to_another_configured_server_has_its_credentials(
    host, server, other, series, status
):
    metaprov_dicomweb.configure(
        [
            Server(server.base, bearer_token="of-the-first", headers={"X-First": "1"}),
            Server(other.base, username="ann", password="of-the-second"),
        ]
    )
    server.instead = lambda handler: to(f"{other.host}{handler.path}", status)(handler)

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"
    (first,), (second,) = server.requests, other.requests
    assert first.headers["Authorization"] == "Bearer of-the-first"
    assert second.headers["Authorization"].startswith("Basic ")
    assert "X-First" not in second.headers


def test_a_redirection_back_and_forth_is_followed(host, server, other, series):
    metaprov_dicomweb.configure([server.base, other.base])
    server.instead = lambda handler: (
        len(server.requests) == 1 and to(f"{other.host}{handler.path}")(handler)
    )
    other.instead = lambda handler: to(f"{server.host}{handler.path}")(handler)

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"


def test_a_file_is_redirected_as_metadata_are(host, server, other, ct):
    metaprov_dicomweb.configure([server.base, other.host])
    file = encoded(ct())
    server.instead = to(f"{other.host}/bucket/x?X-Amz-Signature=1")
    other.instead = lambda handler: handler.answer(200, file, "application/dicom") is None

    assert host.require(INSTANCE, f"wadouri:{server.base}/files/1")["PatientID"] == "P7"
    assert [request.path for request in other.requests] == ["/bucket/x?X-Amz-Signature=1"]


@pytest.mark.parametrize(
    "path", ["/bucket/a%2Fb%20c", "/bucket//x", "/bucket/x/?a=b%2Fc&d=e+f", "/bucket/x#y"]
)
def test_a_pre_signed_url_is_asked_without_credentials(host, server, other, series, path):
    metaprov_dicomweb.configure(
        [Server(server.base, bearer_token="s3cret", bulk_origins=[f"{other.host}/bucket"])]
    )
    body = b'[{"00080018": {"Value": ["1.2.3.4.1"]}, "00100020": {"Value": ["P8"]}}]'
    other.instead = lambda handler: handler.answer(200, body, "binary/octet-stream") is None
    server.instead = to(f"{other.host}{path}")

    assert host.require(INSTANCE, series[0])["PatientID"] == "P8"
    assert {request.path for request in other.requests} == {path.partition("#")[0]}
    assert all("Authorization" not in request.headers for request in other.requests)


def test_one_of_bulk_origins_is_no_server(host, server, other, series):
    metaprov_dicomweb.configure([Server(server.base, bulk_origins=[other.host])])

    assert host.get(INSTANCE, other.ids()[0]) is None
    assert host.get(INSTANCE, f"wadouri:{other.host}/x") is None
    assert "host not configured" in str(host.explain(INSTANCE, other.ids()[0]))
    with pytest.raises(LookupError, match="host not configured"):
        host.find_images(f"{other.base}/studies/1.2.3")
    assert other.requests == []


def test_bulk_origins_of_one_server_are_not_those_of_another(host, server, other, series):
    with DicomWebServer() as store:
        metaprov_dicomweb.configure([server.base, Server(other.base, bulk_origins=[store.host])])
        server.instead = to(f"{store.host}/x")

        with pytest.raises(MetadataReadError, match="it redirects out of the configured servers"):
            host.get(INSTANCE, series[0])
        assert store.requests == []
        metaprov_dicomweb.configure()


@pytest.mark.parametrize(
    "where",
    [
        "{other}/dicom-web/studies/1.2.3/series/1.2.3.4/metadata",
        "//{port}/x",
        "{other}/bucket-2/x",
        "{other}/bucket/../x",
        "{other}/bucket/%2e%2e/x",
        "{other}/bucket/..%2fx",
        "{other}/bucket/%252e%252e%252fx",
        "{other}/bucket/..;/x",
        "{other}/bucket/..%5cx",
        "http://user@{port}/bucket/x",
        "http://user:password@{port}/bucket/x",
        "http://{port}\\@evil/bucket/x",
        "HTTPS://{port}/bucket/x",
        "ftp://{port}/bucket/x",
        "file:///etc/passwd",
        "/admin",
        "/dicom-web%2F..%2Fadmin",
        "../../../../../../../admin",
        "javascript:alert(1)",
    ],
)
def test_no_spelling_of_a_redirection_leads_out(host, server, other, series, where):
    metaprov_dicomweb.configure(
        [Server(server.base, bearer_token="s3cret", bulk_origins=[f"{other.host}/bucket"])]
    )
    port = other.host.removeprefix("http://")
    server.instead = to(where.format(other=other.host, port=port))

    with pytest.raises(MetadataReadError, match="it redirects out of the configured servers"):
        host.get(INSTANCE, series[0])
    assert (len(server.requests), other.requests) == (1, [])


def test_an_inner_host_in_a_redirection_is_rewritten(host, server, series):
    metaprov_dicomweb.configure(
        [Server(server.base, rewrite={"http://orthanc_1:8042/dicom-web": server.base})]
    )

    def inner(handler):
        if handler.path.endswith("/"):
            return to_slash(handler)
        return to(f"http://orthanc_1:8042{handler.path}/")(handler)

    server.instead = inner
    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"


def test_what_a_rewritten_redirection_leads_to_must_be_configured(host, server, other, series):
    metaprov_dicomweb.configure([Server(server.base, rewrite={"http://inner": other.base})])
    server.instead = to("http://inner/studies/1.2.3/series/1.2.3.4/metadata")

    with pytest.raises(MetadataReadError, match="it redirects out of the configured servers"):
        host.get(INSTANCE, series[0])
    assert other.requests == []


def test_a_redirection_that_is_not_followed_names_the_host_to_configure(host, server, series):
    server.instead = to("https://bucket.s3.example.org:8443/x?X-Amz-Signature=s3cret")

    with pytest.raises(
        MetadataReadError, match=r"is not followed: to https://bucket\.s3\.example\.org:8443\n"
    ) as raised:
        host.get(INSTANCE, series[0])
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("name", ["M\u00fcller 1", "M%C3%BCller%201"])
def test_a_place_with_an_umlaut_is_sent_as_utf_8(host, server, ct, name):
    file = encoded(ct())

    def redirect(handler):
        if handler.path.endswith("/x.dcm"):
            location = f"{server.base}/{name}".encode().decode("latin-1")
            return to(location)(handler)
        return handler.answer(200, file, "application/dicom") is None

    server.instead = redirect
    assert host.require(INSTANCE, f"wadouri:{server.base}/x.dcm")["PatientID"] == "P7"
    assert server.asked()[-1] == "/M%C3%BCller%201"


def test_a_redirection_without_a_place_is_an_error(host, server, series):
    server.instead = lambda handler: handler.answer(302, b"", "text/plain") is None

    with pytest.raises(MetadataReadError, match="it redirects, and does not say where"):
        host.get(INSTANCE, series[0])
