"""What of the settings goes along with a host to another process: no credentials."""

from __future__ import annotations

import pickle

import pytest

import metaprov_dicomweb
from metaprov_core import Host
from metaprov_dicomweb import Server
from metaprov_dicomweb.server.settings import configured_server, limits
from metaprov_dicomweb.server.urls import parse

URL = "https://pacs.example.org/dicom-web"
SECRET = "s3cret"


@pytest.fixture(autouse=True)
def _as_in_the_beginning():
    yield
    metaprov_dicomweb.configure()


@pytest.fixture
def pickled():
    """A host with a server that is asked with credentials, and another process' settings."""
    server = Server(
        URL, bearer_token=SECRET, headers={"X-Key": SECRET}, proxy=f"http://ann:{SECRET}@proxy:80"
    )
    metaprov_dicomweb.configure([server], retries=1)
    pickled = pickle.dumps(Host(discover=True, only=["metaprov-dicomweb"]))
    metaprov_dicomweb.configure()
    return pickled


def test_servers_and_limits_go_along_without_credentials(pickled):
    pickle.loads(pickled)

    server = configured_server(parse(URL))
    assert server is not None
    assert (server.bearer_token, server.headers, server.proxy) == (None, {}, None)
    assert limits().retries == 1
    assert SECRET.encode() not in pickled


def test_a_server_that_the_process_has_keeps_its_credentials(pickled):
    own = Server(URL, bearer_token="of its own")
    metaprov_dicomweb.configure([own])

    pickle.loads(pickled)

    assert configured_server(parse(URL)) is own
    assert limits().retries == 1


def test_so_does_one_of_the_environment(pickled, monkeypatch, tmp_path):
    file = tmp_path / "servers.toml"
    file.write_text(f'[[servers]]\nurl = "{URL}"\nbearer_token = "of its own"\n')
    monkeypatch.setenv("METAPROV_DICOMWEB_SERVERS", str(file))

    pickle.loads(pickled)

    assert configured_server(parse(URL)).bearer_token == "of its own"


def test_a_proxy_without_a_user_goes_along():
    metaprov_dicomweb.configure([Server(URL, proxy="http://proxy:3128")])
    pickled = pickle.dumps(Host(discover=True, only=["metaprov-dicomweb"]))
    metaprov_dicomweb.configure()

    pickle.loads(pickled)

    assert configured_server(parse(URL)).proxy == "http://proxy:3128"
