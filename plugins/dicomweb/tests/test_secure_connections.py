"""Certificates: the server's is checked unless that is switched off, the client's is shown."""

from __future__ import annotations

import ssl

import pytest
from dicomweb_server import DicomWebServer, encoded

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import INSTANCE
from metaprov_dicomweb import Server

trustme = pytest.importorskip("trustme")


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def ca(authority, tmp_path):
    """The path of the certificate that the server's is signed with."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def context(authority):
    """What a server for https has: a certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def secure(context, ct):
    """A server for https."""
    server = DicomWebServer([encoded(ct())])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.scheme = "https"
    with server:
        yield server
        metaprov_dicomweb.configure()


@pytest.fixture
def strict(context, authority, secure):
    """A server for https that wants a certificate of the client."""
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return secure


def test_a_certificate_of_a_trusted_authority_is_accepted(host, secure, ca):
    metaprov_dicomweb.configure([Server(secure.base, ca_certificates=ca)])

    assert host.require(INSTANCE, secure.ids()[0])["PatientID"] == "P7"


def test_a_certificate_that_nobody_vouches_for_is_an_error(host, secure):
    metaprov_dicomweb.configure([Server(secure.base, bearer_token="s3cret")], backoff=0)

    with pytest.raises(MetadataReadError, match=r"no secure connection .* verify failed"):
        host.get(INSTANCE, secure.ids()[0])
    assert secure.requests == []


def test_a_certificate_is_not_checked_where_that_is_switched_off(host, secure):
    metaprov_dicomweb.configure([Server(secure.base, verify=False)])

    with pytest.warns(Warning, match="Unverified HTTPS request"):
        assert host.get(INSTANCE, secure.ids()[0]) is not None


def test_a_certificate_of_the_client_is_shown(host, strict, authority, ca, tmp_path):
    mine = authority.issue_cert("ann@example.org")
    mine.private_key_and_cert_chain_pem.write_to_path(tmp_path / "mine.pem")
    metaprov_dicomweb.configure(
        [Server(strict.base, ca_certificates=ca, client_certificate=str(tmp_path / "mine.pem"))]
    )

    assert host.get(INSTANCE, strict.ids()[0]) is not None


def test_a_client_without_a_certificate_is_an_error(host, strict, ca):
    metaprov_dicomweb.configure([Server(strict.base, ca_certificates=ca)], backoff=0)

    with pytest.raises(MetadataReadError):
        host.get(INSTANCE, strict.ids()[0])
    assert strict.requests == []


@pytest.mark.parametrize("option", ["ca_certificates", "client_certificate"])
def test_a_file_that_is_not_there_is_an_error_at_the_question(host, secure, tmp_path, option):
    missing = str(tmp_path / "missing.pem")
    metaprov_dicomweb.configure([Server(secure.base, **{option: missing})])

    with pytest.raises(MetadataReadError, match=f"{option}: .*missing.pem.*No such file"):
        host.get(INSTANCE, secure.ids()[0])


def test_a_folder_of_certificates_is_named(host, secure, tmp_path):
    metaprov_dicomweb.configure([Server(secure.base, ca_certificates=str(tmp_path))])

    with pytest.raises(MetadataReadError, match=r"ca_certificates: .*Is a directory"):
        host.get(INSTANCE, secure.ids()[0])


def test_a_key_that_is_encrypted_is_an_error_and_nobody_is_asked_for_its_password(
    host, secure, authority, ca, tmp_path
):
    key = authority.issue_cert("ann@example.org").private_key_pem.bytes()
    (tmp_path / "mine.pem").write_bytes(
        key.replace(b"\n", b"\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1)
    )
    mine = str(tmp_path / "mine.pem")
    options = {"client_certificate": mine, "client_key": mine, "ca_certificates": ca}
    metaprov_dicomweb.configure([Server(secure.base, **options)], retries=0)

    with pytest.raises(MetadataReadError, match=r"no secure connection .*password"):
        host.get(INSTANCE, secure.ids()[0])


def test_the_certificate_of_the_client_is_not_shown_to_an_object_store(
    host, strict, authority, ca, tmp_path, ct
):
    mine = authority.issue_cert("ann@example.org")
    mine.private_key_and_cert_chain_pem.write_to_path(tmp_path / "mine.pem")
    with DicomWebServer() as server:
        metaprov_dicomweb.configure(
            [
                Server(
                    server.base,
                    bulk_origins=[strict.host],
                    ca_certificates=ca,
                    client_certificate=str(tmp_path / "mine.pem"),
                )
            ],
            retries=0,
        )
        server.instead = lambda handler: (
            handler.answer(302, b"", "a/b", {"Location": f"{strict.host}/x"}) is None
        )
        with pytest.raises(MetadataReadError):
            host.get(INSTANCE, f"wadouri:{server.base}/x")
        assert (len(server.requests), strict.requests) == (1, [])
        metaprov_dicomweb.configure()


def test_a_redirection_from_a_secure_server_to_a_plain_one_must_be_configured(
    host, secure, server, series, ca
):
    metaprov_dicomweb.configure([Server(secure.base, ca_certificates=ca, bearer_token="s3cret")])
    secure.instead = lambda handler: (
        handler.answer(302, b"", "a/b", {"Location": f"{server.host}{handler.path}"}) is None
    )

    with pytest.raises(MetadataReadError, match="redirects out of the configured servers"):
        host.get(INSTANCE, secure.ids()[0])
    assert server.requests == []
