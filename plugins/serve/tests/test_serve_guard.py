"""Who may ask, and how much."""

from __future__ import annotations

import anyio
import pytest
from asked_server import TOKEN, Server, write_series
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from metaprov_serve.guard.limits import Limits
from metaprov_serve.http.errors import Unforeseen


@pytest.fixture
def folder(tmp_path):
    write_series(tmp_path / "scans", 1)
    return tmp_path / "scans"


@pytest.fixture
def server(host, folder):
    return Server(host, folder)


MODULE = "/metaprov/metaprov.js"
PATHS = ("/", "/metaprov/", "/metaprov", "/metaprov/api/images", "/dicomweb/studies")


@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_nothing_is_told(server, path):
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        response = server(path, headers=headers)
        assert response.status_code == 401
        assert TOKEN not in response.text
        assert set(response.json()) == {"error"}


@pytest.mark.parametrize("path", PATHS)
def test_the_token_of_the_url_becomes_a_cookie(server, path):
    response = server(f"{path}?a=1&token={TOKEN}", headers={})
    assert response.status_code == 303
    assert response.headers["location"] == f"{path}?a=1"
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    name = cookie.partition("=")[0]
    assert name == "metaprov-8042"
    again = server(path, headers={"Cookie": f"{name}={TOKEN}"})
    assert again.status_code in {200, 307}
    assert server(path, headers={"Cookie": f"metaprov-1={TOKEN}"}).status_code == 401
    # Whoever has the cookie already has the token in no history either.
    opened_again = server(f"{path}?token={TOKEN}", headers={"Cookie": f"{name}={TOKEN}"})
    assert (opened_again.status_code, opened_again.headers["location"]) == (303, path)


def test_a_ticket_opens_a_page_once(host, folder):
    server = Server(host, folder, ticket="the-ticket")
    first, again = (server("/metaprov/?token=the-ticket", headers={}) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 401)
    assert f"metaprov-8042={TOKEN};" in first.headers["set-cookie"]
    assert server("/metaprov/", headers={"Authorization": "Bearer the-ticket"}).status_code == 401


def test_links_from_other_sites_lead_to_a_page_that_has_the_cookie(server):
    # A browser follows a redirect from there without it: SameSite=Strict.
    headers = {"Sec-Fetch-Site": "cross-site"}
    response = server(f'/metaprov/?a="><b>&token={TOKEN}', headers=headers)
    assert response.status_code == 200
    assert "set-cookie" in response.headers
    assert 'content="0; url=/metaprov/?a=' in response.text
    assert TOKEN not in response.text
    assert "<b>" not in response.text


def test_pages_from_elsewhere_import_the_module_without_the_token(host, folder):
    server = Server(host, folder, origins=["https://app.example"])
    response = server(MODULE, headers={"Origin": "https://app.example"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["access-control-allow-origin"] == "https://app.example"
    mounted = Starlette(routes=[Mount("/images", server.app)])
    server.app = mounted
    assert server(f"/images{MODULE}", headers={}).status_code == 200
    assert server("/images/metaprov/", headers={}).status_code == 401


def test_an_empty_token_is_refused(host, folder):
    with pytest.raises(ValueError, match="empty"):
        Server(host, folder, token="")


def test_a_wrong_token_in_the_url_is_no_cookie(server):
    response = server("/metaprov/?token=wrong", headers={})
    assert response.status_code == 401
    assert "set-cookie" not in response.headers


def test_the_redirect_stays_on_this_server(server):
    response = server(f"//elsewhere.example/?token={TOKEN}", headers={})
    assert response.headers.get("location", "/").startswith("/")
    assert not response.headers.get("location", "/").startswith("//")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("127.0.0.1:8042", 200),
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("[::1]:8042", 200),
        ("viewer.example", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost@evil.example", 400),
    ],
)
def test_other_names_than_its_own_are_refused(host, folder, name, status):
    server = Server(host, folder, allowed_hosts=["viewer.example"])
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": name}
    assert server("/metaprov/api/types", headers=headers).status_code == status


def test_pages_from_elsewhere_read_nothing_unless_they_may(host, folder):
    headers = {"Authorization": f"Bearer {TOKEN}", "Origin": "https://app.example"}
    closed, opened = Server(host, folder), Server(host, folder, origins=["https://app.example"])
    assert (
        "access-control-allow-origin" not in closed("/metaprov/api/types", headers=headers).headers
    )
    answer = opened("/metaprov/api/types", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert "X-Rows" in answer.headers["access-control-expose-headers"]
    ahead = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    assert opened("/metaprov/api/metadata", "OPTIONS", headers=ahead).status_code == 200
    other = {**headers, "Origin": "https://other.example"}
    assert "access-control-allow-origin" not in opened("/metaprov/api/types", headers=other).headers


def test_a_program_may_decide_itself(host, folder):
    async def authorize(request):
        return request.headers.get("x-user") == "jane"

    server = Server(host, folder, token=None, authorize=authorize)
    assert server("/metaprov/api/types", headers={"X-User": "jane"}).status_code == 200
    assert server("/metaprov/api/types", headers={"X-User": "john"}).status_code == 403


@pytest.mark.parametrize("path", [*PATHS, MODULE, "/metaprov/api/nothing", "/nothing"])
def test_every_answer_has_its_policy(server, path):
    headers = server(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["cache-control"]


def test_what_nobody_foresaw_is_in_the_log_alone(server, host, caplog):
    def fail(*_args, **_how):
        raise RuntimeError("the secret of the traceback")

    host.types = fail
    response = server("/metaprov/api/types")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "the secret of the traceback" in caplog.text


def test_too_many_requests_at_once_are_told_to_come_again(folder):
    release = anyio.Event()

    async def slow(scope, receive, send):
        await release.wait()
        await PlainTextResponse("done")(scope, receive, send)

    async def run():
        app, statuses = Limits(slow, at_once=2), []

        async def ask():
            async def send(message):
                if message["type"] == "http.response.start":
                    statuses.append(message["status"])

            await app({"type": "http", "method": "GET"}, None, send)

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            assert statuses == [503]
            release.set()
        assert statuses == [503, 200, 200]

    anyio.run(run)


def test_an_answer_that_takes_too_long_is_ended():
    async def run():
        statuses = []

        async def send(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        async def never(scope, receive, send):
            await anyio.sleep_forever()

        await Limits(never, seconds=0.01)({"type": "http", "method": "GET"}, None, send)
        assert statuses == [504]

    anyio.run(run)


def test_an_error_after_the_first_byte_ends_the_answer():
    async def run():
        sent = []

        async def send(message):
            sent.append(message["type"])

        async def breaking(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise RuntimeError("late")

        await Unforeseen(breaking)({"type": "http", "path": "/"}, None, send)
        assert sent == ["http.response.start"]

    anyio.run(run)
