"""Which servers are asked, by whose configuration, and who is told the credentials: nobody else."""

from __future__ import annotations

import base64
import logging
import re
import traceback
import urllib.parse

import pytest
from dicomweb_server import DicomWebServer

import metaprov_dicomweb
from metaprov_core import Host, MetadataNotFoundError, MetadataReadError, hookimpl
from metaprov_dicom import IMAGE_PLANE, INSTANCE
from metaprov_dicomweb import Server
from metaprov_dicomweb.provider import DicomWeb

SECRET = "s3cret-token"
IMAGE = "studies/1.2/series/1.2.3/instances/1.2.3.4"
NOT_CONFIGURED = "host not configured: set METAPROV_DICOMWEB_SERVERS=URL"


def headers_of(server):
    return [request.headers for request in server.requests]


def test_an_image_of_a_server_that_is_not_configured_has_no_answer_and_a_note(host):
    image_id = f"wadors:https://pacs.example.org/{IMAGE}"

    assert host.get(INSTANCE, image_id) is None
    assert host.get(IMAGE_PLANE, image_id) is None
    assert NOT_CONFIGURED in str(host.explain(IMAGE_PLANE, image_id))
    with pytest.raises(MetadataNotFoundError, match=NOT_CONFIGURED):
        host.require(IMAGE_PLANE, image_id)
    with pytest.raises(MetadataNotFoundError, match=NOT_CONFIGURED):
        host.find_images("https://pacs.example.org/studies/1.2/series/1.2.3")


def test_a_plugin_that_left_its_host_hears_of_no_change():
    plugin = DicomWeb()
    told = []
    plugin.settings_changed = lambda: told.append("told")
    with Host() as host:
        host.register(plugin)
        metaprov_dicomweb.configure()
        assert told == ["told"]
    metaprov_dicomweb.configure()
    assert told == ["told"]


def test_an_object_of_a_server_that_is_not_configured_has_no_answer_and_a_note(host):
    image_id = "wadouri:http://169.254.169.254/latest/meta-data"

    assert host.get(INSTANCE, image_id) is None
    assert NOT_CONFIGURED in str(host.explain(INSTANCE, image_id))


@pytest.mark.parametrize(
    "trick",
    [
        "http://{host}@evil.example.org/dicom-web/",
        "http://user:password@{host}/dicom-web/",
        "http://{host}/dicom-web/../admin/",
        "http://{host}/dicom-web/%2e%2e/admin/",
        "http://{host}/dicom-web/..%2fadmin/",
        "http://{host}/admin/",
        "http://{host}/dicom-web-admin/",
        "https://{host}/dicom-web/",
        "http://127.0.0.1:1/dicom-web/",
        "http://localhost:{port}/dicom-web/",
        "http://{host}\\@evil.example.org/dicom-web/",
    ],
)
def test_no_spelling_of_an_id_leads_out_of_the_configured_server(host, server, series, trick):
    root = trick.format(host=f"127.0.0.1:{server.server_port}", port=server.server_port)

    assert host.get(INSTANCE, f"wadors:{root}{IMAGE}") is None
    assert host.get(INSTANCE, f"wadouri:{root}object.dcm") is None
    assert server.requests == []


def test_other_spellings_of_the_configured_server_are_it(host, server, series):
    spelled = series[0].replace("http://127", "HTTP://127").replace("/dicom-web", "/dicom%2Dweb")

    assert host.require(INSTANCE, spelled)["SOPInstanceUID"] == "1.2.3.4.1"


def test_the_environment_names_servers(host, server, series, monkeypatch):
    metaprov_dicomweb.configure(backoff=0)
    assert host.get(INSTANCE, series[0]) is None

    monkeypatch.setenv(
        "METAPROV_DICOMWEB_SERVERS", f"https://pacs.example.org/dicom-web, {server.base}/"
    )

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"


