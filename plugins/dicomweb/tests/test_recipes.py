"""The recipes of the guide, each against a server that checks what comes before it answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib.util
import json
import re
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import pytest

import metaprov_dicomweb
from metaprov_core import MetadataReadError
from metaprov_dicom import IMAGE_PLANE
from metaprov_dicomweb import Server

GUIDE = Path(__file__).parents[3] / "docs" / "places" / "sign-requests.md"
RECIPES = dict(
    re.findall(
        r"^```python file=(\w+)\.py\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL
    )
)

KEY, SECRET, REGION, SERVICE = "AKIDEXAMPLE", "a/secret+key", "eu-west-1", "medical-imaging"


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    """Import a file of the guide."""

    def recipe(name):
        file = tmp_path / f"{name}.py"
        file.write_text(RECIPES[name])
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return recipe


class Tokens(ThreadingHTTPServer):
    """Gives tokens, one after the other, to whoever has the right form."""

    daemon_threads = True

    def __init__(self, is_right):
        super().__init__(("127.0.0.1", 0), _Token)
        self.is_right = is_right
        self.given = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/token"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Token(BaseHTTPRequestHandler):
    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        is_right = self.server.is_right({name: values[0] for name, values in form.items()})
        token = f"token-{len(self.server.given)}"
        if is_right:
            self.server.given.append(token)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 3600}
        body = json.dumps(answer if is_right else {"error": "invalid_client"}).encode()
        self.send_response(200 if is_right else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Write nothing to stderr."""


def let_in(server, may_come):
    """Let the DICOMweb server answer 401 to all but those who may come."""
    server.instead = lambda handler: (
        not may_come(handler) and handler.answer(401, b"", "text/plain") is None
    )


def bearer_is(tokens):
    return lambda handler: (
        tokens.given and handler.headers["Authorization"] == f"Bearer {tokens.given[-1]}"
    )


def has_credentials(form):
    return form == {
        "grant_type": "client_credentials",
        "client_id": "ann",
        "client_secret": "s e c",
        "scope": "dicom.read",
    }


def test_a_token_of_oauth_2_is_got_once_and_again_when_it_is_refused(host, server, series, recipe):
    with Tokens(has_credentials) as tokens:
        let_in(server, bearer_is(tokens))
        auth = recipe("oauth2").ClientCredentials(tokens.url, "ann", "s e c", scope="dicom.read")
        metaprov_dicomweb.configure([Server(server.base, auth=auth)], backoff=0)

        assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)
        host.changed()
        assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)
        assert tokens.given == ["token-0"]

        # The server has been started anew, and knows none of its tokens.
        tokens.given.append("token of nobody")
        host.changed()
        assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)
        assert tokens.given == ["token-0", "token of nobody", "token-2"]


def test_a_client_that_gets_no_token_is_told_so_without_its_secret(host, server, series, recipe):
    with Tokens(has_credentials) as tokens:
        auth = recipe("oauth2").ClientCredentials(tokens.url, "ann", "WRONG-SECRET")
        metaprov_dicomweb.configure([Server(server.base, auth=auth)], backoff=0)

        with pytest.raises(MetadataReadError, match="RuntimeError") as raised:
            host.get(IMAGE_PLANE, series[0])
    assert "WRONG-SECRET" not in str(raised.value)
    assert server.requests == []


# -- Signature Version 4, from its specification: not by the library that signs


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def is_signed(handler):
    """Whether a request has the signature of its method, path, query and signed headers."""
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
        handler.headers.get("Authorization", ""),
    )
    if found is None:
        return False
    credential, names, signature = found.groups()
    stamp = handler.headers["X-Amz-Date"]
    scope = f"{stamp[:8]}/{REGION}/{SERVICE}/aws4_request"
    age = datetime.now(UTC) - datetime.strptime(f"{stamp}+0000", "%Y%m%dT%H%M%SZ%z")
    if credential != f"{KEY}/{scope}" or "host" not in names.split(";"):
        return False
    if age > timedelta(minutes=15):
        return False
    parts = urlsplit(handler.path)
    query = sorted(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    headers = "".join(f"{name}:{handler.headers[name].strip()}\n" for name in names.split(";"))
    payload = hashlib.sha256(b"").hexdigest()
    request = "\n".join(("GET", quote(parts.path), "&".join(query), headers, names, payload))
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{SECRET}".encode()
    for text in scope.split("/"):
        key = _hmac(key, text)
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    return hmac.compare_digest(_hmac(key, text).hex(), signature)


def test_each_request_has_a_signature_of_aws(host, server, series, recipe, monkeypatch):
    pytest.importorskip("botocore")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    let_in(server, is_signed)
    auth = recipe("aws").SignatureV4(SERVICE, REGION)
    metaprov_dicomweb.configure([Server(server.base, auth=auth)], backoff=0)

    found = list(host.find_images(f"{server.base}?PatientID=P7"))
    assert found == series
    plane = host.require(IMAGE_PLANE, f"{series[0]}?imageSetId=7&note=a b")
    assert plane.pixel_spacing == (0.5, 0.75)
    assert any("?imageSetId=7" in request.path for request in server.requests)

    metaprov_dicomweb.configure([Server(server.base)], backoff=0)
    with pytest.raises(MetadataReadError, match="401"):
        host.get(IMAGE_PLANE, series[0])


# -- Application Default Credentials


@pytest.fixture
def service_account(tmp_path, monkeypatch):
    """Write the file of a service account; the public half of its key."""
    pytest.importorskip("google.auth")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = tmp_path / "account.json"

    def account(token_url):
        file.write_text(
            json.dumps(
                {
                    "type": "service_account",
                    "client_email": "reader@p.example.org",
                    "private_key_id": "1",
                    "private_key": pem.decode(),
                    "token_uri": token_url,
                    "project_id": "p",
                }
            )
        )
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))

    return key.public_key(), account


def _decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def has_assertion(public_key, form):
    """Whether a form has the signed word of the service account (RFC 7523)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    signed, _, signature = form["assertion"].rpartition(".")
    try:
        public_key.verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    claims = json.loads(_decoded(signed.split(".")[1]))
    is_of_account = claims["iss"] == "reader@p.example.org"
    return is_of_account and claims["scope"].endswith("/auth/cloud-healthcare")


def test_the_default_credentials_of_google_are_asked_for_a_token(
    host, server, series, recipe, service_account
):
    public_key, account = service_account
    with Tokens(lambda form: has_assertion(public_key, form)) as tokens:
        account(tokens.url)
        let_in(server, bearer_is(tokens))
        auth = recipe("google_cloud").ApplicationDefault()
        metaprov_dicomweb.configure([Server(server.base, auth=auth)], backoff=0)

        assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)
        tokens.given.append("token of nobody")
        host.changed()
        assert host.require(IMAGE_PLANE, series[0]).pixel_spacing == (0.5, 0.75)
        assert tokens.given == ["token-0", "token of nobody", "token-2"]
