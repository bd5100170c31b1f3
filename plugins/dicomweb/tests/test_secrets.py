"""A server that repeats what it was sent: nothing of it is in messages, logs and errors."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from urllib.parse import quote

import pytest
from dicomweb_server import DicomWebServer

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE, INSTANCE
from metaprov_dicomweb import Server
from metaprov_dicomweb.server.masking import keep_secret, masked

TOKEN = "eyJhbGciOiJIUzI1NiJ9.TOPSECRET-abcdef+/=="
PASSWORD = "pa55word"
OPTIONS = {
    "a token": ({"bearer_token": TOKEN}, TOKEN),
    "a token from a function": ({"bearer_token": lambda: TOKEN}, TOKEN),
    "a header": ({"headers": {"X-Api-Key": TOKEN}}, TOKEN),
    "a signature": ({"auth": lambda *_: {"Authorization": f"Signature a={TOKEN}"}}, TOKEN),
    "a password": ({"username": "ann-marie", "password": PASSWORD}, PASSWORD),
    "a user": ({"username": "ann-marie", "password": PASSWORD}, "ann-marie"),
    "user and password": (
        {"username": "ann-marie", "password": PASSWORD},
        base64.b64encode(b"ann-marie:" + PASSWORD.encode()).decode(),
    ),
}


def raw(text):
    def answer(handler):
        handler.connection.sendall(text.encode("latin-1"))
        handler.close_connection = True
        return True

    return answer


def answering(body, kind="text/plain", status=200, headers=None):
    return lambda handler: handler.answer(status, body.encode(), kind, headers) is None


#: Where a server may repeat it.
ECHOES = {
    "instead of HTTP": lambda text: raw(f"{text}\r\n\r\n"),
    "in the status line": lambda text: raw(f"HTTP/1.1 {text} OK\r\n\r\n"),
    "in the version": lambda text: raw(f"HTTP/{text} 200 OK\r\n\r\n"),
    "in the reason": lambda text: raw(f"HTTP/1.1 401 {text}\r\nContent-Length: 0\r\n\r\n"),
    "in a header without colon": lambda text: raw(
        f"HTTP/1.1 200 OK\r\n{text}\r\nContent-Length: 2\r\n\r\n[]"
    ),
    "in the length of a chunk": lambda text: raw(
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{text}\r\n"
    ),
    "in Content-Length": lambda text: raw(f"HTTP/1.1 200 OK\r\nContent-Length: {text}\r\n\r\n[]"),
    "in Content-Encoding": lambda text: answering("[", headers={"Content-Encoding": text}),
    "in Content-Type": lambda text: answering("x", text),
    "in Content-Type, long": lambda text: answering("x", f"{'a' * 40}{text}"),
    "in the body": lambda text: answering(text, "application/dicom+json"),
    "in Location": lambda text: answering("", status=302, headers={"Location": f"//{text}@/"}),
    "in a place": lambda text: answering("", status=302, headers={"Location": f"ftp://{text}"}),
    "in Retry-After": lambda text: answering("", status=503, headers={"Retry-After": text}),
}


def said_by(error):
    said = []
    while error is not None:
        said += [repr(error), str(error), *getattr(error, "__notes__", ())]
        said += traceback.format_exception(error)
        error = error.__cause__ or error.__context__
    return "".join(said)


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("option", OPTIONS)
def test_what_was_sent_is_masked_wherever_it_is_repeated(
    host, server, series, caplog, option, echo
):
    caplog.set_level(logging.DEBUG)
    options, secret = OPTIONS[option]
    metaprov_dicomweb.configure([Server(server.base, **options)], backoff=0, retries=1)
    server.instead = ECHOES[echo](secret)

    with pytest.raises(MetadataReadError) as raised:
        host.get(IMAGE_PLANE, series[0])
    explanation = host.explain(IMAGE_PLANE, series[0])
    said = [said_by(raised.value), str(explanation), repr(explanation.to_dict()), caplog.text]
    for text in said:
        assert secret.lower() not in text.lower()
        assert secret[:20].lower() not in text.lower()


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("token", ["TOPSECRET-1", "TOP%2FSECRET%2F1", "T0PS", "TOP+SECRET"])
def test_the_token_of_an_id_is_masked(host, server, caplog, echo, token):
    caplog.set_level(logging.DEBUG)
    metaprov_dicomweb.configure([server.base], backoff=0, retries=1)
    server.instead = ECHOES[echo](token.replace("%2F", "/"))

    with pytest.raises(MetadataReadError) as raised:
        host.get(INSTANCE, f"wadouri:{server.base}/wado?requestType=WADO&token={token}")
    # The id is the caller's own, and names what was asked.
    error = said_by(raised.value).replace(f"token={token}'", "")
    for text in (error, caplog.text):
        assert token not in text
        assert token.replace("%2F", "/") not in text


def test_the_whole_request_in_a_status_line_is_masked(host, server):
    metaprov_dicomweb.configure([server.base], retries=0)

    def echo(handler):
        return raw(f"GET {handler.path} and {handler.headers['Host']}\r\n\r\n")(handler)

    server.instead = echo
    url = f"{server.base}/studies?PatientName=Ann Lee"
    with pytest.raises(MetadataReadError, match=r"is not HTTP: GET .*and 127") as raised:
        list(host.find_images(url))
    assert "Lee" not in said_by(raised.value)


def test_what_a_server_says_is_one_line_without_escapes(host, server, series):
    metaprov_dicomweb.configure([server.base], retries=0)
    server.instead = raw("\x1b[31mred\x07 " + "x" * 5000 + "\r\n\r\n")

    with pytest.raises(MetadataReadError, match="the answer is not HTTP") as raised:
        host.get(INSTANCE, series[0])
    assert "\x1b" not in str(raised.value)
    assert len(raised.value.reason) < 300


def test_a_place_that_a_server_makes_of_it_is_masked(host, server, store, ct):
    image_id = store(ct(PhotometricInterpretation="PALETTE COLOR"))
    metaprov_dicomweb.configure([Server(server.base, bearer_token=TOKEN)])
    uri = f"bulk/{quote(TOKEN, safe='')}"
    server.in_series = lambda image: image | {"00281201": {"vr": "OW", "BulkDataURI": uri}}
    host.get(IMAGE_PLANE, image_id)
    server.instead = answering("", status=401)

    with pytest.raises(MetadataReadError, match="401") as raised:
        host.get("RedPaletteColorLookupTableData", image_id)
    assert TOKEN[:20] not in str(raised.value)


def test_a_host_that_a_server_makes_of_it_is_masked(host, server, store, ct):
    image_id = store(ct(PhotometricInterpretation="PALETTE COLOR"))
    metaprov_dicomweb.configure([Server(server.base, bearer_token="TopSecretToken")])
    uri = "http://topsecrettoken.example.org/x"
    server.in_series = lambda image: image | {"00281201": {"vr": "OW", "BulkDataURI": uri}}

    explanation = str(host.explain("RedPaletteColorLookupTableData", image_id))
    assert "is not followed: to http://....example.org" in explanation


def test_a_proxy_that_repeats_its_user_is_masked(host, caplog):
    caplog.set_level(logging.DEBUG)
    with DicomWebServer() as proxy:
        metaprov_dicomweb.configure(
            [
                Server(
                    "http://pacs.example.org/dicom-web",
                    proxy=f"http://ann-marie:{PASSWORD}@127.0.0.1:{proxy.server_port}",
                )
            ],
            retries=0,
        )
        proxy.instead = lambda handler: raw(f"{handler.headers['Proxy-Authorization']}\r\n\r\n")(
            handler
        )
        with pytest.raises(MetadataReadError) as raised:
            host.get(
                INSTANCE, "wadors:http://pacs.example.org/dicom-web/studies/1/series/2/instances/3"
            )
        metaprov_dicomweb.configure()
    said = said_by(raised.value) + caplog.text
    basic = base64.b64encode(b"ann-marie:" + PASSWORD.encode()).decode()
    assert "the answer is not HTTP" in said
    assert basic not in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a T0kenT0ken b", "a ... b"),
        ("aT0kenT0kenb", "a...b"),
        ("T0KENt0ken", "..."),
        ("a sixsix b", "a ... b"),
        ("asixsixb", "asixsixb"),
        ("an and ann", "an and ann"),
        ("a longer-than-16-characters b", "a ... b"),
        ("a longer-than-16-cha", "a ..."),
        (json.dumps({"a": "longer-than-16-characters"}), '{"a": "..."}'),
        ("a/b+c", "..."),
        ("a%2Fb%2Bc", "..."),
    ],
)
def test_short_secrets_are_masked_as_words_and_long_ones_anywhere(text, shown):
    keep_secret(["T0kenT0ken", "sixsix", "ann", "longer-than-16-characters", "a/b+c"])

    assert masked(text) == shown


def test_no_more_secrets_are_kept_than_are_of_use():
    keep_secret(f"secret-number-{number}" for number in range(10_000))

    assert masked("secret-number-9999") == "..."
    assert masked("xx secret-number") == "xx secret-number"


@pytest.mark.parametrize("where", ["vr", "a number", "a tag", "a BulkDataURI"])
def test_credentials_in_a_header_are_in_no_note_about_it(host, server, store, ct, where):
    token = TOKEN.replace("/", "_")
    image_id = store(ct())
    odd = {
        "vr": {"00280030": {"vr": token, "Value": [token]}},
        "a number": {"00280030": {"vr": "DS", "Value": [token, token]}},
        "a tag": {token: {"vr": "DS"}},
        "a BulkDataURI": {"00281201": {"vr": "OW", "BulkDataURI": f"ftp://{token}"}},
    }
    server.in_series = lambda json: json | odd[where]
    metaprov_dicomweb.configure([Server(server.base, bearer_token=token)], backoff=0)

    for type in ("imagePlaneModule", "imagePixelModule", "PixelSpacing", "instance"):
        explanation = host.explain(type, image_id)
        assert token not in str(explanation) + said_by(explanation.error)


def test_what_a_header_has_by_chance_is_not_taken_out(host, server, store, ct):
    image_id = store(ct(InstitutionName="a-hospital-of-many-words", PatientName="orthanc-of-ann"))
    server_of = Server(
        server.base,
        username="orthanc-of-ann",
        password="9.8.7.6",
        headers={"X-Tenant": "a-hospital-of-many-words"},
    )
    metaprov_dicomweb.configure([server_of])

    assert host.require("InstitutionName", image_id) == "a-hospital-of-many-words"
    assert host.require("PatientName", image_id) == "orthanc-of-ann"
    assert host.require(IMAGE_PLANE, image_id).pixel_spacing == (0.5, 0.75)


def test_names_in_a_signature_are_words_like_others(server, host, series):
    signature = (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/scope, SignedHeaders=host;x-amz-date, "
        "Signature=0123456789abcdef"
    )
    auth = {"Authorization": signature}
    metaprov_dicomweb.configure([Server(server.base, auth=lambda *_: auth)], backoff=0)
    server.instead = lambda handler: handler.answer(401, b"", "text/plain") is None

    with pytest.raises(MetadataReadError, match="take credentials") as raised:
        host.get(IMAGE_PLANE, series[0])
    assert "AKID" not in str(raised.value)
    elsewhere = series[0].replace("/dicom-web/", "/elsewhere/")
    assert "host not configured" in str(host.explain(INSTANCE, elsewhere))