def test_the_environment_names_a_file_with_servers_and_credentials(
    host, server, series, monkeypatch, tmp_path
):
    file = tmp_path / "servers.toml"
    file.write_text(
        f'[[servers]]\nurl = "{server.base}"\nbearer_token = "{SECRET}"\n'
        'headers = { X-Tenant = "7" }\n'
    )
    metaprov_dicomweb.configure()
    monkeypatch.setenv("METAPROV_DICOMWEB_SERVERS", str(file))

    assert host.get(INSTANCE, series[0]) is not None
    assert headers_of(server)[0]["Authorization"] == f"Bearer {SECRET}"
    assert headers_of(server)[0]["X-Tenant"] == "7"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "is neither a URL, https://..., nor a file"),
        ("not TOML = = " + SECRET, "is not TOML"),
        ("a = 1", r"has no \[\[servers\]\]"),
        ("[[servers]]\nbearer_token = 'x'", "needs a url"),
        ("[[servers]]\nurl = 'https://pacs'\npasword = 's3cret-token'", "has 'pasword', and may"),
        ("[[servers]]\nurl = 'https://pacs'\nbearer_token = 3", "bearer_token is not a text"),
        ("[[servers]]\nurl = 'https://pacs'\nverify = 'no'", "verify is not true or false"),
        ("[[servers]]\nurl = 'https://pacs'\nheaders = {a = 3}", "headers is not a table of texts"),
        ("[[servers]]\nurl = 'https://u:s3cret-token@pacs'", "is not the URL of a server"),
    ],
)
def test_a_file_that_tells_of_no_servers_is_an_error_at_the_question(
    host, monkeypatch, tmp_path, content, reason
):
    file = tmp_path / "servers.toml"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("METAPROV_DICOMWEB_SERVERS", str(file))

    with pytest.raises(MetadataReadError, match=reason) as raised:
        host.get(INSTANCE, f"wadors:https://pacs.example.org/{IMAGE}")
    assert SECRET not in str(raised.value)


def test_a_bearer_token_may_be_renewed(host, server, series):
    tokens = iter(["first", "second"])
    metaprov_dicomweb.configure([Server(server.base, bearer_token=lambda: next(tokens))])

    host.get(INSTANCE, series[0])
    host.changed()
    host.get(INSTANCE, series[0])

    assert [headers["Authorization"] for headers in headers_of(server)] == [
        "Bearer first",
        "Bearer second",
    ]


def test_user_and_password_are_sent_as_basic_authentication(host, server, series):
    metaprov_dicomweb.configure([Server(server.base, username="ann", password="pä:ss")])

    host.get(INSTANCE, series[0])

    sent = headers_of(server)[0]["Authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == "ann:pä:ss"


def test_credentials_are_sent_to_their_own_server_alone(host, server, series, ct):
    with DicomWebServer() as other:
        metaprov_dicomweb.configure([Server(server.base, bearer_token=SECRET), other.base])
        host.get(INSTANCE, series[0])
        with pytest.raises(MetadataReadError):
            host.get(INSTANCE, f"wadors:{other.base}/{IMAGE}")
        metaprov_dicomweb.configure()

        assert headers_of(server)[0]["Authorization"] == f"Bearer {SECRET}"
        assert all("Authorization" not in headers for headers in headers_of(other))


def test_the_longest_url_decides_on_the_credentials(host, server, series):
    metaprov_dicomweb.configure(
        [
            Server(server.host, bearer_token="of the host"),
            Server(server.base, bearer_token="of the service"),
        ]
    )

    host.get(INSTANCE, series[0])

    assert headers_of(server)[0]["Authorization"] == "Bearer of the service"


def test_credentials_are_in_no_repr():
    server = Server(
        "https://pacs/dicom-web",
        username="ann",
        password=SECRET,
        headers={"X-Key": SECRET},
        client_certificate=SECRET,
        client_key=SECRET,
    )

    assert repr(server) == str(server) == "Server(url='https://pacs/dicom-web')"
    assert SECRET not in repr(Server("https://pacs", bearer_token=SECRET))


@pytest.mark.parametrize("status", [200, 401, 404, 500, 503])
def test_credentials_are_in_no_answer_note_log_or_exception(host, server, series, caplog, status):
    caplog.set_level(logging.DEBUG)
    metaprov_dicomweb.configure(
        [Server(server.base, bearer_token=SECRET, headers={"X-Key": f"{SECRET}-2"})], backoff=0
    )
    if status != 200:
        server.instead = lambda handler: handler.answer(status, b"{}", "text/html") is None

    explanation = host.explain(IMAGE_PLANE, series[0])

    said = [str(explanation), repr(explanation.to_dict()), caplog.text]
    error = next((row.error for row in explanation.rows if row.error is not None), None)
    while error is not None:
        said += [repr(error), str(error), *getattr(error, "__notes__", ())]
        error = error.__cause__ or error.__context__
    assert SECRET not in "".join(said)
    assert any(SECRET in headers["Authorization"] for headers in headers_of(server))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"url": f"https://ann:{SECRET}@pacs/dicom-web"}, r"'https://\.\.\.@pacs/dicom-web'"),
        ({"url": "pacs"}, "is not the URL"),
        ({"url": "https://pacs/studies?a=b"}, "has no query"),
        ({"url": "https://pacs/a/../b"}, "is not the URL"),
        ({"url": "https://pacs", "bearer_token": SECRET, "username": "a", "password": "b"}, "both"),
        ({"url": "https://pacs", "password": SECRET}, "give both"),
        ({"url": "https://pacs", "client_key": SECRET}, "give both"),
        ({"url": "https://pacs", "headers": {"X": f"{SECRET}\r\nY: z"}}, "cannot be sent: 'X'"),
        ({"url": "https://pacs", "headers": {"X Y": SECRET}}, "cannot be sent: 'X Y'"),
    ],
)
def test_a_server_that_makes_no_sense_is_refused_without_its_secrets(arguments, reason):
    with pytest.raises(ValueError, match=reason) as raised:
        Server(**arguments)
    assert SECRET not in str(raised.value)


def test_a_token_that_would_be_another_header_is_not_sent(host, server, series):
    metaprov_dicomweb.configure([Server(server.base, bearer_token=f"{SECRET}\r\nX: y")])

    with pytest.raises(
        MetadataReadError, match=r"the bearer token for .* cannot be sent"
    ) as raised:
        host.get(INSTANCE, series[0])
    assert SECRET not in str(raised.value)
    assert server.requests == []


def test_servers_are_a_list():
    with pytest.raises(TypeError, match="servers is a list"):
        metaprov_dicomweb.configure("https://pacs")


def test_a_configuration_that_is_refused_changes_nothing(host, server, series):
    with pytest.raises(ValueError, match="is not the URL"):
        metaprov_dicomweb.configure([server.base, "pacs"])
    with pytest.raises(ValueError, match="greater than 0"):
        metaprov_dicomweb.configure(read_timeout=0)

    assert host.get(INSTANCE, series[0]) is not None


def test_what_a_server_said_is_forgotten_when_it_may_not_be_asked_any_more(host, server, series):
    assert host.get(INSTANCE, series[0]) is not None
    assert host.get(IMAGE_PLANE, series[0]) is not None
    metaprov_dicomweb.configure([])

    assert host.get(INSTANCE, series[0]) is None
    assert host.get(IMAGE_PLANE, series[0]) is None


def test_every_host_is_told_of_other_servers_whatever_others_raise(make_host, server, series):
    class FailingOnce:
        told = False

        @hookimpl
        def metadata_changed(self, type, image_id):
            if type == INSTANCE and not self.told:
                self.told = True
                raise RuntimeError("not now")

    hosts = [make_host() for _ in range(8)]
    assert all(host.get(INSTANCE, series[0]) for host in hosts)
    for host in hosts[1::2]:
        host.register(FailingOnce())

    with pytest.raises(ExceptionGroup, match="plugins raised when told of them") as raised:
        metaprov_dicomweb.configure([])

    assert [str(error) for error in raised.value.exceptions] == ["not now"] * 4
    assert [host.get(INSTANCE, series[0]) for host in hosts] == [None] * 8


def test_a_redirection_within_the_server_is_followed(host, server, series):
    def redirect(handler):
        if "/moved/" in handler.path:
            handler.path = handler.path.replace("/moved", "")
            return False
        location = handler.path.replace("/dicom-web", "/dicom-web/moved")
        handler.answer(307, b"", "text/plain", {"Location": location})
        return True

    server.instead = redirect

    assert host.require(INSTANCE, series[0])["PatientID"] == "P7"


@pytest.mark.parametrize(
    "where", ["http://169.254.169.254/", "/admin", "//evil.org/", "/dicom-web/../admin"]
)
def test_a_redirection_out_of_the_server_is_not_followed(host, server, series, where):
    server.instead = lambda handler: (
        handler.answer(302, b"", "text/plain", {"Location": where}) is None
    )

    with pytest.raises(MetadataReadError, match="it redirects out of the configured server"):
        host.get(INSTANCE, series[0])
    assert len(server.requests) == 1


def test_redirections_without_end_are_an_error(host, server, series):
    server.instead = lambda handler: (
        handler.answer(302, b"", "text/plain", {"Location": handler.path}) is None
    )

    with pytest.raises(MetadataReadError, match="it redirects more than 5 times"):
        host.get(INSTANCE, series[0])


@pytest.mark.parametrize(
    "url",
    [
        "ann:s3cret@pacs.example.org/dicom-web",
        "https:/ann:s3cret@pacs.example.org",
        "https://ann:s3c?ret@pacs.example.org",
        "https://pacs.example.org/a?token=s3cret",
    ],
)
def test_a_url_that_is_refused_keeps_its_secrets(host, monkeypatch, url):
    with pytest.raises(ValueError, match="the URL") as refused:
        Server(url)
    assert not re.search("s3c|ret@|ann", str(refused.value))

    monkeypatch.setenv("METAPROV_DICOMWEB_SERVERS", url)
    metaprov_dicomweb.configure()
    explanation = str(host.explain(INSTANCE, f"wadors:https://pacs.example.org/{IMAGE}"))
    assert "METAPROV_DICOMWEB_SERVERS: " in explanation
    assert not re.search("s3c|ret@|ann:", explanation)


@pytest.mark.parametrize("returned", [None, 5, "a\nb"])
def test_a_token_that_cannot_be_sent_is_an_error_of_the_image(host, server, series, returned):
    metaprov_dicomweb.configure([Server(server.base, bearer_token=lambda: returned)])
    with pytest.raises(MetadataReadError, match=r"the bearer token for .* cannot be sent"):
        host.get("instance", series[0])


def test_what_a_function_for_the_token_raises_is_not_told(host, server, series):
    def token():
        raise ConnectionError("s3cret")

    metaprov_dicomweb.configure([Server(server.base, bearer_token=token)])
    with pytest.raises(MetadataReadError, match="bearer token raised ConnectionError") as raised:
        host.get("instance", series[0])
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("patient", ["P77", "Ann P77", "O'Hara P77", 'the "7th" P77'])
def test_a_search_that_fails_names_no_user_and_no_patient(host, patient):
    with pytest.raises(LookupError) as raised:
        host.find_images(f"https://ann:s3cret@pacs.example.org/dicom-web?PatientID={patient}")
    assert not re.search("s3cret|P77", "".join(traceback.format_exception_only(raised.value)))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("//studies/1.2.3", "it has an empty segment, //"),
        ("/studies/1.2.3#a", "it has a fragment"),
        ("/studies/%2e%2e/1.2.3", "it has a step"),
        ("/studies/1.2%2F3", "it has an encoded separator"),
    ],
)
def test_a_url_of_a_configured_server_that_is_refused_has_the_true_reason(
    host, server, series, path, reason
):
    with pytest.raises(LookupError, match=reason) as raised:
        host.find_images(f"{server.base}{path}")
    assert NOT_CONFIGURED not in str(raised.value)

    image_id = f"wadors:{server.base}{path}/series/1.2.3.4/instances/1.2.3.4.1"
    for spelling in (image_id, image_id.replace("wadors", "wadouri")):
        explanation = str(host.explain(INSTANCE, spelling))
        assert reason in explanation
        assert NOT_CONFIGURED not in explanation


def test_a_dot_that_is_encoded_is_a_dot(host, server, series):
    encoded = series[0].replace("1.2.3.4.1", "1%2E2%2e3.4.1")

    assert host.require(INSTANCE, encoded)["PatientID"] == "P7"
    assert list(host.find_images(f"{server.base}/studies/1%2E2.3")) == series


@pytest.mark.parametrize("name", ["Ann Lee", "M\u00fcller", "Ann%20Lee", "50%", "a|b^c"])
def test_a_search_for_any_name_is_sent_and_finds(host, server, series, name):
    assert list(host.find_images(f"{server.base}/instances?PatientName={name}")) == series
    sent = urllib.parse.parse_qs(server.requests[0].path.partition("?")[2])
    assert sent["PatientName"] == [urllib.parse.unquote(name)]
